// One access: whose, what it may read, until when, how it was used, and the button that ends it.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    required property var facts
    property int number: 0
    property bool isBusy: false
    readonly property bool isOpen: facts.state === "open"

    signal revokeWanted()

    Item {
        width: parent.width
        height: Math.max(words.height, revoke.visible ? revoke.height : 0)

        Column {
            id: words

            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - (revoke.visible ? revoke.width + Tokens.gap : 0)
            spacing: 2

            Words {
                width: parent.width
                text: card.facts.name
                color: card.isOpen ? Tokens.text : Tokens.dim
                font.weight: Font.DemiBold
                lineHeight: 1.1
            }

            Words {
                width: parent.width
                text: card.facts.scopes
                color: Tokens.dim
                font.pixelSize: Tokens.fontSecondary
            }

            Words {
                objectName: "accessState" + card.number
                width: parent.width
                text: card.facts.ends + ", " + card.facts.used
                color: Tokens.dim
                font.pixelSize: Tokens.fontSecondary
            }
        }

        ActionButton {
            id: revoke

            objectName: "revoke" + card.number
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            width: 130
            visible: card.isOpen
            kind: "danger"
            icon: "user-x"
            text: qsTr("End")
            isBusy: card.isBusy
            onClicked: card.revokeWanted()
        }
    }
}
