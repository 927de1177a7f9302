// A sentence that comes over the screen: what happened, and what to do; it goes by itself or at a tap.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Rectangle {
    id: banner

    required property var notices
    // Its time runs only while somebody can read it.
    property bool isInSight: true

    readonly property color ink: notices.isIncident ? Tokens.ask : Tokens.rec

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
        onClicked: banner.notices.dismiss()
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
        id: stay

        objectName: "noticeTimer"
        interval: banner.notices.isIncident ? Tokens.incident : Tokens.toast
        running: banner.visible && banner.isInSight
        onTriggered: banner.notices.dismiss()
    }

    // Each notice has its whole time.
    Connections {
        function onChanged(): void {
            if (banner.visible && banner.isInSight)
                stay.restart();
        }

        target: banner.notices
    }
}
