// The bridges that are in use, and the way to use others or none.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    required property var model
    property bool isPortrait: false
    readonly property bool hasBridges: model.bridges.length > 0
    readonly property bool hasUnreadable: model.state.hasUnreadableBridges
    readonly property bool takesBridges: model.state.takesBridges

    signal bridgesWanted()

    Column {
        width: parent.width
        spacing: Tokens.gap

        SectionTitle {
            title: qsTr("Bridges")
        }

        Words {
            width: parent.width
            visible: !card.takesBridges || (!card.hasBridges && !card.hasUnreadable)
            text: card.takesBridges ? qsTr("Tor is reached directly. Whoever provides this network can see that Tor is used, though not what for; a bridge hides that too.") : qsTr("Tor is this machine's own, and bridges are set in its own configuration.")
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
        }

        Column {
            width: parent.width
            visible: card.hasBridges

            Repeater {
                model: card.model.bridges

                ListRow {
                    required property var modelData
                    required property int index

                    objectName: "bridge" + index
                    icon: "waypoints"
                    title: modelData.title
                    detail: modelData.detail
                }
            }
        }

        Grid {
            id: buttons

            readonly property real side: card.isPortrait ? width : (width - spacing) / 2

            width: parent.width
            columns: card.isPortrait ? 1 : 2
            spacing: Tokens.gap

            ActionButton {
                objectName: "otherBridgesButton"
                width: buttons.side
                visible: card.takesBridges && (card.hasBridges || !card.model.state.canBridge)
                icon: "waypoints"
                text: card.hasBridges ? qsTr("Use others") : qsTr("Use a bridge")
                onClicked: card.bridgesWanted()
            }

            ActionButton {
                objectName: "forgetBridgesButton"
                width: buttons.side
                visible: card.hasBridges || card.hasUnreadable
                icon: "x"
                text: qsTr("Go without bridges")
                isBusy: card.model.busy === "forget"
                onClicked: card.model.forgetBridges()
            }
        }
    }
}
