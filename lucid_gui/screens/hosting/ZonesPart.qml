// Hiding parts of the desktop: draw with a finger, move, remove; each is hidden as soon as the finger is lifted.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    readonly property var zones: model.zones
    property bool isPortrait: height > width
    property string explanation: qsTr("Hidden at once: from the peer, and from the recording.")

    signal closed()

    Item {
        id: head

        x: Tokens.gapLarge
        y: Tokens.gap
        width: parent.width - 2 * Tokens.gapLarge
        height: Tokens.button

        Sentence {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - (part.isPortrait ? 0 : done.width + Tokens.gap)
            spacing: 2
            titleSize: Tokens.fontTitle
            icon: "square-dashed"
            title: part.zones.selected >= 0 ? qsTr("Drag it to its place, or remove it") : qsTr("Draw over what nobody may see")
            explanation: part.explanation
        }

        ActionButton {
            id: done

            objectName: part.isPortrait ? "" : "zonesDoneButton"
            anchors.right: parent.right
            visible: !part.isPortrait
            width: 132
            kind: "primary"
            icon: "check"
            text: qsTr("Done")
            onClicked: part.closed()
        }
    }

    ErrorNote {
        id: note

        objectName: "zonesFailure"
        x: Tokens.gapLarge
        z: 1
        anchors.top: head.bottom
        anchors.topMargin: Tokens.gapSmall
        width: head.width
        what: part.model.failure.what ?? ""
        nextStep: part.model.failure.nextStep ?? ""
    }

    HostedPicture {
        id: picture

        readonly property real roomHeight: part.height - y - Tokens.gap - (part.isPortrait ? 2 * Tokens.button + 2 * Tokens.gap + Tokens.gapLarge : Tokens.gap)
        readonly property real roomWidth: part.isPortrait ? head.width : head.width - tools.width - Tokens.gapMedium
        readonly property real side: Math.min(roomWidth, roomHeight * 16 / 9)

        x: part.isPortrait ? (part.width - width) / 2 : Tokens.gapLarge
        y: head.y + head.height + Tokens.gap + (part.isPortrait ? Tokens.gap : 0)
        width: side
        height: side * 9 / 16
        radius: 0
        model: part.model

        MouseArea {
            objectName: "zoneArea"
            anchors.fill: parent
            preventStealing: true
            onPressed: mouse => part.zones.press(mouse.x, mouse.y, width, height)
            onPositionChanged: mouse => part.zones.drag(mouse.x, mouse.y, width, height)
            onReleased: part.zones.lift()
            onCanceled: part.zones.lift()
        }
    }

    Grid {
        id: tools

        readonly property real side: part.isPortrait ? (head.width - Tokens.gap) / 2 : 132

        x: part.isPortrait ? Tokens.gapLarge : part.width - Tokens.gapLarge - width
        y: part.isPortrait ? part.height - Tokens.gapLarge - Tokens.button - Tokens.gap - height : picture.y
        columns: part.isPortrait ? 2 : 1
        spacing: Tokens.gap

        ActionButton {
            objectName: "zoneRemoveButton"
            width: tools.side
            icon: "trash-2"
            text: qsTr("Remove")
            enabled: part.zones.selected >= 0
            onClicked: part.zones.removeSelected()
        }

        ActionButton {
            objectName: "zoneUndoButton"
            width: tools.side
            icon: "undo-2"
            text: qsTr("Undo all")
            enabled: part.zones.canUndo
            onClicked: part.zones.undoAll()
        }
    }

    ActionButton {
        objectName: part.isPortrait ? "zonesDoneButton" : ""
        x: Tokens.gapLarge
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Tokens.gapLarge
        visible: part.isPortrait
        width: head.width
        kind: "primary"
        icon: "check"
        text: qsTr("Done")
        onClicked: part.closed()
    }
}
