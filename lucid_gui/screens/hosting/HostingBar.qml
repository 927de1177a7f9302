// The sentence of a hosted session, the way back, and its end.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: bar

    required property var model
    property bool isPortrait: false

    signal backAsked()
    signal endAsked()

    implicitHeight: Math.max(Tokens.button, words.height)
    height: implicitHeight

    IconButton {
        id: back

        objectName: "hostingBackButton"
        anchors.verticalCenter: parent.verticalCenter
        anchors.left: parent.left
        anchors.leftMargin: -Tokens.gap
        icon: "arrow-left"
        name: qsTr("Back")
        onClicked: bar.backAsked()
    }

    Column {
        id: words

        anchors.left: back.right
        anchors.leftMargin: Tokens.gapSmall
        anchors.right: ending.visible ? ending.left : parent.right
        anchors.rightMargin: ending.visible ? Tokens.gapMedium : 0
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        Words {
            objectName: "hostingSentence"
            width: parent.width
            text: bar.model.sentence
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1.1
            Accessible.role: Accessible.Heading
        }

        Words {
            objectName: "hostingDetail"
            width: parent.width
            text: bar.model.detail
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            lineHeight: 1.1
        }

        Words {
            objectName: "hostingConsent"
            width: parent.width
            visible: text !== ""
            text: bar.model.consent
            color: Tokens.dim
            font.pixelSize: Tokens.fontSmall
            lineHeight: 1.1
        }
    }

    ActionButton {
        id: ending

        objectName: bar.isPortrait ? "" : "endButton"
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        visible: !bar.isPortrait
        width: 132
        kind: "danger"
        icon: "square"
        text: qsTr("End")
        isBusy: bar.model.isEnding
        onClicked: bar.endAsked()
    }
}
