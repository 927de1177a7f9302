// What the camera sees while a QR code is looked for: over the whole screen, with the way out in reach.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Rectangle {
    id: cover

    // A Scanner of a view model.
    required property var scanner
    property string title: qsTr("Hold the QR code before the camera")
    readonly property bool hasFailed: scanner.failure.what !== undefined
    readonly property bool isTall: height > width

    objectName: "scanCover"
    visible: scanner.isOpen
    z: 30
    color: Tokens.background

    MouseArea {
        anchors.fill: parent
        onWheel: wheel => wheel.accepted = true
    }

    Sentence {
        id: words

        x: Tokens.gapLarge
        y: Tokens.gap
        width: parent.width - 2 * Tokens.gapLarge
        icon: "scan-qr-code"
        titleSize: Tokens.fontTitle
        title: cover.title
        explanation: cover.hasFailed ? "" : qsTr("Flat, near and with light on it. No picture is kept.")
    }

    PictureFrame {
        readonly property real room: buttons.y - words.y - words.height - 2 * Tokens.gap

        anchors.horizontalCenter: parent.horizontalCenter
        y: words.y + words.height + Tokens.gap
        width: Math.min(cover.width - 2 * Tokens.gapLarge, room * 4 / 3)
        height: width * 3 / 4
        visible: !cover.hasFailed
        feed: cover.scanner.feed
        name: qsTr("What the camera sees")

        Words {
            anchors.centerIn: parent
            visible: !parent.hasPicture
            text: qsTr("Waiting for the camera")
            color: Tokens.pictureText
        }
    }

    ErrorNote {
        objectName: "scanFailure"
        x: Tokens.gapLarge
        y: words.y + words.height + Tokens.gap
        width: parent.width - 2 * Tokens.gapLarge
        what: cover.scanner.failure.what ?? ""
        nextStep: cover.scanner.failure.nextStep ?? ""
    }

    Row {
        id: buttons

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Tokens.gap
        x: Tokens.gapLarge
        width: parent.width - 2 * Tokens.gapLarge
        spacing: Tokens.gapMedium

        ActionButton {
            objectName: "scanCancelButton"
            width: cover.hasFailed ? (parent.width - Tokens.gapMedium) / 2 : parent.width
            icon: "x"
            text: qsTr("Cancel")
            onClicked: cover.scanner.close()
        }

        ActionButton {
            objectName: "scanAgainButton"
            width: (parent.width - Tokens.gapMedium) / 2
            visible: cover.hasFailed
            kind: "primary"
            icon: "refresh-cw"
            text: qsTr("Try again")
            onClicked: cover.scanner.open()
        }
    }
}
