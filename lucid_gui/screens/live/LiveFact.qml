// One number of the session that runs, with a bar where it fills something.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: fact

    property string title: ""
    property string value: ""
    property string icon: ""
    property color valueColor: Tokens.text
    property bool hasBar: false
    property real share: 0

    implicitHeight: hasBar ? 40 : 24
    Accessible.role: Accessible.StaticText
    Accessible.name: title + ": " + value

    Words {
        id: name

        text: fact.title
        color: Tokens.dim
        font.pixelSize: Tokens.fontSecondary
        Accessible.ignored: true
    }

    Words {
        id: amount

        anchors.right: parent.right
        width: Math.min(implicitWidth, fact.width - name.width - Tokens.gapSmall - (glyph.visible ? glyph.width + 4 : 0))
        text: fact.value
        color: fact.valueColor
        font.pixelSize: Tokens.fontSecondary
        font.weight: Font.Medium
        wrapMode: Text.NoWrap
        elide: Text.ElideRight
        font.features: {
            "tnum": 1
        }
        Accessible.ignored: true
    }

    Icon {
        id: glyph

        anchors.right: amount.left
        anchors.rightMargin: 4
        anchors.verticalCenter: amount.verticalCenter
        name: fact.icon
        size: Tokens.iconSmall
        color: fact.valueColor
    }

    Rectangle {
        visible: fact.hasBar
        anchors.bottom: parent.bottom
        width: parent.width
        height: 8
        radius: 4
        color: Tokens.raised
        border.width: Tokens.lineWidth > 1 ? 1 : 0
        border.color: Tokens.line

        Rectangle {
            width: fact.share > 0 ? Math.max(parent.height, parent.width * Math.min(1, fact.share)) : 0
            height: parent.height
            radius: 4
            color: Tokens.accent
        }
    }
}
