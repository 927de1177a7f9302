// The facts behind a network that goes by Tor, a row each.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    required property var facts

    Column {
        width: parent.width

        Repeater {
            model: card.facts

            ListRow {
                required property var modelData
                required property int index

                objectName: "networkFact" + index
                title: modelData.title
                value: modelData.value
                valueColor: modelData.isAsking ? Tokens.ask : Tokens.dim
                hasLine: index < card.facts.length - 1
            }
        }
    }
}
