// A button that is only an icon, at least 48 on each side, with a name for screen readers.
import QtQuick
import lucid_gui.style

Pressable {
    id: button

    property string icon: ""
    property color color: Tokens.text
    property bool isFilled: false

    implicitWidth: Tokens.touch
    implicitHeight: Tokens.touch
    ringRadius: Tokens.radiusSmall

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall
        color: button.isDown ? Tokens.pressed : button.isFilled ? Tokens.raised : "transparent"
    }

    Icon {
        anchors.centerIn: parent
        name: button.icon
        color: button.enabled ? button.color : Tokens.dim
        opacity: button.enabled ? 1 : 0.5
    }
}
