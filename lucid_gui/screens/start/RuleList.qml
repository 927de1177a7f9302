// A row for each capability: never, asked, and for seeing also allowed from the start.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

ScrollColumn {
    id: list

    required property var model
    property bool isPortrait: false

    objectName: "ruleList"
    spacing: Tokens.gapSmall

    Repeater {
        model: list.model.rows

        Item {
            id: row

            required property var modelData

            width: parent?.width ?? 0
            height: choice.height

            Icon {
                id: glyph

                anchors.verticalCenter: parent.verticalCenter
                name: row.modelData.icon
                color: row.modelData.value === "deny" ? Tokens.dim : row.modelData.value === "ask" ? Tokens.ask : Tokens.accent
            }

            Words {
                anchors.verticalCenter: parent.verticalCenter
                x: glyph.width + Tokens.gap
                width: choice.x - x - Tokens.gap
                text: row.modelData.title
                font.weight: Font.Medium
            }

            SegmentedChoice {
                id: choice

                objectName: "rule-" + row.modelData.capability
                anchors.right: parent.right
                width: list.isPortrait ? 340 : 330
                visible: row.modelData.isCarried
                options: row.modelData.options
                value: row.modelData.value
                onChosen: value => list.model.setRule(row.modelData.capability, value)
            }

            Words {
                objectName: "notCarried-" + row.modelData.capability
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                width: choice.width
                visible: !row.modelData.isCarried
                text: qsTr("Never: this appliance cannot pass it on")
                color: Tokens.dim
                font.pixelSize: Tokens.fontSecondary
            }
        }
    }
}
