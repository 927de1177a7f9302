// Something that can be recorded, to choose.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: card

    property string icon: ""
    property string title: ""
    property string detail: ""
    // The detail in few words, shown where there is little room; whoever listens hears all of it.
    property string brief: ""
    property bool isCompact: false
    property bool isChosen: false

    implicitHeight: Math.max(Tokens.button, words.height + 2 * (isCompact ? Tokens.gapSmall / 2 : Tokens.gapMedium))
    height: implicitHeight
    ringRadius: Tokens.radius
    name: title + ". " + detail
    Accessible.role: Accessible.RadioButton
    Accessible.checkable: true
    Accessible.checked: isChosen

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radius
        color: card.isDown ? Tokens.pressed : Tokens.surface
        border.width: card.isChosen ? Tokens.askWidth : Tokens.lineWidth
        border.color: card.isChosen ? Tokens.accent : Tokens.line
    }

    Icon {
        id: glyph

        x: Tokens.gapMedium
        y: card.isCompact ? words.y : Tokens.gapMedium
        name: card.icon
        color: card.isChosen ? Tokens.accent : Tokens.dim
    }

    Column {
        id: words

        x: glyph.x + glyph.width + Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - x - tick.width - 2 * Tokens.gapMedium
        spacing: 2

        Words {
            width: parent.width
            text: card.title
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            text: card.isCompact && card.brief !== "" ? card.brief : card.detail
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            Accessible.ignored: true
        }
    }

    Icon {
        id: tick

        anchors.right: parent.right
        anchors.rightMargin: Tokens.gapMedium
        anchors.verticalCenter: parent.verticalCenter
        name: card.isChosen ? "circle-check" : "circle"
        color: card.isChosen ? Tokens.accent : Tokens.dim
    }
}
