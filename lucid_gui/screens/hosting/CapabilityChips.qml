// Everything that a peer could do, each with how it stands, in two columns.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.style

Grid {
    id: chips

    required property var model
    property real chipHeight: Tokens.touch
    readonly property real side: (width - columnSpacing) / columns

    signal observerWanted()

    columns: 2
    columnSpacing: Tokens.gapSmall
    rowSpacing: Tokens.gapSmall

    Repeater {
        model: chips.model.chips

        CapabilityChip {
            required property var modelData

            width: chips.side
            height: chips.chipHeight
            facts: modelData
            onClicked: chips.model.revoke(modelData.capability)
        }
    }

    ObserverRow {
        objectName: chips.visible ? "observerRow" : ""
        width: chips.side
        height: chips.chipHeight
        facts: chips.model.observing
        onClicked: chips.observerWanted()
    }
}
