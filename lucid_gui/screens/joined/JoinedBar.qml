// The bar of a joined session: whose desktop it is, what goes out, and what can be done at once. It can be slid away.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style
import "../hosting" as Hosting

Rectangle {
    id: bar

    required property var model
    property bool isPortrait: false
    property bool isTyping: false
    readonly property bool isOver: model.state === "ended"

    signal hidden()
    signal zonesWanted()
    signal typingWanted()
    signal leaveAsked()

    objectName: "joinedBar"
    height: 2 * Tokens.gapSmall + words.height * (isWide ? 0 : 1) + tools.height + (isWide ? 0 : Tokens.gapSmall)
    color: Tokens.surface

    readonly property bool isWide: width >= 760

    // A tap on the bar reaches nothing beneath.
    MouseArea {
        anchors.fill: parent
    }

    Column {
        id: words

        x: Tokens.gapMedium
        y: bar.isWide ? (bar.height - height) / 2 : Tokens.gapSmall
        width: bar.isWide ? tools.x - x - Tokens.gapSmall : bar.width - 2 * Tokens.gapMedium

        Words {
            objectName: "joinedSentence"
            width: parent.width
            text: bar.model.sentence
            font.pixelSize: Tokens.fontSmall
            font.weight: Font.DemiBold
            lineHeight: 1.1
            Accessible.role: Accessible.Heading
        }

        Words {
            objectName: "joinedDetail"
            width: parent.width
            text: bar.model.detail
            color: bar.model.isOut ? Tokens.accent : Tokens.dim
            font.pixelSize: Tokens.fontSmall
            lineHeight: 1.1
        }
    }

    Row {
        id: tools

        anchors.right: parent.right
        anchors.rightMargin: Tokens.gapSmall
        y: bar.isWide ? Tokens.gapSmall : words.y + words.height + Tokens.gapSmall
        height: Tokens.touch
        spacing: 6

        Repeater {
            model: bar.isOver ? [] : bar.model.chips

            Hosting.CapabilityChip {
                required property var modelData

                width: bar.isWide ? 146 : 156
                height: Tokens.touch
                facts: modelData
                onClicked: bar.model.tapChip(modelData.capability)
            }
        }

        IconButton {
            objectName: "shieldButton"
            visible: !bar.isOver
            enabled: bar.model.isThere && !bar.model.isShielding
            icon: bar.model.isShielding ? "loader-circle" : bar.model.isShielded ? "eye" : "eye-off"
            isFilled: true
            color: bar.model.isShielded ? Tokens.ask : Tokens.text
            name: bar.model.isShielded ? qsTr("Show the desktop again") : qsTr("Shield: hide everything, let nothing out")
            onClicked: bar.model.toggleShield()
        }

        IconButton {
            objectName: "zonesButton"
            visible: !bar.isOver
            enabled: bar.model.feed.hasPicture
            icon: "square-dashed"
            isFilled: true
            color: bar.model.zones.count > 0 ? Tokens.accent : Tokens.text
            name: qsTr("Hide a part")
            onClicked: bar.zonesWanted()
        }

        IconButton {
            objectName: "keyboardButton"
            visible: !bar.isOver && bar.model.acts
            enabled: bar.model.state === "watching"
            icon: bar.isTyping ? "chevron-down" : "keyboard"
            isFilled: true
            name: bar.isTyping ? qsTr("Hide the keyboard") : qsTr("Show the keyboard")
            onClicked: bar.typingWanted()
        }

        IconButton {
            objectName: "leaveButton"
            visible: !bar.isOver
            enabled: !bar.model.isEnding
            icon: bar.model.isEnding ? "loader-circle" : "log-out"
            isFilled: true
            color: Tokens.rec
            name: qsTr("Leave")
            onClicked: bar.leaveAsked()
        }

        IconButton {
            objectName: "hideBarButton"
            visible: !bar.isOver
            icon: "chevron-up"
            name: qsTr("Hide the bar")
            onClicked: bar.hidden()
        }
    }
}
