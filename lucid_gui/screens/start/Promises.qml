// What happens with a session, said before it begins.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: promises

    readonly property var rows: [
        {
            icon: "circle-dot",
            title: qsTr("Recorded"),
            detail: qsTr("every picture, until you end it")
        },
        {
            icon: "lock",
            title: qsTr("Sealed"),
            detail: qsTr("encrypted before it reaches the disk")
        },
        {
            icon: "anchor",
            title: qsTr("Anchored"),
            detail: qsTr("so that a change would be noticed")
        },
        {
            icon: "shield-check",
            title: qsTr("Stays here"),
            detail: qsTr("nothing leaves the device")
        }
    ]

    // With more room, larger words.
    property bool isLarge: false
    readonly property int wordSize: isLarge ? Tokens.fontBody : Tokens.fontSecondary

    padding: isLarge ? Tokens.gapLarge : Tokens.gapMedium
    implicitHeight: list.height + 2 * padding
    height: implicitHeight

    Column {
        id: list

        width: parent.width
        spacing: promises.isLarge ? Tokens.gapMedium : Tokens.gapSmall

        Repeater {
            model: promises.rows

            Item {
                id: row

                required property var modelData

                width: list.width
                height: Math.max(glyph.height, words.height)

                Icon {
                    id: glyph

                    name: row.modelData.icon
                    size: promises.isLarge ? Tokens.icon : 20
                    color: Tokens.accent
                }

                Column {
                    id: words

                    x: glyph.width + Tokens.gap
                    width: parent.width - x

                    Words {
                        width: parent.width
                        text: row.modelData.title
                        font.weight: Font.DemiBold
                        font.pixelSize: promises.wordSize
                    }

                    Words {
                        width: parent.width
                        text: row.modelData.detail
                        color: Tokens.dim
                        font.pixelSize: promises.wordSize
                    }
                }
            }
        }
    }
}
