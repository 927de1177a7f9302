// A choice of one out of a few, all of them in sight.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.style

Rectangle {
    id: choice

    // A list of {value, text, icon (optional)}.
    property var options: []
    property var value: undefined
    // False for what only a touch or a pointer may choose.
    property bool answersToKeys: true

    signal chosen(value: var)

    implicitWidth: options.length * 120
    implicitHeight: Tokens.touch + 8
    radius: Tokens.radius
    color: Tokens.surface
    border.width: Tokens.lineWidth
    border.color: Tokens.line

    Row {
        anchors.fill: parent
        anchors.margins: 4

        Repeater {
            model: choice.options

            Pressable {
                id: segment

                required property var modelData
                readonly property bool isChosen: modelData.value === choice.value

                width: (choice.width - 8) / choice.options.length
                height: choice.height - 8
                name: modelData.text
                answersToKeys: choice.answersToKeys
                ringRadius: Tokens.radiusSmall
                Accessible.role: Accessible.RadioButton
                Accessible.checkable: true
                Accessible.checked: isChosen
                onClicked: choice.chosen(modelData.value)

                Rectangle {
                    anchors.fill: parent
                    radius: Tokens.radiusSmall
                    color: segment.isDown ? Tokens.pressed : segment.isChosen ? Tokens.raised : "transparent"
                    border.width: segment.isChosen ? Tokens.askWidth : 0
                    border.color: Tokens.accent
                }

                Row {
                    anchors.centerIn: parent
                    spacing: Tokens.gapSmall

                    Icon {
                        anchors.verticalCenter: parent.verticalCenter
                        name: segment.modelData.icon ?? ""
                        size: 20
                        color: segment.isChosen ? Tokens.accent : Tokens.dim
                    }

                    Text {
                        anchors.verticalCenter: parent.verticalCenter
                        text: segment.modelData.text
                        textFormat: Text.PlainText
                        color: segment.isChosen ? Tokens.text : Tokens.dim
                        font.pixelSize: Tokens.fontSecondary
                        font.weight: segment.isChosen ? Font.DemiBold : Font.Normal
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
