// One fact of the home screen: an icon, a word or number, and what is behind it.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    required property var facts

    readonly property color ink: facts.tone === "safe" ? Tokens.accent : facts.tone === "ask" ? Tokens.ask : Tokens.dim

    height: 126
    padding: 18
    tone: facts.tone === "ask" ? "ask" : "plain"
    name: (facts.title ?? "") + ", " + (facts.detail ?? "")

    Column {
        width: parent.width
        spacing: Tokens.gapSmall

        Icon {
            name: card.facts.icon ?? ""
            color: card.ink
        }

        Column {
            width: parent.width
            spacing: 2

            Words {
                width: parent.width
                text: card.facts.title ?? ""
                font.weight: Font.DemiBold
                maximumLineCount: 1
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Tokens.fontSmall
            }

            Words {
                width: parent.width
                text: card.facts.detail ?? ""
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
                lineHeight: 1.1
            }
        }
    }
}
