// This appliance's own onion address, both of them while it is being changed, and the way to change it.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    required property var facts
    property string busy: ""
    property bool isPortrait: false

    signal rotationWanted()
    signal finishWanted()

    tone: facts.isRunning ? "ask" : "plain"

    Column {
        width: parent.width
        spacing: Tokens.gap

        SectionTitle {
            title: card.facts.isRunning ? qsTr("The address is being changed") : qsTr("This appliance's address")
        }

        Words {
            objectName: "ownAddress"
            width: parent.width
            text: card.facts.address
            font.family: Tokens.monoFamily
            font.pixelSize: Tokens.fontMono
            wrapMode: Text.WrapAnywhere
        }

        Words {
            width: parent.width
            visible: text !== ""
            text: card.facts.isRunning ? qsTr("Both addresses lead here. The old one:") : card.facts.changedText ?? ""
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
        }

        Words {
            objectName: "oldAddress"
            width: parent.width
            visible: card.facts.isRunning
            text: card.facts.oldAddress ?? ""
            color: Tokens.dim
            font.family: Tokens.monoFamily
            font.pixelSize: Tokens.fontMono
            wrapMode: Text.WrapAnywhere
        }

        Words {
            objectName: "oldAddressUntil"
            width: parent.width
            visible: card.facts.isRunning
            text: card.facts.untilText ?? ""
            font.pixelSize: Tokens.fontSecondary
        }

        ActionButton {
            objectName: "rotateButton"
            width: card.isPortrait ? parent.width : Math.min(parent.width, 300)
            visible: card.facts.canRotate ?? false
            icon: "refresh-cw"
            text: qsTr("Change the address")
            isBusy: card.busy === "rotate"
            onClicked: card.rotationWanted()
        }

        ActionButton {
            objectName: "finishButton"
            width: card.isPortrait ? parent.width : Math.min(parent.width, 300)
            visible: card.facts.isRunning
            kind: "danger"
            icon: "trash-2"
            text: qsTr("Let the old one go")
            isBusy: card.busy === "finish"
            onClicked: card.finishWanted()
        }
    }
}
