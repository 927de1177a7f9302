// A session that a peer can join: who is there, what they may do, and what the owner can stop at once.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Hosted session")
    property bool hasHeader: false
    property bool hasRail: false
    property bool isPortrait: height > width
    // "live", "zones", "observer", "text" or "observerText"
    property string part: "live"
    readonly property bool isAdmitted: model.peerState === "admitted"
    readonly property real edge: Tokens.gapLarge

    Item {
        id: live

        anchors.fill: parent
        visible: screen.part === "live"

        HostingBar {
            id: top

            x: screen.edge
            y: Tokens.gap
            width: parent.width - 2 * screen.edge
            model: screen.model
            isPortrait: screen.isPortrait
            onBackAsked: {
                if (screen.navigator.canGoBack)
                    screen.navigator.back();
                else
                    screen.navigator.open("home");
            }
            onEndAsked: confirm.isOpen = true
        }

        Column {
            id: notes

            x: screen.edge
            anchors.top: top.bottom
            anchors.topMargin: height > 0 ? Tokens.gapSmall : 0
            width: top.width
            spacing: Tokens.gapSmall

            ErrorNote {
                objectName: "hostingFailure"
                what: screen.part === "live" ? screen.model.failure.what ?? "" : ""
                nextStep: screen.model.failure.nextStep ?? ""
                actionText: screen.model.failure.isNetwork ? qsTr("Open Network") : ""
                onActed: screen.navigator.open("network")
            }

            IncidentStrip {
                incidents: screen.model.incidents
                isOpen: screen.isPortrait
            }
        }

        HostedPicture {
            id: picture

            readonly property real room: actions.y - y - numbers.height - 2 * Tokens.gapSmall
            readonly property real side: screen.isPortrait ? top.width : Math.min(340, room * 16 / 9)

            x: screen.edge
            anchors.top: notes.bottom
            anchors.topMargin: Tokens.gap
            width: side
            height: side * 9 / 16
            model: screen.model
        }

        HostingNumbers {
            id: numbers

            x: screen.edge
            anchors.top: picture.bottom
            anchors.topMargin: Tokens.gapSmall
            width: screen.isPortrait ? top.width : 340
            model: screen.model
        }

        ScrollColumn {
            id: facts

            objectName: "hostingFacts"
            x: screen.isPortrait ? 0 : screen.edge + 340 + Tokens.gapMedium - padding
            y: screen.isPortrait ? numbers.y + numbers.height + Tokens.gap : picture.y
            width: screen.width - x
            height: (screen.isPortrait ? actions.y : screen.height) - y - (screen.isPortrait ? Tokens.gap : 0)
            padding: screen.edge
            topPadding: 0
            spacing: Tokens.gap

            InvitationCard {
                width: parent.width
                height: implicitHeight
                visible: screen.model.isThere && !screen.isAdmitted
                facts: screen.model.invitation
                reach: screen.model.reach
                isLocked: screen.model.isLocked
                canRenew: screen.model.peerState === "absent"
                isRenewing: screen.model.isInviting
                isTall: screen.isPortrait
                onEnlarged: large.isOpen = true
                onRenewed: screen.model.invite()
                onTextWanted: screen.part = "text"
                onNetworkWanted: screen.navigator.open("network")
            }

            CapabilityChips {
                width: parent.width
                visible: screen.isAdmitted
                model: screen.model
                chipHeight: screen.isPortrait ? 60 : Tokens.touch
                onObserverWanted: screen.part = "observer"
            }

            ObserverRow {
                visible: screen.model.isThere && !screen.isAdmitted
                facts: screen.model.observing
                onClicked: screen.part = "observer"
            }
        }

        HostingActions {
            id: actions

            x: screen.edge
            anchors.bottom: parent.bottom
            anchors.bottomMargin: screen.isPortrait ? Tokens.gapLarge : Tokens.gap
            width: screen.isPortrait ? top.width : 340
            model: screen.model
            isPortrait: screen.isPortrait
            onZonesWanted: {
                screen.model.zones.begin();
                screen.part = "zones";
            }
            onEndAsked: confirm.isOpen = true
        }
    }

    ZonesPart {
        anchors.fill: parent
        visible: screen.part === "zones"
        model: screen.model
        isPortrait: screen.isPortrait
        onClosed: screen.part = "live"
    }

    ObserverPart {
        anchors.fill: parent
        visible: screen.part === "observer"
        model: screen.model
        isPortrait: screen.isPortrait
        onClosed: screen.part = "live"
        onTextWanted: screen.part = "observerText"
        onNetworkWanted: screen.navigator.open("network")
    }

    InvitationText {
        readonly property bool isObserver: screen.part === "observerText"

        anchors.fill: parent
        visible: screen.part === "text" || isObserver
        facts: isObserver ? screen.model.observing.invitation : screen.model.invitation
        reach: isObserver ? screen.model.observing.reach : screen.model.reach
        onClosed: screen.part = isObserver ? "observer" : "live"
    }

    LargeCode {
        id: large

        anchors.fill: parent
        text: screen.model.isLocked || screen.model.invitation.isExpired ? "" : screen.model.invitation.link ?? ""
        code: screen.model.invitation.code ?? ""
        onClosed: isOpen = false
    }

    ConfirmSheet {
        id: confirm

        objectName: "endSheet"
        icon: "square"
        title: qsTr("End this session?")
        explanation: qsTr("The peer is disconnected, the recording stops for good, and what is there is sealed and anchored. An ended session cannot be continued.")
        denyText: qsTr("Go on")
        approveText: qsTr("End it")
        approveIcon: "square"
        approveKind: "danger"
        onDenied: isOpen = false
        onApproved: {
            isOpen = false;
            screen.model.end();
        }
    }
}
