// What was put on the chain about a session.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model

    EmptyState {
        anchors.centerIn: parent
        width: parent.width - 2 * Tokens.gapLarge
        visible: part.model.anchors.length === 0
        icon: "anchor"
        title: qsTr("Nothing is on the chain yet")
        explanation: qsTr("Anchoring goes on by itself as soon as the chain answers.")
    }

    ListView {
        id: list

        objectName: "anchorList"
        anchors.fill: parent
        anchors.leftMargin: Tokens.gapLarge
        anchors.rightMargin: Tokens.gapLarge
        clip: true
        spacing: Tokens.gap
        boundsBehavior: Flickable.StopAtBounds
        bottomMargin: Tokens.gapLarge
        model: part.visible ? part.model.anchors : []
        delegate: Card {
            id: card

            required property var modelData
            required property int index

            objectName: "anchorRow" + index
            width: ListView.view.width
            height: body.height + 2 * padding
            padding: Tokens.gapMedium
            tone: modelData.state === "rejected" ? "danger" : "plain"

            Column {
                id: body

                width: parent.width
                spacing: Tokens.gapSmall

                Item {
                    width: parent.width
                    height: pill.height

                    Words {
                        anchors.verticalCenter: parent.verticalCenter
                        width: parent.width - pill.width - Tokens.gap
                        text: card.modelData.kind
                        font.weight: Font.DemiBold
                    }

                    StatusPill {
                        id: pill

                        anchors.right: parent.right
                        text: card.modelData.stateText
                        icon: card.modelData.state === "confirmed" ? "check" : card.modelData.state === "rejected" ? "x" : "clock"
                        tone: card.modelData.state === "confirmed" ? "safe" : card.modelData.state === "rejected" ? "danger" : "quiet"
                    }
                }

                Words {
                    width: parent.width
                    visible: text !== ""
                    text: [card.modelData.block, card.modelData.time, card.modelData.reason].filter(part => part !== "").join(" · ")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSecondary
                }

                Words {
                    visible: card.modelData.transaction !== ""
                    text: qsTr("Transaction")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSmall
                    lineHeight: 1
                }

                HashText {
                    // Two even lines instead of a long one and a scrap.
                    width: Math.min(parent.width, 440)
                    visible: card.modelData.transaction !== ""
                    value: card.modelData.transaction
                    font.pixelSize: Tokens.fontSmall
                }
            }
        }
    }
}
