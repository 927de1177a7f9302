// One thing that a peer may do or not: grey, amber while it is asked, coloured while it is allowed; then a tap takes it back.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: chip

    required property var facts

    readonly property bool isAllowed: facts.state === "allowed"
    readonly property bool isAsking: facts.state === "asking"
    readonly property color ink: isAllowed ? Tokens.accent : isAsking ? Tokens.ask : Tokens.dim

    objectName: "chip-" + facts.capability
    implicitHeight: Tokens.touch
    enabled: facts.isRevocable
    name: facts.name
    ringRadius: Tokens.radiusSmall

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall
        color: chip.isDown ? Tokens.pressed : chip.isAllowed ? Tokens.accentWash : Tokens.surface
        border.width: chip.isAsking ? Tokens.askWidth : Tokens.lineWidth
        border.color: chip.isAllowed ? Tokens.accent : chip.isAsking ? Tokens.ask : Tokens.line
    }

    Icon {
        id: glyph

        x: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        name: chip.facts.icon
        size: 22
        color: chip.ink
    }

    Column {
        x: glyph.x + glyph.width + 10
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - x - (cross.visible ? cross.width + Tokens.gap : 4)

        Words {
            width: parent.width
            text: chip.facts.title
            color: chip.isAllowed || chip.isAsking ? Tokens.text : Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            font.weight: Font.DemiBold
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Tokens.fontNav
            maximumLineCount: 1
            lineHeight: 1
            Accessible.ignored: true
        }

        Words {
            objectName: "chipState-" + chip.facts.capability
            width: parent.width
            text: chip.facts.stateText
            color: chip.ink
            font.pixelSize: Tokens.fontNav
            maximumLineCount: 1
            lineHeight: 1
            Accessible.ignored: true
        }
    }

    Icon {
        id: cross

        anchors.right: parent.right
        anchors.rightMargin: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        visible: chip.facts.isRevocable && chip.isAllowed
        name: "x"
        size: Tokens.iconSmall
        color: chip.ink
    }
}
