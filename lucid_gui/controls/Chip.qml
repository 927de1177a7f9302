// A short fact with its icon, in one line; it cannot be tapped.
import QtQuick
import lucid_gui.style

Row {
    id: chip

    property string text: ""
    property string icon: ""
    property color color: Tokens.dim
    property color iconColor: color

    spacing: 6
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Icon {
        anchors.verticalCenter: parent.verticalCenter
        name: chip.icon
        size: Tokens.iconSmall
        color: chip.iconColor
    }

    Text {
        anchors.verticalCenter: parent.verticalCenter
        text: chip.text
        textFormat: Text.PlainText
        color: chip.color
        font.pixelSize: Tokens.fontSmall
        Accessible.ignored: true
    }
}
