// The line above a part of a screen: the way back to its first page, and what is chosen.
import QtQuick
import lucid_gui.style

Item {
    id: bar

    property string backName: qsTr("Back to the session's first page")
    default property alias content: slot.data

    signal closed()

    implicitHeight: slot.height + Tokens.gapSmall

    IconButton {
        id: back

        objectName: "partBackButton"
        x: Tokens.gapLarge - Tokens.gapSmall
        anchors.verticalCenter: slot.verticalCenter
        icon: "x"
        isFilled: true
        name: bar.backName
        onClicked: bar.closed()
    }

    Item {
        id: slot

        anchors.left: back.right
        anchors.leftMargin: Tokens.gap
        anchors.right: parent.right
        anchors.rightMargin: Tokens.gapLarge
        height: Tokens.touch + Tokens.gapSmall
    }
}
