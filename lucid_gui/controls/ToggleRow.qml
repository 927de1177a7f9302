// Something that is on or off, said in words; the whole row can be tapped.
import QtQuick
import lucid_gui.style

Pressable {
    id: toggle

    property string title: ""
    property string detail: ""
    property bool isOn: false

    signal toggled(isOn: bool)

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: Math.max(Tokens.button, words.height + 2 * Tokens.gapSmall)
    name: title
    Accessible.role: Accessible.CheckBox
    Accessible.checkable: true
    Accessible.checked: isOn
    onClicked: toggle.toggled(!toggle.isOn)

    Column {
        id: words

        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - track.width - Tokens.gapMedium
        spacing: 2

        Words {
            width: parent.width
            text: toggle.title
            font.weight: toggle.detail === "" ? Font.Normal : Font.Medium
            lineHeight: 1.1
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            visible: text !== ""
            text: toggle.detail
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            lineHeight: 1.1
            Accessible.ignored: true
        }
    }

    Rectangle {
        id: track

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: 60
        height: 34
        radius: 17
        color: toggle.isOn ? Tokens.accent : Tokens.raised
        border.width: toggle.isOn ? 0 : Tokens.lineWidth
        border.color: toggle.enabled ? Tokens.dim : Tokens.line

        Rectangle {
            x: toggle.isOn ? parent.width - width - 4 : 4
            anchors.verticalCenter: parent.verticalCenter
            width: 26
            height: 26
            radius: 13
            color: toggle.isOn ? Tokens.accentText : Tokens.dim

            Icon {
                anchors.centerIn: parent
                name: toggle.isOn ? "check" : ""
                size: 16
                color: Tokens.accent
            }
        }
    }
}
