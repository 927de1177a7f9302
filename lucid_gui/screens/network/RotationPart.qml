// The change of this appliance's address: what it means, for how long both are served, and the confirmation.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false
    property real hours: 24

    signal closed()

    PartBar {
        id: bar

        y: Tokens.gapSmall
        width: parent.width
        backName: qsTr("Back to the network")
        onClosed: part.closed()

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: qsTr("Change the address")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        objectName: "rotationScroll"
        anchors.fill: parent
        anchors.topMargin: bar.y + bar.height
        anchors.bottomMargin: footer.height
        spacing: Tokens.gap

        Words {
            width: parent.width
            text: qsTr("This appliance gets a new onion address. Appliances that are paired with it follow by themselves: the old address signs a statement that names the new one. Everybody else has to be told. Sessions have addresses of their own and go on.")
            color: Tokens.dim
        }

        Words {
            width: parent.width
            text: qsTr("For how long should the old address lead here too?")
        }

        SegmentedChoice {
            objectName: "overlapChoice"
            width: parent.width
            value: part.hours
            options: [
                {
                    value: 0,
                    text: qsTr("Not at all")
                },
                {
                    value: 24,
                    text: qsTr("24 hours")
                },
                {
                    value: 168,
                    text: qsTr("7 days")
                }
            ]
            onChosen: value => part.hours = value
        }

        Words {
            objectName: "overlapMeaning"
            width: parent.width
            text: part.hours === 0 ? qsTr("For an address that somebody has who should not. Paired appliances cannot follow, and need a new pairing.") : qsTr("Paired appliances that ask in this time follow. It can be let go sooner.")
            color: part.hours === 0 ? Tokens.ask : Tokens.dim
            font.pixelSize: Tokens.fontSecondary
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + 2 * Tokens.gap
        color: Tokens.background

        ActionButton {
            objectName: "rotateNowButton"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: part.isPortrait ? parent.width - 2 * Tokens.gapLarge : 360
            kind: "primary"
            icon: "refresh-cw"
            text: qsTr("Change the address")
            onClicked: confirm.isOpen = true
        }
    }

    ConfirmSheet {
        id: confirm

        objectName: "rotateSheet"
        icon: "refresh-cw"
        title: qsTr("Change this appliance's address?")
        explanation: part.hours === 0 ? qsTr("The old address is gone at once, for everybody.") : qsTr("Both addresses lead here for a while. The old one cannot be had back after that.")
        denyText: qsTr("Keep it")
        approveText: qsTr("Change it")
        approveIcon: "refresh-cw"
        approveKind: "danger"
        onDenied: isOpen = false
        onApproved: {
            isOpen = false;
            part.model.rotate(part.hours);
            part.closed();
        }
    }
}
