// A ground for what belongs together; its border says whether it is plain, safe, asking or in danger.
import QtQuick
import lucid_gui.style

Item {
    id: card

    // "plain", "safe", "ask" or "danger"
    property string tone: "plain"
    property real padding: Tokens.gapLarge
    property bool isTappable: false
    // What a screen reader says when it can be tapped.
    property string name: ""
    default property alias content: inside.data

    signal clicked()

    implicitWidth: inside.childrenRect.width + 2 * padding
    implicitHeight: inside.childrenRect.height + 2 * padding

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusLarge
        color: press.isDown ? Tokens.raised : Tokens.surface
        border.width: card.tone === "plain" ? Tokens.lineWidth : card.tone === "safe" ? Tokens.lineWidth : Tokens.askWidth
        border.color: card.tone === "safe" ? Tokens.accent : card.tone === "ask" ? Tokens.ask : card.tone === "danger" ? Tokens.rec : Tokens.line
    }

    Pressable {
        id: press

        anchors.fill: parent
        visible: card.isTappable
        name: card.name
        ringRadius: Tokens.radiusLarge
        onClicked: card.clicked()
    }

    Item {
        id: inside

        anchors.fill: parent
        anchors.margins: card.padding
    }
}
