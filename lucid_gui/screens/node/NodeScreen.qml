// This appliance as a node: how its chain is, what is anchored on it, and who the appliance is.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator

    readonly property string title: qsTr("Node")
    readonly property bool isPortrait: height > width
    readonly property bool isAway: model.state === "away"

    ScrollColumn {
        anchors.fill: parent

        EmptyState {
            visible: screen.model.state === "loading"
            icon: "box"
            title: qsTr("Asking the chain")
            explanation: qsTr("It takes a moment after a start.")
        }

        ErrorNote {
            visible: what !== "" && screen.model.block.number === undefined
            what: screen.model.failure.what ?? ""
            nextStep: screen.model.failure.nextStep ?? ""
            actionText: qsTr("Ask again")
            onActed: screen.model.refresh()
        }

        Card {
            width: parent.width
            visible: screen.model.block.number !== undefined
            tone: screen.isAway ? "ask" : "plain"

            Column {
                width: parent.width
                spacing: Tokens.gapMedium

                Sentence {
                    icon: screen.isAway ? "unplug" : "shield-check"
                    iconColor: screen.isAway ? Tokens.ask : Tokens.accent
                    title: screen.isAway ? (screen.model.failure.what ?? qsTr("The chain is away")) : qsTr("The chain answers")
                    explanation: screen.isAway ? (screen.model.failure.nextStep ?? "") : ""
                }

                Grid {
                    width: parent.width
                    columns: screen.isPortrait ? 1 : 2
                    columnSpacing: 28
                    rowSpacing: Tokens.gapMedium

                    Column {
                        width: screen.isPortrait ? parent.width : 210
                        spacing: 2

                        Words {
                            width: parent.width
                            text: screen.isAway ? qsTr("The last block that was seen") : qsTr("Newest block")
                            color: Tokens.dim
                            font.pixelSize: Tokens.fontSmall
                        }

                        Words {
                            width: parent.width
                            text: screen.model.block.number ?? ""
                            font.pixelSize: Tokens.fontAmount
                            font.weight: Font.DemiBold
                            lineHeight: 1
                            fontSizeMode: Text.HorizontalFit
                            minimumPixelSize: Tokens.fontTitle
                        }

                        Words {
                            width: parent.width
                            text: screen.model.block.time ?? ""
                            color: Tokens.dim
                            font.pixelSize: Tokens.fontSmall
                        }
                    }

                    HashBox {
                        width: screen.isPortrait ? parent.width : parent.width - 210 - parent.columnSpacing
                        label: qsTr("Its hash")
                        value: screen.model.block.hash ?? ""
                    }
                }

                ActionButton {
                    objectName: "askAgain"
                    visible: screen.isAway
                    width: screen.isPortrait ? parent.width : implicitWidth
                    icon: "refresh-cw"
                    text: qsTr("Ask again")
                    onClicked: screen.model.refresh()
                }
            }
        }

        Card {
            width: parent.width
            visible: screen.model.facts.length > 0
            padding: Tokens.gapMedium

            Column {
                width: parent.width

                Repeater {
                    model: screen.model.facts

                    ListRow {
                        required property var modelData
                        required property int index

                        title: modelData.title
                        value: modelData.value
                        valueColor: Tokens.text
                        hasLine: index < screen.model.facts.length - 1
                    }
                }
            }
        }

        Card {
            width: parent.width
            visible: screen.model.addresses.length > 0 || screen.model.endpoint !== ""

            Column {
                width: parent.width
                spacing: Tokens.gapMedium

                SectionTitle {
                    title: qsTr("Contracts")
                    remark: screen.model.addresses.length === 0 ? qsTr("not there yet") : ""
                }

                Repeater {
                    model: screen.model.addresses

                    HashBox {
                        required property var modelData

                        width: parent?.width ?? 0
                        label: modelData.title
                        value: modelData.value
                    }
                }

                Column {
                    width: parent.width
                    visible: screen.model.endpoint !== ""
                    spacing: 4

                    Words {
                        width: parent.width
                        text: qsTr("Where the chain is asked")
                        color: Tokens.dim
                        font.pixelSize: Tokens.fontSmall
                    }

                    Words {
                        width: parent.width
                        text: screen.model.endpoint
                        font.family: Tokens.monoFamily
                        font.pixelSize: Tokens.fontMono
                        wrapMode: Text.WrapAnywhere
                    }
                }
            }
        }

        Card {
            width: parent.width
            visible: screen.model.fingerprint !== ""

            Column {
                width: parent.width
                spacing: Tokens.gap

                SectionTitle {
                    title: qsTr("This appliance")
                }

                HashBox {
                    width: parent.width
                    label: qsTr("Fingerprint of its key. Compare it, in person or by phone, with the one in a proof.")
                    value: screen.model.fingerprint
                }
            }
        }
    }
}
