// What somebody agreed to before coming in: who, when, how, the hashes, and the sentences themselves.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    // What Trail.receipt gives; empty while none is open.
    required property var receipt
    property bool canPlay: false

    signal closed()
    signal played(at: real)

    ScrollColumn {
        objectName: "receipt"
        anchors.fill: parent
        spacing: Tokens.gap

        Item {
            width: parent.width
            height: Math.max(words.height, Tokens.touch)

            Sentence {
                id: words

                width: parent.width - buttons.width - Tokens.gap
                icon: "file-check"
                titleSize: Tokens.fontTitle
                title: part.receipt.title ?? ""
                explanation: part.receipt.detail ?? ""
            }

            Row {
                id: buttons

                anchors.right: parent.right
                spacing: Tokens.gapSmall

                IconButton {
                    objectName: "receiptPlayButton"
                    visible: part.canPlay
                    icon: "play"
                    isFilled: true
                    name: qsTr("Play from this moment")
                    onClicked: part.played(part.receipt.at ?? 0)
                }

                IconButton {
                    objectName: "receiptCloseButton"
                    icon: "x"
                    isFilled: true
                    name: qsTr("Back to the trail")
                    onClicked: part.closed()
                }
            }
        }

        Card {
            width: parent.width
            height: sentences.height + 2 * padding
            visible: sentences.text !== ""
            padding: Tokens.gapMedium

            Words {
                id: sentences

                objectName: "receiptText"
                width: parent.width
                text: part.receipt.text ?? ""
                font.pixelSize: Tokens.fontSecondary
            }
        }

        FactList {
            objectName: "receiptFacts"
            width: parent.width
            facts: part.receipt.facts ?? []
        }
    }
}
