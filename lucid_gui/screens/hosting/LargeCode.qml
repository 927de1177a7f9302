// The invitation as large as the screen lets it be, for a camera at some distance; a tap closes it.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Rectangle {
    id: large

    property string text: ""
    property string code: ""
    property bool isOpen: false

    signal closed()

    // Used, expired or taken back: there is nothing to show, and the next one is not shown unasked.
    onTextChanged: {
        if (large.text === "")
            large.closed();
    }
    objectName: "largeCode"
    visible: isOpen
    z: 40
    color: Tokens.background

    MouseArea {
        anchors.fill: parent
        onClicked: large.closed()
    }

    Column {
        anchors.centerIn: parent
        spacing: Tokens.gap

        QrCode {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Math.floor(Math.min(large.width - 2 * Tokens.gapLarge, large.height - words.height - Tokens.gap - 2 * Tokens.gapLarge))
            height: width
            text: large.visible ? large.text : ""
            onClicked: large.closed()
        }

        Words {
            id: words

            anchors.horizontalCenter: parent.horizontalCenter
            text: large.code
            font.family: Tokens.monoFamily
            font.pixelSize: Tokens.fontCode
            font.weight: Font.DemiBold
        }
    }

    IconButton {
        objectName: "largeCodeClose"
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Tokens.gap
        icon: "x"
        isFilled: true
        name: qsTr("Close")
        onClicked: large.closed()
    }
}
