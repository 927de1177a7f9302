// The hidden parts of a desktop, hatched, over its picture that lies fitted in the same place.
pragma ComponentBehavior: Bound
import QtQuick
import Lucid.Pictures
import lucid_gui.style

Item {
    id: layer

    required property var zones
    readonly property size desktop: zones.desktop
    readonly property real each: desktop.width > 0 ? Math.min(width / desktop.width, height / desktop.height) : 0
    readonly property real fitWidth: desktop.width * each
    readonly property real fitHeight: desktop.height * each

    Repeater {
        model: layer.zones.rows

        Rectangle {
            id: zone

            required property var modelData

            objectName: "zone"
            x: (layer.width - layer.fitWidth) / 2 + modelData.x * layer.fitWidth
            y: (layer.height - layer.fitHeight) / 2 + modelData.y * layer.fitHeight
            width: modelData.width * layer.fitWidth
            height: modelData.height * layer.fitHeight
            color: Tokens.hidden
            border.width: modelData.isSelected ? Tokens.askWidth + 1 : Tokens.lineWidth
            border.color: modelData.isSelected ? Tokens.ask : Tokens.pictureText
            clip: true

            HatchItem {
                anchors.fill: parent
                anchors.margins: 2
                ink: Tokens.pictureText
                opacity: zone.modelData.isSelected ? 0.6 : 0.35
            }
        }
    }
}
