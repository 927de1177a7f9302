// A button that goes a stretch forward or back.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: button

    property string icon: ""
    property string text: ""

    implicitWidth: 72
    implicitHeight: Tokens.button

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radius
        color: button.isDown ? Tokens.pressed : Tokens.raised
    }

    Column {
        anchors.centerIn: parent
        spacing: 2

        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            name: button.icon
            color: Tokens.text
        }

        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            text: button.text
            font.pixelSize: Tokens.fontSmall
            lineHeight: 1
            Accessible.ignored: true
        }
    }
}
