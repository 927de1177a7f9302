// The session that runs: its picture, its numbers, its way to the chain, and its end.
import QtQuick
import lucid_gui.controls
import lucid_gui.pictures
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Session")
    property bool hasHeader: false
    property bool hasRail: false
    property bool isPortrait: height > width
    readonly property bool isRecording: model.state === "recording" || model.state === "opening"
    readonly property bool isKept: model.isOver
    readonly property real edge: Tokens.gapLarge

    Item {
        id: top

        x: screen.edge
        y: Tokens.gap
        width: parent.width - 2 * screen.edge
        height: Tokens.button

        IconButton {
            id: back

            objectName: "liveBackButton"
            anchors.verticalCenter: parent.verticalCenter
            anchors.left: parent.left
            anchors.leftMargin: -Tokens.gap
            icon: "arrow-left"
            name: qsTr("Back")
            onClicked: {
                if (screen.navigator.canGoBack)
                    screen.navigator.back();
                else
                    screen.navigator.open("home");
            }
        }

        StateMark {
            id: mark

            anchors.left: back.right
            anchors.leftMargin: 4
            anchors.verticalCenter: parent.verticalCenter
            state: screen.model.state
            isInGap: screen.model.isInGap
        }

        Words {
            id: sentence

            objectName: "liveSentence"
            anchors.left: mark.right
            anchors.leftMargin: Tokens.gap
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, ending.x - x - Tokens.gap - (clock.visible ? clock.width + Tokens.gap : 0))
            text: screen.model.sentence
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            maximumLineCount: 2
            elide: Text.ElideRight
            lineHeight: 1.1
            Accessible.role: Accessible.Heading
        }

        Words {
            id: clock

            objectName: "liveClock"
            anchors.left: sentence.right
            anchors.leftMargin: Tokens.gap
            anchors.verticalCenter: parent.verticalCenter
            visible: screen.isRecording
            text: screen.model.clock
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            font.features: {
                "tnum": 1
            }
        }

        Words {
            anchors.left: clock.right
            anchors.leftMargin: Tokens.gapLarge
            anchors.right: ending.left
            anchors.rightMargin: Tokens.gap
            anchors.baseline: clock.baseline
            visible: screen.isRecording && !screen.isPortrait && !screen.model.isInGap
            text: screen.model.sourceText
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            elide: Text.ElideRight
            maximumLineCount: 1
        }

        Item {
            id: ending

            anchors.right: parent.right
            width: screen.isPortrait ? 0 : (screen.model.canEnd ? endTop.width : screen.isKept ? openTop.width : 0)
            height: parent.height

            ActionButton {
                id: endTop

                objectName: screen.isPortrait ? "" : "endButton"
                anchors.right: parent.right
                visible: !screen.isPortrait && screen.model.canEnd
                width: 132
                kind: "danger"
                icon: "square"
                text: qsTr("End")
                isBusy: screen.model.isEnding
                onClicked: confirm.isOpen = true
            }

            ActionButton {
                id: openTop

                objectName: screen.isPortrait ? "" : "openSessionButton"
                anchors.right: parent.right
                visible: !screen.isPortrait && screen.isKept
                kind: "primary"
                icon: "film"
                text: qsTr("Open the session")
                onClicked: screen.model.openSession()
            }
        }
    }

    Column {
        id: notes

        x: screen.edge
        anchors.top: top.bottom
        anchors.topMargin: Tokens.gap
        width: top.width
        spacing: Tokens.gapSmall

        ErrorNote {
            objectName: "liveFailure"
            what: screen.model.failure.what ?? ""
            nextStep: screen.model.failure.nextStep ?? ""
        }

        IncidentStrip {
            incidents: screen.model.incidents
            isOpen: screen.isPortrait
        }
    }

    PictureFrame {
        id: picture

        readonly property real room: screen.isPortrait ? top.width : Math.min(470, (way.y - y - Tokens.gapMedium) * 16 / 9)

        objectName: "livePicture"
        x: screen.edge
        anchors.top: notes.bottom
        anchors.topMargin: notes.height > 0 ? Tokens.gap : 0
        width: room
        height: room * 9 / 16
        feed: screen.model.feed
        pictureOpacity: screen.isRecording ? (screen.model.isInGap ? 0.2 : 1) : 0.2

        Column {
            anchors.centerIn: parent
            visible: !picture.hasPicture || !screen.isRecording || screen.model.isInGap
            spacing: Tokens.gapSmall

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                name: screen.model.isInGap ? "unplug" : screen.isRecording ? "monitor" : screen.model.state === "anchored" ? "shield-check" : "lock"
                size: 40
                color: Tokens.pictureText
            }

            Words {
                anchors.horizontalCenter: parent.horizontalCenter
                text: screen.model.isInGap ? qsTr("No picture") : screen.isRecording ? qsTr("The first picture comes in a moment") : qsTr("The recording has ended")
                color: Tokens.pictureText
                font.pixelSize: Tokens.fontSecondary
            }
        }
    }

    LiveFacts {
        id: facts

        x: screen.isPortrait ? screen.edge : picture.x + picture.width + Tokens.gapMedium
        y: screen.isPortrait ? picture.y + picture.height + Tokens.gapMedium : picture.y
        width: screen.isPortrait ? top.width : screen.width - x - screen.edge
        height: screen.isPortrait ? implicitHeight : picture.height
        model: screen.model
    }

    Item {
        id: way

        x: screen.edge
        width: top.width
        height: stepper.height + Tokens.gapSmall + remark.height
        y: screen.isPortrait ? (facts.y + facts.height + screen.height - Tokens.button - 2 * Tokens.gapLarge - height) / 2 + Tokens.gap : screen.height - height - Tokens.gap

        Stepper {
            id: stepper

            objectName: "liveStepper"
            width: parent.width
            steps: screen.model.steps
        }

        Words {
            id: remark

            anchors.top: stepper.bottom
            anchors.topMargin: Tokens.gapSmall
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: screen.model.state === "anchored" && screen.model.blockText !== "" ? qsTr("In block %1. %2").arg(screen.model.blockText).arg(screen.model.detail) : screen.model.detail
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
        }
    }

    ActionButton {
        objectName: screen.isPortrait ? "endButton" : ""
        x: screen.edge
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Tokens.gapLarge
        width: top.width
        visible: screen.isPortrait && screen.model.canEnd
        kind: "danger"
        icon: "square"
        text: qsTr("End")
        isBusy: screen.model.isEnding
        onClicked: confirm.isOpen = true
    }

    ActionButton {
        objectName: screen.isPortrait ? "openSessionButton" : ""
        x: screen.edge
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Tokens.gapLarge
        width: top.width
        visible: screen.isPortrait && screen.isKept
        kind: "primary"
        icon: "film"
        text: qsTr("Open the session")
        onClicked: screen.model.openSession()
    }

    ConfirmSheet {
        id: confirm

        objectName: "endSheet"
        icon: "square"
        title: qsTr("End this session?")
        explanation: qsTr("The recording stops for good, and what is there is sealed and anchored. An ended session cannot be continued.")
        denyText: qsTr("Go on recording")
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
