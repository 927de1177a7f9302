// How the network stands, in one sentence; Tor's own progress below it, and what a person can do.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    required property var model
    property bool isPortrait: false
    readonly property var facts: model.state

    signal bridgesWanted()
    signal later()

    tone: facts.tone

    Column {
        width: parent.width
        spacing: Tokens.gapMedium

        Sentence {
            objectName: "networkSentence"
            icon: card.facts.icon
            iconColor: card.facts.tone === "ask" ? Tokens.ask : card.facts.tone === "safe" ? Tokens.accent : Tokens.dim
            title: card.facts.title
            explanation: card.facts.detail
        }

        Column {
            objectName: "torProgress"
            width: parent.width
            spacing: Tokens.gap
            visible: card.facts.isMoving

            ProgressLine {
                objectName: "torPercent"
                text: card.facts.summary
                done: card.facts.percent
                total: 100
                canCancel: false
            }

            Stepper {
                width: parent.width
                steps: card.model.steps
            }

            Words {
                objectName: "torSilence"
                width: parent.width
                visible: text !== ""
                text: [card.facts.silence, card.facts.deadline].filter(each => each !== "").join(" ")
                color: Tokens.dim
                font.pixelSize: Tokens.fontSecondary
            }
        }

        Grid {
            id: buttons

            readonly property int count: [card.facts.canConnect, card.facts.canBridge, card.facts.canGoOffline].filter(each => each).length
            readonly property real side: card.isPortrait || count === 0 ? width : count === 1 ? Math.min(width, 300) : (width - (count - 1) * Tokens.gap) / count

            width: parent.width
            visible: count > 0
            columns: card.isPortrait ? 1 : 3
            spacing: Tokens.gap

            ActionButton {
                id: connect

                objectName: "connectButton"
                width: buttons.side
                visible: card.facts.canConnect
                kind: "primary"
                icon: "globe-lock"
                text: card.facts.connectText
                isBusy: card.model.busy === "connect"
                onClicked: card.model.connectTor()
            }

            ActionButton {
                id: bridge

                objectName: "bridgeButton"
                width: buttons.side
                visible: card.facts.canBridge
                icon: "waypoints"
                text: card.facts.bridgeText
                onClicked: card.bridgesWanted()
            }

            ActionButton {
                id: offline

                objectName: "offlineButton"
                width: buttons.side
                visible: card.facts.canGoOffline
                icon: "unplug"
                text: qsTr("Work offline")
                isBusy: card.model.busy === "offline"
                onClicked: card.model.workOffline()
            }
        }

        ActionButton {
            objectName: "laterButton"
            width: card.isPortrait ? parent.width : Math.min(parent.width, 300)
            visible: card.model.isFirst
            icon: "arrow-left"
            text: card.facts.state === "undecided" ? qsTr("Decide later") : qsTr("Go on to Lucid")
            onClicked: card.later()
        }
    }
}
