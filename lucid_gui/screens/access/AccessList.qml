// Who may read, a card each, with the button that ends it.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false
    property string endingId: ""
    property string endingName: ""

    signal grantWanted()
    signal callsWanted()
    signal networkWanted()

    ScrollColumn {
        objectName: "accessScroll"
        anchors.fill: parent
        anchors.bottomMargin: footer.height

        ErrorNote {
            objectName: "accessFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
        }

        OfflineNote {
            objectName: "accessOffline"
            visible: part.model.isOffline
            text: qsTr("Nobody can read from afar while this appliance works offline. Accesses are kept, and work again once it is connected by Tor.")
            isPortrait: part.isPortrait
            onActed: part.networkWanted()
        }

        EmptyState {
            objectName: "accessEmpty"
            anchors.horizontalCenter: parent.horizontalCenter
            visible: part.model.rows.length === 0 && part.model.failure.what === undefined
            icon: "telescope"
            title: part.model.isLoaded ? qsTr("Nobody may read from afar") : qsTr("Reading who may read")
            explanation: part.model.isLoaded ? qsTr("An auditor or a fleet's tool can be let in to read: what you choose, for as long as you choose. Nobody can change anything, and no picture, key or text ever leaves this way.") : ""
        }

        Repeater {
            model: part.model.rows

            AccessCard {
                required property var modelData
                required property int index

                objectName: "access" + index
                width: parent?.width ?? 0
                number: index
                facts: modelData
                isBusy: part.model.busy === "revoke"
                onRevokeWanted: {
                    part.endingId = facts.accessId;
                    part.endingName = facts.name;
                    confirm.isOpen = true;
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

        Row {
            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            spacing: Tokens.gapMedium

            ActionButton {
                objectName: "grantButton"
                width: (parent.width - Tokens.gapMedium) * 0.6
                enabled: !part.model.isOffline
                kind: "primary"
                icon: "plus"
                text: qsTr("Let someone read")
                onClicked: part.grantWanted()
            }

            ActionButton {
                objectName: "callsButton"
                width: (parent.width - Tokens.gapMedium) * 0.4
                icon: "clipboard-list"
                text: qsTr("The log")
                onClicked: part.callsWanted()
            }
        }
    }

    ConfirmSheet {
        id: confirm

        objectName: "revokeSheet"
        icon: "user-x"
        title: qsTr("End this access?")
        explanation: qsTr("%1 is cut off at once and for good. What was read already stays read; the log keeps it.").arg(part.endingName)
        denyText: qsTr("Keep it")
        approveText: qsTr("End it")
        approveIcon: "user-x"
        approveKind: "danger"
        onDenied: isOpen = false
        onApproved: {
            isOpen = false;
            part.model.revoke(part.endingId);
        }
    }
}
