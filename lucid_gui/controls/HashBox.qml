// A hash on a ground of its own, with what it is above it.
import QtQuick
import lucid_gui.style

Column {
    id: box

    property string label: ""
    property string value: ""

    spacing: 6
    visible: value !== ""

    Words {
        width: parent.width
        visible: text !== ""
        text: box.label
        color: Tokens.dim
        font.pixelSize: Tokens.fontSmall
    }

    Rectangle {
        width: parent.width
        height: hash.height + 2 * Tokens.gap
        radius: Tokens.radiusSmall
        color: Tokens.raised

        HashText {
            id: hash

            x: Tokens.gapMedium
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapMedium
            room: width
            value: box.value
        }
    }
}
