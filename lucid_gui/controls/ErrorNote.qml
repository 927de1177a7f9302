// What went wrong, what to do next, and the button that does it.
import QtQuick
import lucid_gui.style

Rectangle {
    id: note

    property string what: ""
    property string nextStep: ""
    property string actionText: ""

    signal acted()

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: content.height + 2 * Tokens.gapMedium
    visible: what !== ""
    radius: Tokens.radius
    color: Tokens.surface
    border.width: Tokens.askWidth
    border.color: Tokens.rec
    Accessible.role: Accessible.AlertMessage
    Accessible.name: what + " " + nextStep

    Icon {
        id: glyph

        x: Tokens.gapMedium
        y: Tokens.gapMedium
        name: "triangle-alert"
        color: Tokens.rec
    }

    Column {
        id: content

        x: glyph.x + glyph.width + Tokens.gap
        y: Tokens.gapMedium
        width: note.width - x - Tokens.gapMedium
        spacing: 4

        Words {
            width: parent.width
            text: note.what
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            text: note.nextStep
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            Accessible.ignored: true
        }

        Item {
            width: parent.width
            height: button.visible ? button.height + Tokens.gapSmall : 0

            ActionButton {
                id: button

                y: Tokens.gapSmall
                visible: text !== ""
                text: note.actionText
                onClicked: note.acted()
            }
        }
    }
}
