// A QR code on its light ground; a tap makes it larger.
import QtQuick
import Lucid.Pictures
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: code

    property string text: ""

    name: qsTr("QR code with address, code and certificate. Tap to enlarge.")
    ringRadius: Tokens.radiusSmall

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall
        color: Tokens.codePaper
    }

    QrItem {
        objectName: "qrItem"
        anchors.fill: parent
        anchors.margins: 4
        text: code.text
        ink: Tokens.codeInk
        paper: Tokens.codePaper
    }
}
