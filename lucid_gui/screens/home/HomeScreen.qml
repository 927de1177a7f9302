// How things stand: one sentence first, then anchors, space and chain.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator

    readonly property string title: qsTr("Home")
    readonly property bool isPortrait: height > width
    readonly property bool isRecording: model.runningId !== ""

    ScrollColumn {
        anchors.fill: parent
        padding: Tokens.gapLarge

        Card {
            width: parent.width
            height: Math.max(screen.isPortrait ? 236 : 212, hero.height + actions.height + Tokens.gapMedium + 2 * padding)
            padding: 26
            tone: screen.isRecording ? "danger" : "plain"

            Sentence {
                id: hero

                icon: screen.isRecording ? "circle-dot" : "shield-check"
                iconColor: screen.isRecording ? Tokens.rec : Tokens.accent
                title: screen.isRecording ? (screen.model.recording.title ?? "") : qsTr("Nobody is connected")
                explanation: screen.isRecording ? (screen.model.recording.detail ?? "") : screen.model.canStart ? qsTr("Start a session to record this machine's desktop. Everything is sealed as it happens, and anchored so that others can check it.") : qsTr("There is too little space to record. Free some on the disk that holds the recordings.")
            }

            Item {
                id: actions

                anchors.bottom: parent.bottom
                width: parent.width
                height: Tokens.button

                ActionButton {
                    id: start

                    objectName: "start"
                    width: screen.isPortrait ? Math.round(parent.width * 0.58) : Math.max(implicitWidth, 250)
                    visible: !screen.isRecording
                    enabled: screen.model.canStart
                    kind: "primary"
                    icon: "play"
                    text: qsTr("Start a session")
                    onClicked: screen.navigator.open("start")
                }

                ActionButton {
                    objectName: "join"
                    anchors.left: start.right
                    anchors.leftMargin: Tokens.gapMedium
                    width: screen.isPortrait ? parent.width - x : Math.max(implicitWidth, 170)
                    visible: !screen.isRecording
                    enabled: screen.model.canStart
                    icon: "link"
                    text: qsTr("Join one")
                    onClicked: screen.navigator.open("join")
                }

                ActionButton {
                    objectName: "watch"
                    width: screen.isPortrait ? parent.width : Math.max(implicitWidth, 250)
                    visible: screen.isRecording
                    kind: "primary"
                    icon: "eye"
                    text: screen.model.runningScreen === "live" ? qsTr("Watch or end it") : qsTr("Open the session")
                    onClicked: screen.navigator.open(screen.model.runningScreen, {
                        sessionId: screen.model.runningId
                    })
                }
            }
        }

        ErrorNote {
            what: screen.model.failure.what ?? ""
            nextStep: screen.model.failure.nextStep ?? ""
            actionText: qsTr("Try again")
            onActed: screen.model.refresh()
        }

        Card {
            objectName: "networkCard"
            width: parent.width
            visible: screen.model.isUndecided
            tone: "ask"

            Column {
                width: parent.width
                spacing: Tokens.gapMedium

                Sentence {
                    icon: "globe-lock"
                    iconColor: Tokens.ask
                    titleSize: Tokens.fontTitle
                    title: qsTr("Nobody can reach this appliance yet")
                    explanation: qsTr("It speaks with other appliances by Tor alone, and connects to nothing before you have chosen how.")
                }

                ActionButton {
                    objectName: "chooseNetwork"
                    width: screen.isPortrait ? parent.width : Math.max(implicitWidth, 250)
                    icon: "globe-lock"
                    text: qsTr("Choose now")
                    onClicked: screen.navigator.open("network")
                }
            }
        }

        Grid {
            id: cards

            readonly property real side: (width - (columns - 1) * spacing) / columns

            width: parent.width
            columns: 3
            spacing: Tokens.gapMedium

            FactCard {
                width: cards.side
                facts: screen.model.anchors
                isTappable: true
                onClicked: screen.navigator.open("sessions")
            }

            FactCard {
                width: cards.side
                facts: screen.model.space
            }

            FactCard {
                width: cards.side
                facts: screen.model.chain
                isTappable: true
                onClicked: screen.navigator.open("node")
            }
        }

        Card {
            width: parent.width
            visible: screen.height >= 600
            padding: Tokens.gapMedium

            Column {
                width: parent.width
                spacing: 4

                SectionTitle {
                    title: qsTr("Latest sessions")
                }

                Words {
                    width: parent.width
                    visible: screen.model.latest.length === 0
                    topPadding: Tokens.gapSmall
                    text: screen.model.isLoaded ? qsTr("There is none yet. The first one will stand here, with its state.") : qsTr("Reading the sessions")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSecondary
                }

                Repeater {
                    model: screen.model.latest

                    LatestRow {
                        id: latest

                        required property var modelData

                        width: parent?.width ?? 0
                        facts: modelData
                        onClicked: screen.navigator.open(latest.facts.isOpen ? "live" : "session", {
                            sessionId: latest.facts.sessionId
                        })
                    }
                }
            }
        }
    }
}
