// Somebody else's desktop on the whole screen. What lies inside the frame is theirs; the frame and the bar are ours.
import QtQuick
import Lucid.Joined
import lucid_gui.controls
import lucid_gui.style
import "../hosting" as Hosting

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: model.sentence
    property bool hasHeader: false
    property bool hasRail: false
    property bool isPortrait: width < 700
    // "live" or "zones"
    property string part: "live"
    property bool hasBar: true
    readonly property bool isTyping: typing.isOpen
    readonly property bool isOver: model.state === "ended"
    readonly property int frameWidth: 4

    onIsOverChanged: {
        if (screen.isOver) {
            typing.finish();
            screen.hasBar = true;
            screen.part = "live";
        }
    }

    Rectangle {
        anchors.fill: parent
        color: Tokens.background
    }

    Item {
        id: live

        anchors.fill: parent
        visible: screen.part === "live"

        Item {
            id: room

            x: screen.frameWidth
            y: bar.visible ? bar.height : screen.frameWidth
            width: parent.width - 2 * screen.frameWidth
            height: (typing.isOpen ? typing.y : parent.height - screen.frameWidth) - y
            clip: true

            Rectangle {
                anchors.fill: parent
                color: Tokens.hidden
            }

            DesktopItem {
                id: desktop

                objectName: "desktopItem"
                anchors.fill: parent
                feed: screen.model.feed
                hands: screen.model.hands
                enabled: screen.model.state === "watching" && !screen.model.isShielded && !picker.isOpen && !confirm.isOpen
                // The keys are the desktop's again once a sheet or a question has gone.
                onEnabledChanged: {
                    if (desktop.enabled)
                        desktop.forceActiveFocus();
                }
                Accessible.role: Accessible.Graphic
                Accessible.name: screen.model.feed.hasPicture ? qsTr("The other desktop") : qsTr("No picture yet")
            }

            Hosting.ZoneLayer {
                anchors.fill: parent
                visible: screen.model.feed.hasPicture && !screen.model.isShielded
                zones: screen.model.zones
            }

            JoinedCover {
                anchors.fill: parent
                model: screen.model
            }
        }

        JoinedBar {
            id: bar

            width: parent.width
            // Where there is little height, the keyboard takes the bar's.
            visible: screen.hasBar && !(typing.isOpen && screen.height < 600)
            model: screen.model
            isPortrait: screen.isPortrait
            isTyping: typing.isOpen
            onHidden: screen.hasBar = false
            onZonesWanted: {
                typing.finish();
                screen.model.zones.begin();
                screen.part = "zones";
            }
            onTypingWanted: {
                if (typing.isOpen)
                    typing.finish();
                else
                    typing.edit();
            }
            onLeaveAsked: confirm.isOpen = true
        }

        RemoteKeys {
            id: typing

            anchors.bottom: parent.bottom
            width: parent.width
            model: screen.model
        }

        // The frame: nothing that comes from the other end is drawn over it.
        Rectangle {
            objectName: "joinedFrame"
            anchors.fill: parent
            color: "transparent"
            border.width: screen.frameWidth
            border.color: screen.model.isOut ? Tokens.accent : Tokens.line
        }

        Pressable {
            objectName: "barHandle"
            anchors.horizontalCenter: parent.horizontalCenter
            width: 96
            height: Tokens.touch
            visible: !bar.visible
            name: qsTr("Show the bar")
            ringRadius: Tokens.radiusSmall
            onClicked: {
                if (screen.hasBar)
                    typing.finish();
                screen.hasBar = true;
            }

            Rectangle {
                width: parent.width
                height: 26
                bottomLeftRadius: Tokens.radiusSmall
                bottomRightRadius: Tokens.radiusSmall
                color: Tokens.surface
                border.width: Tokens.askWidth
                border.color: screen.model.isOut ? Tokens.accent : Tokens.dim

                Icon {
                    anchors.centerIn: parent
                    name: "chevron-down"
                    size: 20
                }
            }
        }

        Rectangle {
            objectName: "joinedHint"
            anchors.horizontalCenter: parent.horizontalCenter
            y: room.y + room.height - height - Tokens.gap
            width: Math.min(parent.width - 2 * Tokens.gapLarge, said.implicitWidth + 2 * Tokens.gapMedium)
            height: said.height + 2 * Tokens.gap
            visible: screen.model.hint !== "" && !picker.isOpen
            radius: Tokens.radius
            color: Tokens.surface
            border.width: Tokens.askWidth
            border.color: Tokens.ask

            Words {
                id: said

                objectName: "joinedHintText"
                anchors.centerIn: parent
                width: Math.min(implicitWidth, live.width - 2 * Tokens.gapLarge - 2 * Tokens.gapMedium)
                text: screen.model.hint
                font.pixelSize: Tokens.fontSecondary
            }
        }

        ErrorNote {
            objectName: "joinedFailure"
            x: Tokens.gapLarge
            y: room.y + Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            what: screen.part === "live" ? screen.model.failure.what ?? "" : ""
            nextStep: screen.model.failure.nextStep ?? ""
        }
    }

    Hosting.ZonesPart {
        anchors.fill: parent
        visible: screen.part === "zones"
        model: screen.model
        isPortrait: screen.height > screen.width
        explanation: qsTr("Hidden at once: from this screen, and from the recording here.")
        onClosed: screen.part = "live"
    }

    ConfirmSheet {
        id: picker

        objectName: "lengthSheet"
        isOpen: screen.model.picker.title !== undefined
        icon: screen.model.picker.icon ?? "circle-help"
        title: screen.model.picker.title ?? ""
        explanation: screen.model.picker.explanation ?? ""
        denyText: qsTr("Keep them here")
        approveText: qsTr("Let them out")
        onDenied: screen.model.closePicker()
        onApproved: screen.model.allow()

        SegmentedChoice {
            objectName: "lengthChoice"
            width: parent.width
            options: screen.model.picker.lengths ?? []
            value: screen.model.length
            answersToKeys: false
            onChosen: value => screen.model.chooseLength(value)
        }
    }

    ConfirmSheet {
        id: confirm

        objectName: "leaveSheet"
        icon: "log-out"
        title: qsTr("Leave this session?")
        explanation: qsTr("The connection ends, and the recording here stops for good and is sealed. To come back, a new code is needed.")
        denyText: qsTr("Stay")
        approveText: qsTr("Leave")
        approveIcon: "log-out"
        approveKind: "danger"
        onDenied: isOpen = false
        onApproved: {
            isOpen = false;
            screen.model.end();
        }
    }
}
