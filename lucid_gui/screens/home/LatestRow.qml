// One of the newest sessions: when it was, how long, and how far it is.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: row

    required property var facts

    implicitHeight: Tokens.button
    name: facts.title + ", " + facts.detail + ", " + facts.state

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall
        color: row.isDown ? Tokens.raised : "transparent"
    }

    Column {
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - pill.width - Tokens.gap
        spacing: 2

        Words {
            width: parent.width
            text: row.facts.title
            font.weight: Font.Medium
            lineHeight: 1.1
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            text: row.facts.detail
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            lineHeight: 1.1
            Accessible.ignored: true
        }
    }

    StatusPill {
        id: pill

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        icon: row.facts.icon
        text: row.facts.state
        tone: row.facts.tone
        Accessible.ignored: true
    }
}
