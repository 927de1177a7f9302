// What the owner may change: how the screen looks and is held, how it records; and locking it.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator

    readonly property string title: qsTr("Settings")
    readonly property bool isPortrait: height > width

    ScrollColumn {
        anchors.fill: parent

        ErrorNote {
            what: screen.model.failure.what ?? ""
            nextStep: screen.model.failure.nextStep ?? ""
            actionText: screen.model.isLoaded ? "" : qsTr("Try again")
            onActed: screen.model.refresh()
        }

        EmptyState {
            visible: !screen.model.isLoaded && screen.model.failure.what === undefined
            icon: "settings"
            title: qsTr("Reading the settings")
        }

        Card {
            width: parent.width
            visible: screen.model.isLoaded

            Column {
                width: parent.width
                spacing: Tokens.gap

                SectionTitle {
                    title: qsTr("Screen")
                }

                SegmentedChoice {
                    objectName: "theme"
                    width: parent.width
                    value: screen.model.values.theme
                    options: [
                        {
                            value: "dark",
                            text: qsTr("Dark"),
                            icon: "moon"
                        },
                        {
                            value: "light",
                            text: qsTr("Light"),
                            icon: "sun"
                        },
                        {
                            value: "contrast",
                            text: qsTr("High contrast"),
                            icon: "contrast"
                        }
                    ]
                    onChosen: value => screen.model.choose("theme", value)
                }

                Words {
                    width: parent.width
                    topPadding: 4
                    text: qsTr("How the appliance is held: the picture and the touches turn together.")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSecondary
                }

                SegmentedChoice {
                    objectName: "rotation"
                    width: parent.width
                    value: Number(screen.model.values.rotation ?? 0)
                    options: [0, 90, 180, 270].map(degrees => ({
                                value: degrees,
                                text: degrees + "°"
                            }))
                    onChosen: value => screen.model.choose("rotation", value)
                }
            }
        }

        Card {
            width: parent.width
            padding: Tokens.gapMedium

            Column {
                width: parent.width

                ListRow {
                    objectName: "networkRow"
                    icon: "globe-lock"
                    title: qsTr("Network")
                    value: screen.model.networkText
                    isTappable: true
                    hasLine: true
                    onClicked: screen.navigator.open("network")
                }

                ListRow {
                    objectName: "accessRow"
                    icon: "telescope"
                    title: qsTr("Reading from afar")
                    detail: qsTr("Who may read this appliance's records")
                    isTappable: true
                    hasLine: true
                    onClicked: screen.navigator.open("access")
                }

                ListRow {
                    objectName: "peersRow"
                    icon: "router"
                    title: qsTr("Other appliances")
                    detail: qsTr("Whose records this one may read")
                    isTappable: true
                    onClicked: screen.navigator.open("peers")
                }
            }
        }

        Card {
            width: parent.width
            visible: screen.model.numbers.length > 0

            Column {
                width: parent.width
                spacing: Tokens.gap

                SectionTitle {
                    title: qsTr("Recording")
                }

                Repeater {
                    model: screen.model.numbers

                    StepperRow {
                        id: row

                        required property var modelData

                        objectName: modelData.name
                        title: modelData.title
                        detail: modelData.detail
                        valueText: modelData.valueText
                        canLower: modelData.canLower
                        canRaise: modelData.canRaise
                        onLowered: screen.model.step(row.modelData.name, -1)
                        onRaised: screen.model.step(row.modelData.name, 1)
                    }
                }
            }
        }

        Card {
            width: parent.width

            Column {
                width: parent.width
                spacing: Tokens.gap

                SectionTitle {
                    title: qsTr("Vault")
                }

                Words {
                    width: parent.width
                    text: screen.model.isRecording ? qsTr("It cannot be locked while a session runs; end that first.") : qsTr("Locked, it needs your passphrase before anything can be recorded or watched.")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSecondary
                }

                ActionButton {
                    objectName: "lock"
                    width: screen.isPortrait ? parent.width : implicitWidth
                    icon: "lock"
                    text: qsTr("Lock now")
                    enabled: !screen.model.isRecording
                    onClicked: screen.model.lock()
                }
            }
        }

        Card {
            width: parent.width
            padding: Tokens.gapMedium

            Column {
                width: parent.width

                ListRow {
                    icon: "info"
                    title: qsTr("Lucid")
                    value: screen.model.version
                    hasLine: true
                }

                ListRow {
                    objectName: "licences"
                    icon: "book-open"
                    title: qsTr("Licences")
                    isTappable: true
                    onClicked: screen.navigator.open("licences")
                }
            }
        }
    }
}
