// A state in a word, with an icon and a border in its colour.
import QtQuick
import lucid_gui.style

Rectangle {
    id: pill

    property string text: ""
    property string icon: ""
    // "safe", "ask", "danger" or "quiet"
    property string tone: "quiet"

    readonly property color ink: tone === "safe" ? Tokens.accent : tone === "ask" ? Tokens.ask : tone === "danger" ? Tokens.rec : Tokens.dim

    implicitWidth: content.width + 2 * Tokens.gap
    implicitHeight: 32
    radius: height / 2
    color: "transparent"
    border.width: Tokens.lineWidth
    border.color: tone === "quiet" ? Tokens.line : ink
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Row {
        id: content

        anchors.centerIn: parent
        spacing: 6

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            name: pill.icon
            size: 16
            color: pill.ink
        }

        Text {
            anchors.verticalCenter: parent.verticalCenter
            text: pill.text
            textFormat: Text.PlainText
            color: pill.ink
            font.pixelSize: Tokens.fontSmall
            font.weight: Font.Medium
            Accessible.ignored: true
        }
    }
}
