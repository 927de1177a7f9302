// Somebody who may only watch: how they come in, whether they are there, and the tap that sends them away.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    readonly property var facts: model.observing
    property bool isPortrait: false

    signal closed()
    signal textWanted()
    signal networkWanted()

    PartBar {
        id: bar

        y: Tokens.gap
        width: parent.width
        backName: qsTr("Back to the hosted session")
        onClosed: part.closed()

        Words {
            objectName: "observerSentence"
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: part.facts.title
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        id: column

        objectName: "observerFacts"
        anchors.fill: parent
        anchors.topMargin: bar.y + bar.height
        anchors.bottomMargin: answers.height
        spacing: Tokens.gap

        ErrorNote {
            objectName: "observerFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
            actionText: part.model.failure.isNetwork ? qsTr("Open Network") : ""
            onActed: part.networkWanted()
        }

        Words {
            objectName: "observerDetail"
            width: parent.width
            text: part.facts.detail
            color: Tokens.dim
        }

        Words {
            width: parent.width
            visible: part.facts.state === "none"
            text: qsTr("They come in by an address and a code of their own. Nothing is shown before they have agreed to the terms and you have allowed it here. No key, click, text or file of theirs gets through.")
            color: Tokens.dim
        }

        InvitationCard {
            width: parent.width
            height: implicitHeight
            visible: part.facts.state === "waiting" || part.facts.state === "at_door" || part.facts.state === "closed"
            prefix: "observer"
            facts: part.facts.invitation
            reach: part.facts.reach
            canRenew: part.facts.canInvite
            isRenewing: part.model.isInvitingObserver
            isTall: part.isPortrait
            onEnlarged: large.isOpen = true
            onRenewed: part.model.inviteObserver()
            onTextWanted: part.textWanted()
            onNetworkWanted: part.networkWanted()
        }
    }

    Item {
        id: answers

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + Tokens.gapLarge + Tokens.gap

        ActionButton {
            objectName: "inviteObserverButton"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            visible: part.facts.state === "none"
            kind: "primary"
            icon: "users"
            text: qsTr("Make a code for watching")
            isBusy: part.model.isInvitingObserver
            onClicked: part.model.inviteObserver()
        }

        ActionButton {
            objectName: "dropObserverButton"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            visible: part.facts.canStop
            kind: "danger"
            icon: "user-x"
            text: qsTr("Stop: nobody watches")
            isBusy: part.model.isDroppingObserver
            onClicked: part.model.dropObserver()
        }
    }

    LargeCode {
        id: large

        objectName: "observerLargeCode"
        anchors.fill: parent
        text: part.facts.invitation.isExpired ? "" : part.facts.invitation.link ?? ""
        code: part.facts.invitation.code ?? ""
        onClosed: isOpen = false
    }
}
