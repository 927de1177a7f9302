// What stays around the screens: rail, header, keyboard, notices, and the engine's questions above all.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.dialogs
import lucid_gui.style

Rectangle {
    id: shell

    required property var navigator
    required property var status
    required property var notices
    required property var questions

    readonly property bool isPortrait: height > width
    readonly property bool isTyping: keyboard.isOpen
    readonly property bool isWaiting: status.phase === "starting" || status.phase === "stopping"
    // The screen that is shown, or null while there is none.
    property var page: null
    readonly property bool hasHeader: page?.hasHeader ?? true
    readonly property bool hasRail: status.isReady && (page?.hasRail ?? true)
    property bool isAsleep: false

    function waitingText(): string {
        if (shell.status.phase === "stopping")
            return shell.status.recordingText === "" ? qsTr("Closing") : qsTr("Closing. The session that runs is ended and sealed first.");
        return qsTr("Starting. Checking this machine's cryptography and opening the records.");
    }

    function wake(): void {
        shell.isAsleep = false;
        idle.restart();
    }

    color: Tokens.background

    Timer {
        id: idle

        interval: Tokens.sleepAfter
        running: true
        onTriggered: shell.isAsleep = true
    }

    Rail {
        id: rail

        visible: shell.hasRail && !(shell.isPortrait && shell.isTyping)
        isBar: shell.isPortrait
        width: shell.isPortrait ? shell.width : Tokens.rail
        height: shell.isPortrait ? Tokens.railBar : shell.height
        y: shell.isPortrait ? shell.height - height : 0
        current: shell.navigator.rootScreen
        onChosen: screen => shell.navigator.open(screen)
    }

    Item {
        id: room

        readonly property bool hasRailBeside: rail.visible && !shell.isPortrait

        x: hasRailBeside ? rail.width : 0
        width: shell.width - x
        height: keyboard.isOpen ? keyboard.y : rail.visible && shell.isPortrait ? rail.y : shell.height
        clip: true

        Header {
            id: header

            width: parent.width
            height: visible ? Tokens.header : 0
            visible: shell.status.isReady && shell.hasHeader && !(shell.isTyping && !shell.isPortrait)
            status: shell.status
            title: shell.page?.title ?? ""
            canGoBack: shell.navigator.canGoBack
            showsRecording: shell.navigator.currentScreen !== "live"
            onBackAsked: shell.navigator.back()
            onNetworkAsked: {
                if (shell.navigator.currentScreen !== "network")
                    shell.navigator.open("network");
            }
        }

        Repeater {
            id: pages

            model: shell.navigator.screens
            onItemRemoved: (index, item) => {
                if (shell.page === (item as Loader)?.item)
                    shell.page = null;
            }

            Loader {
                id: loader

                readonly property bool isTop: index === pages.count - 1

                required property url url
                required property var screenModel
                required property string screenName
                required property int index

                x: 0
                y: header.height
                width: room.width
                height: room.height - y
                visible: isTop
                enabled: isTop && !sheet.isOpen && !afterSheet.running
                onIsTopChanged: {
                    if (loader.isTop && loader.item)
                        shell.page = loader.item;
                }
                onLoaded: {
                    if (loader.isTop)
                        shell.page = loader.item;
                }
                Component.onCompleted: setSource(url, {
                    model: screenModel,
                    navigator: shell.navigator
                })
            }
        }
    }

    OnScreenKeyboard {
        id: keyboard

        objectName: "keyboard"
        width: parent.width
        y: parent.height - height
        height: implicitHeight
        isTall: shell.isPortrait
    }

    NoticeBanner {
        objectName: "notice"
        notices: shell.notices
        x: room.x + Tokens.gapLarge
        width: room.width - 2 * Tokens.gapLarge
        // Below the bar at the top, whoever draws it, and far from the buttons at the bottom.
        y: header.visible ? header.height : shell.hasHeader ? Tokens.gap : Tokens.button + Tokens.gapMedium
        isInSight: !shell.isAsleep && !shell.isWaiting
    }

    Splash {
        anchors.fill: parent
        visible: shell.isWaiting
        text: shell.waitingText()

        MouseArea {
            anchors.fill: parent
        }
    }

    QuestionSheet {
        id: sheet

        objectName: "question"
        questions: shell.questions
        onIsOpenChanged: {
            if (!sheet.isOpen)
                afterSheet.restart();
        }
    }

    // A question may go by itself, under a finger that was about to answer it: for a moment that presses nothing beneath.
    Timer {
        id: afterSheet

        interval: Tokens.guard
    }

    // A question wakes the screen; its guard keeps the waking touch from answering it.
    Connections {
        function onQuestionIdChanged(): void {
            if (sheet.isOpen)
                shell.wake();
        }

        target: sheet
    }

    Sleep {
        objectName: "sleep"
        anchors.fill: parent
        isAsleep: shell.isAsleep
        onTouched: idle.restart()
        onWoken: shell.wake()
    }
}
