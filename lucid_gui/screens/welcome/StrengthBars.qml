// How hard the passphrase is to guess: four bars and a word.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Column {
    id: strength

    property int level: 0
    property string text: ""

    readonly property color ink: level >= 3 ? Tokens.accent : level === 2 ? Tokens.ask : level === 1 ? Tokens.rec : Tokens.dim

    spacing: Tokens.gapSmall

    Row {
        id: bars

        width: parent.width
        spacing: 6

        Repeater {
            model: 4

            Rectangle {
                required property int index

                width: (bars.width - 3 * bars.spacing) / 4
                height: 6
                radius: 3
                color: index < strength.level ? strength.ink : Tokens.raised
                border.width: Tokens.lineWidth > 1 ? 1 : 0
                border.color: Tokens.line
            }
        }
    }

    Words {
        width: parent.width
        text: strength.text
        color: Tokens.dim
        font.pixelSize: Tokens.fontSecondary
    }
}
