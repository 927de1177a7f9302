// What is said in the place of the other desktop while it is not shown.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Rectangle {
    id: cover

    required property var model
    readonly property bool isOver: model.state === "ended"
    readonly property bool isConnecting: model.state === "connecting" || !model.feed.hasPicture
    readonly property bool isCovering: isOver || model.isShielded || isConnecting

    objectName: "joinedCover"
    visible: isCovering || model.isInGap
    color: isCovering ? Tokens.background : "transparent"

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Tokens.gapLarge, 480)
        visible: cover.isCovering
        spacing: Tokens.gap

        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            name: cover.isOver ? "unplug" : cover.model.isShielded ? "eye-off" : "loader-circle"
            size: Tokens.iconLarge
            color: cover.model.isShielded && !cover.isOver ? Tokens.ask : Tokens.dim
        }

        Words {
            objectName: "coverTitle"
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: cover.isOver ? qsTr("The joined session is over") : cover.model.isShielded ? qsTr("Shielded") : qsTr("Connecting")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
        }

        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: cover.isOver ? cover.model.endText : cover.model.isShielded ? qsTr("Nothing goes out, nothing is shown, nothing is recorded.") : qsTr("The desktop shows as soon as the other end sends it.")
            color: Tokens.dim
        }

        ActionButton {
            objectName: "showRecordButton"
            anchors.horizontalCenter: parent.horizontalCenter
            visible: cover.isOver
            kind: "primary"
            icon: "film"
            text: qsTr("See the recording")
            onClicked: cover.model.showRecord()
        }
    }

    Rectangle {
        objectName: "gapNote"
        anchors.horizontalCenter: parent.horizontalCenter
        y: Tokens.gap
        width: gap.width + 2 * Tokens.gapMedium
        height: Tokens.touch
        visible: cover.model.isInGap && !cover.isCovering
        radius: Tokens.radius
        color: Tokens.surface
        border.width: Tokens.askWidth
        border.color: Tokens.ask

        Chip {
            id: gap

            anchors.centerIn: parent
            icon: "triangle-alert"
            iconColor: Tokens.ask
            color: Tokens.text
            text: qsTr("No new pictures, and nothing goes out")
        }
    }
}
