// Facts in rows: what is known, and its value; a hash stands in groups beneath its name.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Column {
    id: list

    // A list of {title, value, isHash}.
    property var facts: []

    spacing: Tokens.gap

    Repeater {
        model: list.facts

        Item {
            id: row

            required property var modelData
            readonly property bool isStacked: modelData.isHash || value.implicitWidth > width * 0.62

            width: list.width
            height: isStacked ? name.height + 4 + (modelData.isHash ? hash.height : value.height) : Math.max(name.height, value.height)
            Accessible.role: Accessible.StaticText
            Accessible.name: modelData.title + ": " + modelData.value

            Words {
                id: name

                width: row.isStacked ? row.width : row.width * 0.36
                text: row.modelData.title
                color: Tokens.dim
                font.pixelSize: Tokens.fontSecondary
                Accessible.ignored: true
            }

            Words {
                id: value

                visible: !row.modelData.isHash
                anchors.right: row.isStacked ? undefined : parent.right
                y: row.isStacked ? name.height + 4 : 0
                width: row.isStacked ? row.width : Math.min(implicitWidth, row.width * 0.62)
                horizontalAlignment: row.isStacked ? Text.AlignLeft : Text.AlignRight
                text: row.modelData.isHash ? "" : row.modelData.value
                font.pixelSize: Tokens.fontSecondary
                Accessible.ignored: true
            }

            HashText {
                id: hash

                visible: row.modelData.isHash
                y: name.height + 4
                width: row.width
                font.pixelSize: Tokens.fontSmall
                value: row.modelData.isHash ? row.modelData.value.replace(/-/g, "") : ""
                Accessible.ignored: true
            }
        }
    }
}
