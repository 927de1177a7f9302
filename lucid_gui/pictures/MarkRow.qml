// What happened in a recording, as signs beneath its time line; a tap goes there. Signs that would lie on each other are one.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: row

    property real duration: 0
    // A list of {at, icon, tone, text, weight}, in seconds and in order.
    property var marks: []
    readonly property var places: placesOf()

    signal picked(at: real)

    // Each place is a finger wide; it shows what weighs most, and goes to where it begins.
    function placesOf(): var {
        const places = [];
        for (const mark of row.marks) {
            const middle = row.duration > 0 ? Math.min(1, mark.at / row.duration) * width : 0;
            const x = Math.max(0, Math.min(width - Tokens.touch, middle - Tokens.touch / 2));
            const last = places.length > 0 ? places[places.length - 1] : null;
            if (last && x - last.x < Tokens.touch) {
                last.count += 1;
                last.text += ". " + mark.text;
                if (mark.weight < last.weight) {
                    last.weight = mark.weight;
                    last.icon = mark.icon;
                    last.tone = mark.tone;
                    last.at = mark.at;
                }
            } else {
                places.push({
                    x: x,
                    at: mark.at,
                    icon: mark.icon,
                    tone: mark.tone,
                    text: mark.text,
                    weight: mark.weight,
                    count: 1
                });
            }
        }
        return places;
    }

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: Tokens.touch

    Repeater {
        model: row.places

        Pressable {
            id: place

            required property var modelData
            required property int index
            readonly property color ink: modelData.tone === "safe" ? Tokens.accent : modelData.tone === "ask" ? Tokens.ask : modelData.tone === "danger" ? Tokens.rec : Tokens.dim

            objectName: "mark" + index
            x: modelData.x
            name: modelData.text
            ringRadius: Tokens.radiusSmall
            onClicked: row.picked(modelData.at)

            Rectangle {
                anchors.fill: parent
                radius: Tokens.radiusSmall
                color: place.isDown ? Tokens.pressed : "transparent"
            }

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                y: place.modelData.count > 1 ? 6 : 14
                name: place.modelData.icon
                size: 20
                color: place.ink
            }

            Words {
                anchors.horizontalCenter: parent.horizontalCenter
                y: 28
                visible: place.modelData.count > 1
                text: "×" + place.modelData.count
                color: Tokens.dim
                font.pixelSize: Tokens.fontNav
                lineHeight: 1
                Accessible.ignored: true
            }
        }
    }
}
