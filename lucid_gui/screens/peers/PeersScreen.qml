// Other appliances that let this one read: the list, a pairing, and one of them.
import QtQuick
import lucid_gui.controls
import lucid_gui.pictures

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Other appliances")
    property bool isPortrait: height > width
    property bool isPairing: false
    readonly property bool hasChosen: model.chosen.peerId !== undefined

    Connections {
        function onAdded(): void {
            screen.isPairing = false;
        }

        target: screen.model
    }

    PeerList {
        anchors.fill: parent
        visible: !screen.isPairing && !screen.hasChosen
        model: screen.model
        isPortrait: screen.isPortrait
        onPairingWanted: screen.isPairing = true
        onNetworkWanted: screen.navigator.open("network")
    }

    PairingPart {
        anchors.fill: parent
        visible: screen.isPairing && !screen.hasChosen
        model: screen.model
        isPortrait: screen.isPortrait
        onClosed: {
            screen.model.choose("");
            screen.model.setLink("");
            screen.isPairing = false;
        }
        onNetworkWanted: screen.navigator.open("network")
    }

    PeerPart {
        anchors.fill: parent
        visible: screen.hasChosen
        model: screen.model
        isPortrait: screen.isPortrait
        onForgetWanted: confirm.isOpen = true
        onNetworkWanted: screen.navigator.open("network")
    }

    ScanCover {
        anchors.fill: parent
        scanner: screen.model.scanner
        title: qsTr("Hold the other appliance's QR code before the camera")
    }

    ConfirmSheet {
        id: confirm

        objectName: "forgetSheet"
        icon: "trash-2"
        title: qsTr("Forget this appliance?")
        explanation: qsTr("Its address and the keys to it are forgotten here. To read from it again, its owner has to let you in anew.")
        denyText: qsTr("Keep it")
        approveText: qsTr("Forget it")
        approveIcon: "trash-2"
        approveKind: "danger"
        onDenied: isOpen = false
        onApproved: {
            isOpen = false;
            screen.model.forget();
        }
    }
}
