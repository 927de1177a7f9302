// A button for what a screen can do: primary (one a screen), plain, or danger, which is an outline.
import QtQuick
import lucid_gui.style

Pressable {
    id: button

    property string text: ""
    property string icon: ""
    // "primary", "plain" or "danger"
    property string kind: "plain"
    // True while what it began is being done; it then cannot be pressed.
    property bool isBusy: false

    readonly property bool isPrimary: kind === "primary"
    readonly property bool isDanger: kind === "danger"
    readonly property color ink: !enabled ? Tokens.dim : isPrimary ? Tokens.accentText : isDanger ? Tokens.rec : Tokens.text

    function fill(): color {
        if (button.isPrimary && button.enabled)
            return button.isDown ? Tokens.accentPressed : Tokens.accent;
        if (button.isDanger)
            return button.isDown ? Tokens.raised : "transparent";
        return button.isDown ? Tokens.pressed : Tokens.raised;
    }

    name: text
    enabled: !isBusy
    implicitHeight: Tokens.button
    implicitWidth: content.naturalWidth + 2 * Tokens.gapLarge + Tokens.gapSmall

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radius
        color: button.fill()
        border.width: button.isDanger ? Tokens.askWidth : (Tokens.lineWidth > 1 && !button.isPrimary ? Tokens.lineWidth : 0)
        border.color: button.isDanger ? (button.enabled ? Tokens.rec : Tokens.line) : Tokens.line
    }

    Row {
        id: content

        readonly property real naturalWidth: words.implicitWidth + (glyph.visible ? glyph.width + spacing : 0)

        anchors.centerIn: parent
        spacing: Tokens.gap

        Icon {
            id: glyph

            anchors.verticalCenter: parent.verticalCenter
            name: button.isBusy ? "loader-circle" : button.icon
            color: button.ink
        }

        Text {
            id: words

            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, button.width - 2 * Tokens.gap - (glyph.visible ? glyph.width + content.spacing : 0))
            text: button.text
            textFormat: Text.PlainText
            color: button.ink
            font.pixelSize: Tokens.fontButton
            font.weight: Font.DemiBold
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Tokens.fontSmall
            Accessible.ignored: true
        }
    }
}
