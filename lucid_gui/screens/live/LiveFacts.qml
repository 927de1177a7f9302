// The numbers of the session that runs.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: facts

    required property var model
    property int columns: 1
    readonly property real cell: (width - 2 * padding - (columns - 1) * Tokens.gapLarge) / columns

    padding: Tokens.gapMedium
    implicitHeight: grid.implicitHeight + 2 * padding

    Grid {
        id: grid

        width: parent.width
        columns: facts.columns
        columnSpacing: Tokens.gapLarge
        rowSpacing: facts.columns > 1 ? Tokens.gapMedium : Math.max(6, (facts.height - 2 * facts.padding - 4 * 24 - 44) / 4)

        LiveFact {
            width: facts.cell
            title: qsTr("Recorded")
            value: facts.model.size
        }

        LiveFact {
            objectName: "sealedChunks"
            width: facts.cell
            title: qsTr("Sealed chunks")
            value: String(facts.model.sealedChunks)
            valueColor: facts.model.sealedChunks > 0 ? Tokens.accent : Tokens.text
        }

        LiveFact {
            width: facts.cell
            title: qsTr("Open chunk")
            value: qsTr("%1 of 16 MB").arg(facts.model.openChunk)
            hasBar: true
            share: facts.model.openFill
        }

        LiveFact {
            objectName: "liveGaps"
            width: facts.cell
            title: qsTr("Without pictures")
            value: facts.model.gapsText
            valueColor: facts.model.gaps > 0 ? Tokens.ask : Tokens.text
            icon: facts.model.gaps > 0 ? "triangle-alert" : ""
        }

        LiveFact {
            width: facts.cell
            title: qsTr("Encoder")
            value: facts.model.encoder
        }
    }
}
