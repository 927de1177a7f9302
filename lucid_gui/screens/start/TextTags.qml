// Texts that were added, each to be taken away again by a tap.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Flow {
    id: tags

    property var texts: []

    signal removed(index: int)

    visible: texts.length > 0
    spacing: Tokens.gapSmall

    Repeater {
        model: tags.texts

        Pressable {
            id: tag

            required property string modelData
            required property int index

            objectName: tags.objectName + index
            width: Math.min(tags.width, words.implicitWidth + cross.width + 3 * Tokens.gap)
            height: Tokens.touch
            name: qsTr("%1. Tap to remove it.").arg(modelData)
            ringRadius: Tokens.radiusSmall
            onClicked: tags.removed(index)

            Rectangle {
                anchors.fill: parent
                radius: Tokens.radiusSmall
                color: tag.isDown ? Tokens.pressed : Tokens.raised
            }

            Words {
                id: words

                x: Tokens.gap
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - cross.width - 3 * Tokens.gap
                text: tag.modelData
                font.pixelSize: Tokens.fontSecondary
                maximumLineCount: 1
                elide: Text.ElideRight
                wrapMode: Text.NoWrap
                Accessible.ignored: true
            }

            Icon {
                id: cross

                anchors.right: parent.right
                anchors.rightMargin: Tokens.gap
                anchors.verticalCenter: parent.verticalCenter
                name: "x"
                size: Tokens.iconSmall
                color: Tokens.dim
            }
        }
    }
}
