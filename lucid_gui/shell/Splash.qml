// The calm first picture: the name, and what is being done.
import QtQuick
import lucid_gui.style

Rectangle {
    id: splash

    property string text: qsTr("Starting")

    color: Tokens.background

    Column {
        anchors.centerIn: parent
        spacing: Tokens.gapMedium

        Text {
            anchors.horizontalCenter: parent.horizontalCenter
            text: "Lucid"
            color: Tokens.text
            font.pixelSize: Tokens.fontAmount
            font.weight: Font.DemiBold
            font.letterSpacing: -0.5
        }

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: 48
            height: 4
            radius: 2
            color: Tokens.accent
        }

        Text {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Math.min(implicitWidth, splash.width - 2 * Tokens.gapLarge)
            horizontalAlignment: Text.AlignHCenter
            text: splash.text
            textFormat: Text.PlainText
            wrapMode: Text.Wrap
            color: Tokens.dim
            font.pixelSize: Tokens.fontBody
        }
    }
}
