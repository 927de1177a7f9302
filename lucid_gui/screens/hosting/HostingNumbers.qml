// How long and how much of a hosted session is recorded, in one line.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: numbers

    required property var model

    implicitHeight: 24
    height: implicitHeight

    Row {
        anchors.verticalCenter: parent.verticalCenter
        spacing: Tokens.gapSmall

        StateMark {
            anchors.verticalCenter: parent.verticalCenter
            state: "recording"
            isInGap: numbers.model.isInGap
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("REC")
            color: Tokens.rec
            font.pixelSize: Tokens.fontSmall
            font.weight: Font.DemiBold
        }

        Words {
            objectName: "hostingClock"
            anchors.verticalCenter: parent.verticalCenter
            text: numbers.model.clock
            font.pixelSize: Tokens.fontSecondary
            font.weight: Font.DemiBold
            font.features: {
                "tnum": 1
            }
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: numbers.model.hiddenText === "" ? qsTr("%1, %2").arg(numbers.model.size).arg(numbers.model.chunks) : qsTr("%1, %2").arg(numbers.model.size).arg(numbers.model.hiddenText)
            color: Tokens.dim
            font.pixelSize: Tokens.fontSmall
        }
    }
}
