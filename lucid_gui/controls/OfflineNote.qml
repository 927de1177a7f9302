// What does not work without Tor, with the way to the network.
import QtQuick
import lucid_gui.style

Card {
    id: note

    property string text: ""
    property bool isPortrait: false

    signal acted()

    width: parent ? parent.width : implicitWidth
    tone: "ask"

    Column {
        width: parent.width
        spacing: Tokens.gap

        Words {
            width: parent.width
            text: note.text
        }

        ActionButton {
            objectName: "openNetworkButton"
            width: note.isPortrait ? parent.width : Math.min(parent.width, 300)
            icon: "globe-lock"
            text: qsTr("Open Network")
            onClicked: note.acted()
        }
    }
}
