// Start a session: what is recorded, what happens with it, and the beginning.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Start a session")
    property bool isPortrait: height > width
    readonly property bool isRefused: model.spaceLevel === "refusing" || model.spaceLevel === "closing"
    readonly property var failure: model.failure
    // "choice" or "rules"
    property string part: "choice"

    RulesPart {
        anchors.fill: parent
        visible: screen.part === "rules"
        model: screen.model.rules
        isPortrait: screen.isPortrait
        onClosed: screen.part = "choice"
    }

    ScrollColumn {
        id: scroll

        objectName: "startScroll"
        anchors.fill: parent
        visible: screen.part === "choice"
        anchors.leftMargin: Tokens.gapSmall
        anchors.rightMargin: Tokens.gapSmall
        anchors.bottomMargin: footer.height
        padding: Tokens.gap
        // In landscape the sandbox, a peer and two displays lie above the footer.
        spacing: screen.isPortrait ? Tokens.gapMedium : Tokens.gap

        Sentence {
            icon: "circle-dot"
            iconColor: Tokens.rec
            title: screen.model.runningId !== "" ? qsTr("A session is running already") : screen.isRefused ? qsTr("No session can be started now") : qsTr("What should be recorded?")
            explanation: screen.model.runningId !== "" ? qsTr("There is one session at a time. Open it to see or end it.") : ""
        }

        ErrorNote {
            objectName: "startFailure"
            what: screen.failure.what ?? ""
            nextStep: screen.failure.nextStep ?? ""
            actionText: screen.failure.isNetwork ? qsTr("Open Network") : ""
            onActed: screen.navigator.open("network")
        }

        SpaceNote {
            level: screen.model.spaceLevel
            freeText: screen.model.spaceText
        }

        Grid {
            width: parent.width
            columns: screen.isPortrait ? 1 : 2
            columnSpacing: Tokens.gapMedium
            rowSpacing: Tokens.gapMedium

            Column {
                id: sources

                width: screen.isPortrait ? parent.width : (parent.width - Tokens.gapMedium) / 2
                spacing: Tokens.gapSmall
                enabled: !screen.model.isStarting

                Repeater {
                    model: screen.model.sources

                    SourceCard {
                        required property var modelData
                        required property int index

                        objectName: "source" + index
                        width: sources.width
                        icon: modelData.icon
                        title: modelData.title
                        detail: modelData.detail
                        brief: modelData.brief
                        isCompact: !screen.isPortrait
                        isChosen: index === screen.model.selected
                        onClicked: screen.model.select(index)
                    }
                }
            }

            Column {
                width: sources.width
                visible: screen.model.isForPeer
                spacing: Tokens.gap

                Profiles {
                    width: parent.width
                    enabled: !screen.model.isStarting
                    model: screen.model
                    onRulesWanted: screen.part = "rules"
                }

                ListRow {
                    objectName: "reachRow"
                    visible: screen.model.reachText !== ""
                    icon: screen.model.isByTor ? "globe-lock" : "unplug"
                    title: screen.model.isByTor ? qsTr("Reached by Tor") : qsTr("Not reached from elsewhere")
                    detail: screen.model.reachText
                    isTappable: true
                    onClicked: screen.navigator.open("network")
                }

                ToggleRow {
                    objectName: "localRow"
                    x: Tokens.gap
                    width: parent.width - 2 * x
                    visible: screen.model.hasTor
                    enabled: !screen.model.isStarting
                    title: qsTr("Only on this machine")
                    detail: qsTr("Nobody elsewhere can join.")
                    isOn: screen.model.isLocal
                    onToggled: isOn => screen.model.stayLocal(isOn)
                }
            }

            Promises {
                width: sources.width
                visible: !screen.model.isForPeer
                isLarge: screen.isPortrait
            }
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + 2 * (screen.isPortrait ? Tokens.gapMedium : Tokens.gapSmall)
        visible: screen.part === "choice"
        color: Tokens.background

        ProgressLine {
            objectName: "startProgress"
            x: Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - 2 * Tokens.gapLarge
            visible: screen.model.work.hasProgress
            text: screen.model.work.text
            done: Math.max(0, screen.model.work.fraction)
            total: 1
            onCancelled: screen.model.cancel()
        }

        Chip {
            id: space

            anchors.left: parent.left
            anchors.leftMargin: Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            visible: screen.model.spaceText !== "" && !screen.isPortrait && !screen.model.work.hasProgress
            icon: "hard-drive"
            text: screen.model.spaceText
        }

        ActionButton {
            objectName: "startButton"
            anchors.right: parent.right
            anchors.rightMargin: Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            width: screen.isPortrait ? parent.width - 2 * Tokens.gapLarge : 300
            visible: screen.model.runningId === "" && !screen.model.work.hasProgress
            kind: "primary"
            icon: screen.model.isForPeer ? "user-round" : "play"
            text: screen.model.isStarting ? qsTr("Starting") : screen.model.isForPeer ? qsTr("Open the door") : qsTr("Start recording")
            isBusy: screen.model.isStarting
            enabled: screen.model.canStart
            onClicked: screen.model.start()
        }

        ActionButton {
            objectName: "openRunningButton"
            anchors.right: parent.right
            anchors.rightMargin: Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            width: screen.isPortrait ? parent.width - 2 * Tokens.gapLarge : 300
            visible: screen.model.runningId !== ""
            kind: "primary"
            icon: "eye"
            text: qsTr("Open the running one")
            onClicked: screen.model.openRunning()
        }
    }
}
