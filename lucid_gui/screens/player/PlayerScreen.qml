// A recording, played from memory; the controls go by themselves and come back at a tap.
import QtQuick
import lucid_gui.controls
import lucid_gui.pictures
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Player")
    property bool hasHeader: false
    property bool hasRail: false
    property bool isPortrait: height > width
    property bool hasControls: true
    readonly property bool hasFailed: model.failure.what !== undefined
    // Held, over, in a gap or failed: what can be done stays in sight.
    readonly property bool mustShow: !model.isPlaying || hasFailed || seek.isDragging

    function wake(): void {
        screen.hasControls = true;
        fade.restart();
    }

    onMustShowChanged: screen.wake()

    Timer {
        id: fade

        interval: Tokens.controlsFade
        running: true
        onTriggered: {
            if (!screen.mustShow)
                screen.hasControls = false;
        }
    }

    Rectangle {
        anchors.fill: parent
        color: Tokens.picture
    }

    PictureFrame {
        id: picture

        objectName: "playerPicture"
        anchors.fill: parent
        anchors.topMargin: screen.isPortrait ? top.height : 0
        anchors.bottomMargin: screen.isPortrait ? bottom.height : 0
        radius: 0
        color: "transparent"
        border.width: 0
        feed: screen.model.feed
    }

    MouseArea {
        objectName: "playerTapArea"
        anchors.fill: parent
        onClicked: {
            if (screen.hasControls && !screen.mustShow)
                screen.hasControls = false;
            else
                screen.wake();
        }
    }

    Words {
        anchors.centerIn: picture
        visible: screen.model.isOpening
        text: qsTr("Opening the recording")
        color: Tokens.pictureText
    }

    Rectangle {
        id: gapNote

        objectName: "gapNote"
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.verticalCenter: picture.verticalCenter
        visible: screen.model.gapText !== "" && !screen.hasFailed
        width: gapRow.width + 2 * Tokens.gapMedium
        height: Tokens.touch
        radius: Tokens.radius
        color: Tokens.surface
        border.width: Tokens.askWidth
        border.color: Tokens.ask
        Accessible.role: Accessible.StaticText
        Accessible.name: screen.model.gapText

        Row {
            id: gapRow

            anchors.centerIn: parent
            spacing: Tokens.gapSmall

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: "triangle-alert"
                size: 20
                color: Tokens.ask
            }

            Words {
                anchors.verticalCenter: parent.verticalCenter
                text: screen.model.gapText
                font.pixelSize: Tokens.fontSecondary
                font.weight: Font.DemiBold
                Accessible.ignored: true
            }
        }
    }

    Rectangle {
        objectName: "markNote"
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: bottom.top
        anchors.bottomMargin: Tokens.gap
        visible: screen.model.markText !== "" && !screen.hasFailed
        width: markWords.width + 2 * Tokens.gapMedium
        height: markWords.height + Tokens.gapMedium
        radius: Tokens.radiusSmall
        color: Tokens.surface
        border.width: Tokens.lineWidth
        border.color: Tokens.line
        Accessible.role: Accessible.StaticText
        Accessible.name: screen.model.markText

        Words {
            id: markWords

            anchors.centerIn: parent
            width: Math.min(implicitWidth, screen.width - 2 * Tokens.gapLarge - 2 * Tokens.gapMedium)
            text: screen.model.markText
            font.pixelSize: Tokens.fontSecondary
            font.weight: Font.DemiBold
            maximumLineCount: 2
            elide: Text.ElideRight
            Accessible.ignored: true
        }
    }

    ErrorNote {
        objectName: "playerFailure"
        anchors.centerIn: picture
        width: Math.min(parent.width - 2 * Tokens.gapLarge, 520)
        z: 2
        what: screen.model.failure.what ?? ""
        nextStep: screen.model.failure.nextStep ?? ""
        actionText: screen.model.failure.isRetryable || !screen.model.isThere ? qsTr("Try again") : ""
        onActed: screen.model.open()
    }

    Rectangle {
        id: top

        width: parent.width
        height: Tokens.header + Tokens.gap
        color: Tokens.background
        opacity: screen.hasControls ? 1 : 0
        visible: opacity > 0

        Behavior on opacity {
            NumberAnimation {
                duration: Tokens.calm
            }
        }

        MouseArea {
            anchors.fill: parent
            onClicked: screen.wake()
        }

        IconButton {
            id: close

            objectName: "closePlayerButton"
            x: Tokens.gap
            anchors.verticalCenter: parent.verticalCenter
            icon: "x"
            isFilled: true
            name: qsTr("Close the player")
            onClicked: screen.navigator.back()
        }

        Words {
            anchors.left: close.right
            anchors.leftMargin: Tokens.gap
            anchors.right: moment.left
            anchors.rightMargin: Tokens.gap
            anchors.verticalCenter: parent.verticalCenter
            text: screen.model.title
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            maximumLineCount: 1
            elide: Text.ElideRight
        }

        Column {
            id: moment

            anchors.right: parent.right
            anchors.rightMargin: Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            visible: screen.model.isThere

            Words {
                objectName: "playerLocalTime"
                anchors.right: parent.right
                text: screen.model.localText
                font.weight: Font.DemiBold
                lineHeight: 1.1
                font.features: {
                    "tnum": 1
                }
            }

            Words {
                objectName: "playerUtc"
                anchors.right: parent.right
                text: screen.model.utcText
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
                lineHeight: 1.1
                font.features: {
                    "tnum": 1
                }
            }
        }
    }

    Rectangle {
        id: bottom

        anchors.bottom: parent.bottom
        width: parent.width
        height: column.height + 2 * Tokens.gap
        color: Tokens.background
        opacity: screen.hasControls && screen.model.isThere ? 1 : 0
        visible: opacity > 0

        Behavior on opacity {
            NumberAnimation {
                duration: Tokens.calm
            }
        }

        MouseArea {
            anchors.fill: parent
            onClicked: screen.wake()
        }

        Column {
            id: column

            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            spacing: Tokens.gapSmall

            SeekBar {
                id: seek

                width: parent.width
                model: screen.model
            }

            Item {
                width: parent.width
                height: screen.isPortrait ? Tokens.button + Tokens.gap + speeds.height : Tokens.button

                Row {
                    id: buttons

                    anchors.horizontalCenter: screen.isPortrait ? parent.horizontalCenter : undefined
                    spacing: Tokens.gap

                    SkipButton {
                        objectName: "skipBackButton"
                        icon: "rewind"
                        text: qsTr("10 s")
                        name: qsTr("Ten seconds back")
                        onClicked: {
                            screen.wake();
                            screen.model.skip(-10);
                        }
                    }

                    ActionButton {
                        objectName: "playPauseButton"
                        width: 132
                        kind: "primary"
                        icon: screen.model.isPlaying ? "pause" : screen.model.isAtEnd ? "rotate-cw" : "play"
                        text: screen.model.isPlaying ? qsTr("Pause") : screen.model.isAtEnd ? qsTr("Again") : qsTr("Play")
                        onClicked: {
                            screen.wake();
                            screen.model.toggle();
                        }
                    }

                    SkipButton {
                        objectName: "skipForwardButton"
                        icon: "fast-forward"
                        text: qsTr("10 s")
                        name: qsTr("Ten seconds forward")
                        onClicked: {
                            screen.wake();
                            screen.model.skip(10);
                        }
                    }
                }

                SegmentedChoice {
                    id: speeds

                    objectName: "speedChoice"
                    anchors.right: parent.right
                    anchors.bottom: parent.bottom
                    anchors.bottomMargin: screen.isPortrait ? 0 : (Tokens.button - height) / 2
                    width: screen.isPortrait ? parent.width : Math.min(360, parent.width - buttons.width - Tokens.gapLarge)
                    value: screen.model.speed
                    options: screen.model.speeds.map(speed => ({
                                value: speed,
                                text: qsTr("%1×").arg(speed === 0.5 ? "½" : speed)
                            }))
                    onChosen: value => {
                        screen.wake();
                        screen.model.setSpeed(value);
                    }
                }
            }
        }
    }
}
