// A way in a few steps; each has an icon, a word and a border beside its colour.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: stepper

    // A list of {key, title, icon, status}; status is "done", "now", "later" or "stopped".
    property var steps: []
    readonly property real cell: steps.length > 0 ? width / steps.length : width

    implicitHeight: 64
    height: implicitHeight

    Repeater {
        model: stepper.steps

        Item {
            id: step

            required property var modelData
            required property int index
            readonly property string status: modelData.status
            readonly property color ink: status === "stopped" ? Tokens.ask : status === "later" ? Tokens.dim : status === "now" && modelData.key === "recording" ? Tokens.rec : Tokens.accent

            objectName: "step-" + modelData.key
            x: index * stepper.cell
            width: stepper.cell
            height: stepper.height
            Accessible.role: Accessible.StaticText
            Accessible.name: modelData.title + (status === "done" ? ", " + qsTr("done") : status === "now" ? ", " + qsTr("now") : status === "stopped" ? ", " + qsTr("stopped") : "")

            Rectangle {
                visible: step.index > 0
                x: -stepper.cell / 2 + disc.width / 2 + 6
                y: disc.height / 2 - height / 2
                width: stepper.cell - disc.width - 12
                height: 2
                color: step.status === "later" || step.status === "stopped" ? Tokens.line : Tokens.accent
            }

            Rectangle {
                id: disc

                anchors.horizontalCenter: parent.horizontalCenter
                width: 36
                height: 36
                radius: 18
                color: step.status === "done" ? Tokens.accent : Tokens.surface
                border.width: step.status === "later" ? Tokens.lineWidth : Tokens.askWidth
                border.color: step.status === "later" ? Tokens.line : step.ink

                Icon {
                    anchors.centerIn: parent
                    name: step.status === "done" ? "check" : step.status === "stopped" ? "x" : step.modelData.icon
                    size: 20
                    color: step.status === "done" ? Tokens.accentText : step.ink
                }
            }

            Words {
                anchors.top: disc.bottom
                anchors.topMargin: 6
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: step.modelData.title
                color: step.status === "later" ? Tokens.dim : Tokens.text
                font.pixelSize: Tokens.fontSmall
                font.weight: step.status === "now" ? Font.DemiBold : Font.Normal
                lineHeight: 1
                Accessible.ignored: true
            }
        }
    }
}
