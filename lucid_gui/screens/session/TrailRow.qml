// One entry of the trail: when, what, why and who; a tap plays the recording from there, or opens the receipt.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: row

    required property var facts
    property bool canJump: false
    readonly property color ink: facts.tone === "safe" ? Tokens.accent : facts.tone === "ask" ? Tokens.ask : facts.tone === "danger" ? Tokens.rec : Tokens.dim

    implicitHeight: Math.max(56, words.height + Tokens.gapSmall)
    height: implicitHeight
    enabled: canJump || facts.hasReceipt
    ringRadius: Tokens.radiusSmall
    name: [facts.clock, facts.text, facts.detail, facts.actor].filter(part => part !== "").join(", ")

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall
        color: row.isDown ? Tokens.raised : "transparent"
    }

    Rectangle {
        width: parent.width
        height: Tokens.lineWidth
        color: Tokens.line
    }

    Words {
        id: clock

        anchors.verticalCenter: parent.verticalCenter
        width: 68
        text: row.facts.clock
        color: Tokens.dim
        font.pixelSize: Tokens.fontSecondary
        font.features: {
            "tnum": 1
        }
        Accessible.ignored: true
    }

    Icon {
        id: glyph

        x: clock.width
        anchors.verticalCenter: parent.verticalCenter
        name: row.facts.icon
        size: 20
        color: row.ink
    }

    Column {
        id: words

        anchors.verticalCenter: parent.verticalCenter
        x: glyph.x + glyph.width + Tokens.gap
        width: (paper.visible ? paper.x : actor.x) - x - Tokens.gap

        Words {
            width: parent.width
            text: row.facts.text
            font.pixelSize: Tokens.fontSecondary
            font.weight: Font.Medium
            maximumLineCount: 2
            elide: Text.ElideRight
            lineHeight: 1.1
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            visible: text !== ""
            text: row.facts.detail
            color: Tokens.dim
            font.pixelSize: Tokens.fontSmall
            maximumLineCount: 1
            elide: Text.ElideRight
            lineHeight: 1.1
            Accessible.ignored: true
        }
    }

    Icon {
        id: paper

        anchors.right: actor.left
        anchors.rightMargin: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        visible: row.facts.hasReceipt
        name: "chevron-right"
        size: 20
        color: Tokens.dim
    }

    Words {
        id: actor

        anchors.right: parent.right
        anchors.rightMargin: Tokens.gapSmall
        anchors.verticalCenter: parent.verticalCenter
        text: row.facts.actor
        color: Tokens.dim
        font.pixelSize: Tokens.fontSmall
        Accessible.ignored: true
    }
}
