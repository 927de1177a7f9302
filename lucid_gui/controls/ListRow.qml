// A row of a list: icon, title, what explains it, a value, and a chevron where it leads somewhere.
import QtQuick
import lucid_gui.style

Item {
    id: row

    property string icon: ""
    property color iconColor: Tokens.dim
    property string title: ""
    property string detail: ""
    property string value: ""
    property color valueColor: Tokens.dim
    // A row that can be tapped; it shows a chevron unless hasChevron is false.
    property bool isTappable: false
    property bool hasChevron: isTappable
    property bool isSelected: false
    property bool hasLine: false
    // Distance of icon and words from the row's ends.
    property real inset: isTappable || isSelected ? Tokens.gap : 0

    signal clicked()

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: Math.max(detail === "" ? Tokens.row : Tokens.button, words.height + 2 * Tokens.gapSmall)
    Accessible.role: Accessible.ListItem
    Accessible.name: [title, detail, value].filter(part => part !== "").join(", ")

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall
        color: press.isDown ? Tokens.pressed : row.isSelected ? Tokens.raised : "transparent"
        border.width: row.isSelected ? Tokens.askWidth : 0
        border.color: Tokens.accent
    }

    Pressable {
        id: press

        anchors.fill: parent
        visible: row.isTappable
        name: row.Accessible.name
        ringRadius: Tokens.radiusSmall
        onClicked: row.clicked()
    }

    Icon {
        id: glyph

        x: row.inset
        anchors.verticalCenter: parent.verticalCenter
        name: row.icon
        color: row.isSelected ? Tokens.accent : row.iconColor
    }

    Column {
        id: words

        anchors.verticalCenter: parent.verticalCenter
        x: (glyph.visible ? glyph.x + glyph.width + Tokens.gap : row.inset)
        width: ending.x - x - Tokens.gap
        spacing: 2

        Words {
            width: parent.width
            text: row.title
            font.weight: row.detail === "" ? Font.Normal : Font.Medium
            lineHeight: 1.1
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            visible: text !== ""
            text: row.detail
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            lineHeight: 1.1
            Accessible.ignored: true
        }
    }

    Row {
        id: ending

        anchors.verticalCenter: parent.verticalCenter
        x: row.width - width - row.inset
        spacing: Tokens.gapSmall

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, row.width * 0.55)
            text: row.value
            color: row.valueColor
            horizontalAlignment: Text.AlignRight
            font.pixelSize: Tokens.fontSecondary
            lineHeight: 1.1
            Accessible.ignored: true
        }

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            name: row.hasChevron ? "chevron-right" : ""
            size: 20
            color: Tokens.dim
        }
    }

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.lineWidth
        visible: row.hasLine
        color: Tokens.line
    }
}
