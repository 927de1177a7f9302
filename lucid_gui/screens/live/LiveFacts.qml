// The numbers of the session that runs.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: facts

    required property var model

    padding: Tokens.gapMedium
    implicitHeight: 5 * 24 + 16 + 4 * Tokens.gapLarge + 2 * padding

    Column {
        id: list

        width: parent.width
        // The rows share the height that the card has.
        spacing: Math.max(4, Math.min(Tokens.gapLarge, (facts.height - 2 * facts.padding - 5 * 24 - 16) / 4))

        LiveFact {
            width: list.width
            title: qsTr("Recorded")
            value: facts.model.size
        }

        LiveFact {
            width: list.width
            visible: !facts.model.canEnd
            title: qsTr("Length")
            value: facts.model.duration
        }

        LiveFact {
            objectName: "sealedChunks"
            width: list.width
            title: qsTr("Sealed chunks")
            value: String(facts.model.sealedChunks)
            valueColor: facts.model.sealedChunks > 0 ? Tokens.accent : Tokens.text
        }

        LiveFact {
            width: list.width
            visible: facts.model.canEnd
            title: qsTr("Open chunk")
            value: qsTr("%1 of 16 MB").arg(facts.model.openChunk)
            hasBar: true
            share: facts.model.openFill
        }

        LiveFact {
            objectName: "liveGaps"
            width: list.width
            title: qsTr("Without pictures")
            value: facts.model.gapsText
            valueColor: facts.model.gaps > 0 ? Tokens.ask : Tokens.text
            icon: facts.model.gaps > 0 ? "triangle-alert" : ""
        }

        LiveFact {
            width: list.width
            visible: value !== ""
            title: qsTr("Encoder")
            value: facts.model.encoder
        }
    }
}
