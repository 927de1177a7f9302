// The network: how it stands, what a person can choose, the bridges, and this appliance's own address.
import QtQuick
import lucid_gui.controls
import lucid_gui.pictures

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Network")
    property bool isPortrait: height > width
    // "state", "bridges" or "rotation"
    property string part: "state"

    ScrollColumn {
        objectName: "networkScroll"
        anchors.fill: parent
        visible: screen.part === "state"

        ErrorNote {
            objectName: "networkFailure"
            what: screen.model.failure.what ?? ""
            nextStep: screen.model.failure.nextStep ?? ""
        }

        StateCard {
            width: parent.width
            model: screen.model
            isPortrait: screen.isPortrait
            onBridgesWanted: screen.part = "bridges"
            onLater: screen.navigator.open("home")
        }

        AddressCard {
            width: parent.width
            visible: screen.model.rotation.address !== ""
            facts: screen.model.rotation
            busy: screen.model.busy
            isPortrait: screen.isPortrait
            onRotationWanted: screen.part = "rotation"
            onFinishWanted: finish.isOpen = true
        }

        BridgesCard {
            width: parent.width
            visible: screen.model.state.state !== "undecided" && screen.model.state.state !== "reading"
            model: screen.model
            isPortrait: screen.isPortrait
            onBridgesWanted: screen.part = "bridges"
        }

        FactsCard {
            width: parent.width
            visible: screen.model.facts.length > 0
            facts: screen.model.facts
        }
    }

    BridgesPart {
        anchors.fill: parent
        visible: screen.part === "bridges"
        model: screen.model
        isPortrait: screen.isPortrait
        onClosed: screen.part = "state"
    }

    RotationPart {
        anchors.fill: parent
        visible: screen.part === "rotation"
        model: screen.model
        isPortrait: screen.isPortrait
        onClosed: screen.part = "state"
    }

    ScanCover {
        anchors.fill: parent
        scanner: screen.model.scanner
        title: qsTr("Hold the QR code of the bridges before the camera")
    }

    ConfirmSheet {
        id: finish

        objectName: "finishSheet"
        icon: "trash-2"
        title: qsTr("Let the old address go?")
        explanation: qsTr("Who knows only the old one reaches this appliance no more. Paired appliances that have not asked since the change need a new pairing.")
        denyText: qsTr("Keep both")
        approveText: qsTr("Let it go")
        approveIcon: "trash-2"
        approveKind: "danger"
        onDenied: isOpen = false
        onApproved: {
            isOpen = false;
            screen.model.finishRotation();
        }
    }
}
