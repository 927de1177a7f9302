// One tap hides the whole desktop, from the peer and from the recording; another one shows it again.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: shield

    property bool isOn: false
    property bool isBusy: false
    readonly property color ink: isOn ? Tokens.ask : Tokens.text

    implicitHeight: Tokens.button
    name: isOn ? qsTr("Show the desktop again") : qsTr("Shield: hide everything")
    Accessible.checkable: true
    Accessible.checked: isOn

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radius
        color: shield.isDown ? Tokens.pressed : Tokens.raised
        border.width: shield.isOn ? Tokens.askWidth : Tokens.lineWidth
        border.color: shield.isOn ? Tokens.ask : Tokens.line
    }

    Row {
        anchors.centerIn: parent
        spacing: Tokens.gap

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            name: shield.isBusy ? "loader-circle" : shield.isOn ? "eye" : "eye-off"
            color: shield.ink
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: shield.name
            color: shield.ink
            font.pixelSize: Tokens.fontButton
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.ignored: true
        }
    }
}
