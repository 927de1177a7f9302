// The one sentence of a screen, with its icon and what explains it.
import QtQuick
import lucid_gui.style

Column {
    id: sentence

    property string icon: ""
    property color iconColor: Tokens.accent
    property string title: ""
    property string explanation: ""
    property int titleSize: Tokens.fontStatement

    width: parent ? parent.width : implicitWidth
    spacing: Tokens.gapSmall

    Item {
        width: parent.width
        height: Math.max(words.height, glyph.visible ? glyph.height : 0)

        Icon {
            id: glyph

            anchors.verticalCenter: words.verticalCenter
            anchors.verticalCenterOffset: words.lineCount > 1 ? -(words.height - words.height / words.lineCount) / 2 : 0
            name: sentence.icon
            size: Math.round(sentence.titleSize * 1.1)
            color: sentence.iconColor
        }

        Words {
            id: words

            x: glyph.visible ? glyph.width + Tokens.gap : 0
            width: parent.width - x
            text: sentence.title
            font.pixelSize: sentence.titleSize
            font.weight: Font.DemiBold
            lineHeight: 1.1
            Accessible.role: Accessible.Heading
        }
    }

    Words {
        width: parent.width
        visible: text !== ""
        text: sentence.explanation
        color: Tokens.dim
    }
}
