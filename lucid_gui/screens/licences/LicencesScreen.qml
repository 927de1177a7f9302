// Whose work Lucid is made of, and under which licences.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator

    readonly property string title: qsTr("Licences")

    ScrollColumn {
        anchors.fill: parent

        Words {
            width: parent.width
            text: qsTr("Lucid is free software. It is made of these parts, among others; the source names them all.")
            color: Tokens.dim
        }

        Card {
            width: parent.width
            padding: Tokens.gapSmall

            Column {
                width: parent.width

                Repeater {
                    model: screen.model.parts

                    Column {
                        id: part

                        required property var modelData
                        required property int index

                        width: parent?.width ?? 0

                        ListRow {
                            title: part.modelData.name
                            value: part.modelData.licence
                            isTappable: part.modelData.hasText
                            inset: Tokens.gap
                            onClicked: screen.model.choose(part.index)
                        }

                        Words {
                            x: Tokens.gap
                            width: parent.width - 2 * Tokens.gap
                            visible: text !== ""
                            text: part.modelData.text
                            color: Tokens.dim
                            font.pixelSize: Tokens.fontSmall
                            bottomPadding: Tokens.gapMedium
                        }
                    }
                }
            }
        }
    }
}
