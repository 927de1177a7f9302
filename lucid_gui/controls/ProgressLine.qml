// How far long work is, in words and as a line, with a way to cancel it.
import QtQuick
import lucid_gui.style

Item {
    id: progress

    property string text: ""
    property real done: 0
    // 0: nobody knows how much there is to do.
    property real total: 0
    property bool canCancel: true

    readonly property real share: total > 0 ? Math.max(0, Math.min(1, done / total)) : 0

    signal cancelled()

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: Math.max(Tokens.touch, words.height + Tokens.gapSmall + track.height)
    Accessible.role: Accessible.ProgressBar
    Accessible.name: text

    Words {
        id: words

        anchors.left: parent.left
        anchors.right: amount.left
        anchors.rightMargin: Tokens.gap
        anchors.bottom: track.top
        anchors.bottomMargin: Tokens.gapSmall
        text: progress.text
        font.pixelSize: Tokens.fontSecondary
    }

    Words {
        id: amount

        anchors.right: track.right
        anchors.bottom: words.bottom
        text: progress.total > 0 ? qsTr("%1 %").arg(Math.floor(progress.share * 100)) : ""
        color: Tokens.dim
        font.pixelSize: Tokens.fontSecondary
    }

    Rectangle {
        id: track

        anchors.left: parent.left
        anchors.right: progress.canCancel ? cancel.left : parent.right
        anchors.rightMargin: progress.canCancel ? Tokens.gap : 0
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 4
        height: 8
        radius: 4
        color: Tokens.raised
        clip: true

        Rectangle {
            id: fill

            readonly property real unknownWidth: track.width * 0.3

            height: parent.height
            radius: 4
            width: progress.total > 0 ? Math.max(8, track.width * progress.share) : unknownWidth
            color: Tokens.accent

            NumberAnimation on x {
                running: progress.total <= 0 && progress.visible
                loops: Animation.Infinite
                from: -fill.unknownWidth
                to: track.width
                duration: 1400
                onStopped: fill.x = 0
            }
        }
    }

    IconButton {
        id: cancel

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        visible: progress.canCancel
        icon: "x"
        isFilled: true
        name: qsTr("Cancel")
        onClicked: progress.cancelled()
    }
}
