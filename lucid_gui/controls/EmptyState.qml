// What a screen says when there is nothing to show yet, and what to do about it.
import QtQuick
import lucid_gui.style

Column {
    id: empty

    property string icon: ""
    property string title: ""
    property string explanation: ""
    property string actionText: ""
    property string actionIcon: ""

    signal acted()

    width: Math.min(parent ? parent.width : implicitWidth, Tokens.columnWidth)
    spacing: Tokens.gap

    Icon {
        anchors.horizontalCenter: parent.horizontalCenter
        name: empty.icon
        size: Tokens.iconLarge
        color: Tokens.dim
    }

    Words {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: empty.title
        font.pixelSize: Tokens.fontTitle
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }

    Words {
        width: parent.width
        visible: text !== ""
        horizontalAlignment: Text.AlignHCenter
        text: empty.explanation
        color: Tokens.dim
    }

    ActionButton {
        anchors.horizontalCenter: parent.horizontalCenter
        visible: text !== ""
        kind: "primary"
        text: empty.actionText
        icon: empty.actionIcon
        onClicked: empty.acted()
    }
}
