// A number with its bounds, changed by two buttons.
import QtQuick
import lucid_gui.style

Item {
    id: stepper

    property string title: ""
    property string detail: ""
    property string valueText: ""
    property bool canLower: true
    property bool canRaise: true

    signal lowered()
    signal raised()

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: Math.max(Tokens.button, words.height + 2 * Tokens.gapSmall)

    Column {
        id: words

        anchors.verticalCenter: parent.verticalCenter
        width: buttons.x - Tokens.gap
        spacing: 2

        Words {
            width: parent.width
            text: stepper.title
            font.weight: Font.Medium
            lineHeight: 1.1
        }

        Words {
            width: parent.width
            visible: text !== ""
            text: stepper.detail
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            lineHeight: 1.1
        }
    }

    Row {
        id: buttons

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.gapSmall

        IconButton {
            objectName: stepper.objectName + "-lower"
            icon: "minus"
            isFilled: true
            name: qsTr("Less: %1").arg(stepper.title)
            enabled: stepper.canLower
            onClicked: stepper.lowered()
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: 84
            horizontalAlignment: Text.AlignHCenter
            text: stepper.valueText
            font.weight: Font.DemiBold
        }

        IconButton {
            objectName: stepper.objectName + "-raise"
            icon: "plus"
            isFilled: true
            name: qsTr("More: %1").arg(stepper.title)
            enabled: stepper.canRaise
            onClicked: stepper.raised()
        }
    }
}
