// The appliances that let this one read, a row each.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false

    signal pairingWanted()
    signal networkWanted()

    ScrollColumn {
        objectName: "peersScroll"
        anchors.fill: parent
        anchors.bottomMargin: footer.height

        ErrorNote {
            objectName: "peersFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
        }

        OfflineNote {
            objectName: "peersOffline"
            visible: part.model.isOffline
            text: qsTr("Other appliances are reached by Tor alone, and this one works offline.")
            isPortrait: part.isPortrait
            onActed: part.networkWanted()
        }

        EmptyState {
            objectName: "peersEmpty"
            anchors.horizontalCenter: parent.horizontalCenter
            visible: part.model.rows.length === 0 && part.model.failure.what === undefined
            icon: "router"
            title: part.model.isLoaded ? qsTr("No other appliance yet") : qsTr("Reading the list")
            explanation: part.model.isLoaded ? qsTr("The owner of another appliance lets you read from it: Settings, Reading from afar shows a QR code there. Scan it here.") : ""
        }

        Card {
            width: parent.width
            visible: part.model.rows.length > 0
            padding: Tokens.gapMedium

            Column {
                width: parent.width

                Repeater {
                    model: part.model.rows

                    ListRow {
                        required property var modelData
                        required property int index

                        objectName: "peer" + index
                        icon: "router"
                        title: modelData.name
                        detail: modelData.detail
                        isTappable: true
                        hasLine: index < part.model.rows.length - 1
                        onClicked: part.model.choose(modelData.peerId)
                    }
                }
            }
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + 2 * Tokens.gap
        color: Tokens.background

        ActionButton {
            objectName: "addPeerButton"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: part.isPortrait ? parent.width - 2 * Tokens.gapLarge : 360
            enabled: !part.model.isOffline
            kind: "primary"
            icon: "plus"
            text: qsTr("Add an appliance")
            onClicked: part.pairingWanted()
        }
    }
}
