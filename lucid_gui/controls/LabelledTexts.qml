// Texts to be copied off the screen, each under what it is for.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.style

Column {
    id: list

    // Each with "name" (of its object), "label" and "text"; one without a text is not shown.
    required property var rows

    spacing: Tokens.gapMedium

    Repeater {
        model: list.rows

        Column {
            id: row

            required property var modelData

            width: list.width
            spacing: 2
            visible: row.modelData.text !== ""

            Words {
                width: parent.width
                text: row.modelData.label
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
            }

            Words {
                objectName: row.modelData.name
                width: parent.width
                text: row.modelData.text
                font.family: Tokens.monoFamily
                font.pixelSize: Tokens.fontMono
                wrapMode: Text.WrapAnywhere
            }
        }
    }
}
