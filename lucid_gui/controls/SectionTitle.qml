// The title of a part of a screen, with a remark at its end.
import QtQuick
import lucid_gui.style

Item {
    id: section

    property string title: ""
    property string remark: ""

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: Math.max(words.height, note.height)

    Words {
        id: words

        width: parent.width - note.width - Tokens.gap
        text: section.title
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }

    Words {
        id: note

        anchors.right: parent.right
        anchors.baseline: words.baseline
        width: Math.min(implicitWidth, section.width / 2)
        text: section.remark
        color: Tokens.dim
        font.pixelSize: Tokens.fontSmall
    }
}
