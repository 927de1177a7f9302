// Whether somebody only watches, beside the chips of what the peer may; a tap leads to what can be done about it.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: row

    required property var facts
    readonly property bool isWatching: facts.state === "watching"
    readonly property bool isAsking: facts.state === "asking" || facts.state === "at_door"
    readonly property color ink: isWatching ? Tokens.accent : isAsking ? Tokens.ask : Tokens.dim

    objectName: "observerRow"
    width: parent ? parent.width : implicitWidth
    implicitHeight: Tokens.touch
    name: facts.title
    ringRadius: Tokens.radiusSmall

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall
        color: row.isDown ? Tokens.pressed : row.isWatching ? Tokens.accentWash : Tokens.surface
        border.width: row.isAsking ? Tokens.askWidth : Tokens.lineWidth
        border.color: row.isWatching ? Tokens.accent : row.isAsking ? Tokens.ask : Tokens.line
    }

    Icon {
        id: glyph

        x: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        name: "users"
        size: 22
        color: row.ink
    }

    Column {
        anchors.left: glyph.right
        anchors.leftMargin: 10
        anchors.right: chevron.left
        anchors.rightMargin: 4
        anchors.verticalCenter: parent.verticalCenter

        Words {
            width: parent.width
            text: qsTr("Observer")
            font.pixelSize: Tokens.fontSecondary
            font.weight: Font.DemiBold
            maximumLineCount: 1
            lineHeight: 1
            Accessible.ignored: true
        }

        Words {
            objectName: "observerState"
            width: parent.width
            text: row.facts.stateText
            color: row.ink
            font.pixelSize: Tokens.fontNav
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 10
            maximumLineCount: 1
            lineHeight: 1
            Accessible.ignored: true
        }
    }

    Icon {
        id: chevron

        anchors.right: parent.right
        anchors.rightMargin: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        name: "chevron-right"
        size: 20
        color: Tokens.dim
    }
}
