// What the owner should know about the running session; the work goes on.
import QtQuick
import lucid_gui.style

Pressable {
    id: strip

    // A list of {code, what, nextStep}, newest first.
    property var incidents: []
    // Open, it says the next step too.
    property bool isOpen: false
    readonly property var newest: incidents.length > 0 ? incidents[0] : null

    objectName: "incidentStrip"
    width: parent ? parent.width : implicitWidth
    visible: newest !== null
    height: Math.max(Tokens.touch, words.height + 2 * Tokens.gapSmall)
    ringRadius: Tokens.radiusSmall
    name: newest ? newest.what + " " + newest.nextStep : ""
    onClicked: strip.isOpen = !strip.isOpen

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall
        color: strip.isDown ? Tokens.pressed : Tokens.surface
        border.width: Tokens.askWidth
        border.color: Tokens.ask
    }

    Icon {
        id: glyph

        x: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        name: "triangle-alert"
        size: 20
        color: Tokens.ask
    }

    Column {
        id: words

        x: glyph.x + glyph.width + Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - x - more.width - 2 * Tokens.gap
        spacing: 2

        Words {
            width: parent.width
            text: strip.newest ? strip.newest.what : ""
            font.pixelSize: Tokens.fontSecondary
            font.weight: Font.DemiBold
            maximumLineCount: strip.isOpen ? 4 : 1
            elide: Text.ElideRight
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            visible: strip.isOpen
            text: strip.newest ? strip.newest.nextStep : ""
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            Accessible.ignored: true
        }
    }

    Words {
        id: more

        anchors.right: parent.right
        anchors.rightMargin: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        text: strip.incidents.length > 1 ? qsTr("and %1 more").arg(strip.incidents.length - 1) : ""
        color: Tokens.dim
        font.pixelSize: Tokens.fontSmall
        Accessible.ignored: true
    }
}
