// A sentence that comes over the screen: what happened, and what to do; it goes by itself or when dismissed.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Rectangle {
    id: banner

    required property var notices

    readonly property color ink: notices.stays ? Tokens.ask : Tokens.rec

    height: Math.max(Tokens.button, words.height + 2 * Tokens.gap)
    visible: notices.what !== ""
    radius: Tokens.radius
    color: Tokens.raised
    border.width: Tokens.askWidth
    border.color: ink
    Accessible.role: Accessible.AlertMessage
    Accessible.name: notices.what + " " + notices.nextStep

    MouseArea {
        anchors.fill: parent
    }

    Icon {
        id: glyph

        x: Tokens.gapMedium
        y: Tokens.gapMedium
        name: "triangle-alert"
        color: banner.ink
    }

    Column {
        id: words

        anchors.verticalCenter: parent.verticalCenter
        x: glyph.x + glyph.width + Tokens.gap
        width: dismiss.x - x - Tokens.gapSmall
        spacing: 2

        Words {
            width: parent.width
            text: banner.notices.what
            font.weight: Font.DemiBold
            font.pixelSize: Tokens.fontSecondary
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            text: banner.notices.nextStep
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            Accessible.ignored: true
        }
    }

    IconButton {
        id: dismiss

        objectName: "dismiss"
        anchors.right: parent.right
        anchors.rightMargin: Tokens.gapSmall
        anchors.verticalCenter: parent.verticalCenter
        icon: "x"
        name: qsTr("Dismiss")
        onClicked: banner.notices.dismiss()
    }

    Timer {
        interval: Tokens.toast
        running: banner.visible && !banner.notices.stays
        onTriggered: banner.notices.dismiss()
    }
}
