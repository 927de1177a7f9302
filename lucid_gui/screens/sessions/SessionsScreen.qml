// Every session, newest first, by day.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Sessions")
    property bool isPortrait: height > width
    readonly property var failure: model.failure

    ErrorNote {
        id: note

        objectName: "sessionsFailure"
        x: Tokens.gapLarge
        y: Tokens.gap
        width: parent.width - 2 * Tokens.gapLarge
        what: screen.failure.what ?? ""
        nextStep: screen.failure.nextStep ?? ""
        actionText: screen.failure.isRetryable ? qsTr("Try again") : ""
        onActed: screen.model.load()
    }

    EmptyState {
        objectName: "sessionsEmpty"
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Tokens.gapLarge, 460)
        visible: screen.model.count === 0 && !screen.model.isLoading && !note.visible
        icon: "film"
        title: qsTr("Nothing has been recorded yet")
        explanation: qsTr("Each session you start stays here, sealed, with the proof that nobody changed it.")
        actionText: qsTr("Start a session")
        actionIcon: "play"
        onActed: screen.model.startOne()
    }

    ListView {
        id: list

        objectName: "sessionList"
        anchors.fill: parent
        anchors.topMargin: note.visible ? note.height + 2 * Tokens.gap : 0
        anchors.leftMargin: Tokens.gapLarge
        anchors.rightMargin: Tokens.gapLarge
        visible: screen.model.count > 0
        model: screen.model.sessions
        clip: true
        spacing: Tokens.gapSmall
        reuseItems: true
        cacheBuffer: 320
        boundsBehavior: Flickable.StopAtBounds
        bottomMargin: Tokens.gapLarge
        section.property: "day"
        section.delegate: Item {
            id: day

            required property string section

            width: ListView.view.width
            height: 40

            Words {
                anchors.left: parent.left
                anchors.bottom: parent.bottom
                anchors.bottomMargin: Tokens.gapSmall
                text: day.section
                color: Tokens.dim
                font.pixelSize: Tokens.fontSecondary
                font.weight: Font.DemiBold
                lineHeight: 1
                Accessible.role: Accessible.Heading
            }
        }
        delegate: SessionRow {
            width: ListView.view.width
            isWide: !screen.isPortrait
            onOpened: id => screen.model.open(id)
        }

        Rectangle {
            parent: list
            anchors.right: parent.right
            anchors.rightMargin: -Tokens.gapLarge + 6
            y: list.height * list.visibleArea.yPosition
            width: 4
            height: Math.max(24, list.height * list.visibleArea.heightRatio)
            radius: 2
            visible: list.visibleArea.heightRatio < 1
            color: Tokens.dim
            opacity: 0.6
        }
    }
}
