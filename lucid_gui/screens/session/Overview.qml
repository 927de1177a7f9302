// A session's first page: picture, proof, time line, and what can be done.
import QtQuick
import lucid_gui.controls
import lucid_gui.pictures
import lucid_gui.style

Item {
    id: overview

    required property var model
    property bool isPortrait: false

    signal detailsWanted(tab: string)
    signal exportWanted()
    signal againWanted()

    ScrollColumn {
        id: scroll

        objectName: "sessionOverview"
        anchors.fill: parent
        anchors.leftMargin: Tokens.gapSmall
        anchors.rightMargin: Tokens.gapSmall
        anchors.bottomMargin: actions.height
        padding: Tokens.gap
        spacing: Tokens.gapMedium

        Grid {
            id: head

            width: parent.width
            columns: overview.isPortrait ? 1 : 2
            columnSpacing: Tokens.gapMedium
            rowSpacing: Tokens.gapMedium

            PictureFrame {
                width: overview.isPortrait ? head.width : (head.width - Tokens.gapMedium) / 2
                height: overview.isPortrait ? Math.min(width * 9 / 16, 300) : 186

                Pressable {
                    objectName: "pictureButton"
                    anchors.fill: parent
                    visible: overview.model.canPlay
                    name: qsTr("Play")
                    ringRadius: Tokens.radiusLarge
                    onClicked: overview.model.play()
                }

                Rectangle {
                    anchors.centerIn: parent
                    visible: overview.model.canPlay
                    width: 68
                    height: 68
                    radius: 34
                    color: Tokens.accent

                    Icon {
                        anchors.centerIn: parent
                        anchors.horizontalCenterOffset: 2
                        name: "play"
                        size: 32
                        color: Tokens.accentText
                    }
                }

                Column {
                    anchors.centerIn: parent
                    visible: !overview.model.canPlay
                    spacing: Tokens.gapSmall

                    Icon {
                        anchors.horizontalCenter: parent.horizontalCenter
                        name: overview.model.isRunning ? "circle-dot" : overview.model.state === "failed" ? "eye-off" : "lock"
                        size: 40
                        color: Tokens.pictureText
                    }

                    Words {
                        anchors.horizontalCenter: parent.horizontalCenter
                        text: overview.model.isRunning ? qsTr("It is recording now") : overview.model.state === "failed" ? qsTr("There is nothing to play") : qsTr("It plays once it is sealed")
                        color: Tokens.pictureText
                        font.pixelSize: Tokens.fontSecondary
                    }
                }
            }

            VerificationCard {
                width: overview.isPortrait ? head.width : (head.width - Tokens.gapMedium) / 2
                height: overview.isPortrait ? implicitHeight : 186
                isWhole: overview.isPortrait
                session: overview.model
                model: overview.model.verification
                onOpened: overview.detailsWanted("checks")
            }
        }

        SectionTitle {
            title: qsTr("What happened")
            remark: overview.model.wasInterrupted ? qsTr("%1, interrupted").arg(overview.model.durationText) : overview.model.durationText
        }

        TimeLine {
            objectName: "sessionTimeLine"
            duration: overview.model.duration
            gaps: overview.model.gaps
            spans: overview.model.trail.spans
            hasSigns: !overview.model.trail.isThere
        }

        MarkRow {
            objectName: "sessionMarks"
            visible: overview.model.trail.isThere
            duration: overview.model.duration
            marks: overview.model.trail.marks
            onPicked: at => overview.model.playAt(at)
        }

        Column {
            width: parent.width
            visible: overview.isPortrait
            spacing: 4

            Repeater {
                model: overview.isPortrait ? overview.model.gaps.slice(0, 4) : []

                Chip {
                    required property var modelData

                    height: 24
                    icon: "triangle-alert"
                    text: qsTr("%1 at %2").arg(modelData.text).arg(modelData.at)
                    iconColor: Tokens.ask
                }
            }
        }

        Card {
            width: parent.width
            visible: overview.isPortrait
            height: facts.height + 2 * padding
            padding: Tokens.gapMedium

            FactList {
                id: facts

                width: parent.width
                facts: overview.model.facts
            }
        }
    }

    Rectangle {
        id: actions

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + Tokens.gapLarge + Tokens.gap
        color: Tokens.background

        ProgressLine {
            objectName: "hostAgainProgress"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            visible: overview.model.opening.hasProgress
            text: overview.model.opening.text
            done: Math.max(0, overview.model.opening.fraction)
            total: 1
            onCancelled: overview.model.cancelHosting()
        }

        Row {
            id: buttons

            readonly property int count: overview.model.canHostAgain ? 4 : 3
            readonly property real side: (width - (count - 1) * spacing) / count

            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            visible: !overview.model.opening.hasProgress
            spacing: Tokens.gap

            ActionButton {
                objectName: "playButton"
                width: buttons.side
                visible: !overview.model.isRunning
                kind: "primary"
                icon: "play"
                text: qsTr("Play")
                enabled: overview.model.canPlay
                onClicked: overview.model.play()
            }

            ActionButton {
                objectName: "openLiveButton"
                width: buttons.side
                visible: overview.model.isRunning
                kind: "primary"
                icon: "eye"
                text: qsTr("See it live")
                onClicked: overview.model.openLive()
            }

            ActionButton {
                objectName: "exportButton"
                width: buttons.side
                icon: "download"
                text: qsTr("Export")
                enabled: overview.model.isSealed
                onClicked: overview.exportWanted()
            }

            ActionButton {
                objectName: "detailsButton"
                width: buttons.side
                icon: "list"
                text: qsTr("Details")
                onClicked: overview.detailsWanted("manifest")
            }

            ActionButton {
                objectName: "hostAgainButton"
                width: buttons.side
                visible: overview.model.canHostAgain
                icon: "door-open"
                text: qsTr("Host again")
                isBusy: overview.model.opening.isBusy
                onClicked: overview.againWanted()
            }
        }
    }
}
