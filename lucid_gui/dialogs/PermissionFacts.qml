// What a permission's question shows beside its words: what was tried, and for how long it would hold.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Column {
    id: facts

    required property var questions
    property bool isTall: false

    spacing: Tokens.gap

    // The peer wrote this: plain, on a ground of its own, and never more than two lines.
    Rectangle {
        width: parent.width
        height: detail.height + 2 * Tokens.gapSmall
        visible: detail.text !== ""
        radius: Tokens.radiusSmall
        color: Tokens.raised

        Words {
            id: detail

            objectName: "questionDetail"
            x: Tokens.gap
            y: Tokens.gapSmall
            width: parent.width - 2 * Tokens.gap
            text: facts.questions.detail
            font.family: Tokens.monoFamily
            font.pixelSize: Tokens.fontMono
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 2
            elide: Text.ElideRight
        }
    }

    Grid {
        width: parent.width
        columns: facts.isTall ? 1 : 2
        columnSpacing: Tokens.gapMedium
        rowSpacing: Tokens.gap
        verticalItemAlignment: Grid.AlignVCenter

        SegmentedChoice {
            id: choice

            objectName: "questionLength"
            width: facts.isTall ? parent.width : Math.round(parent.width * 0.6)
            options: facts.questions.lengths
            value: facts.questions.length
            answersToKeys: false
            onChosen: value => facts.questions.chooseLength(value)
        }

        Words {
            width: facts.isTall ? parent.width : parent.width - choice.width - Tokens.gapMedium
            horizontalAlignment: facts.isTall ? Text.AlignLeft : Text.AlignRight
            text: facts.questions.remark === "" ? qsTr("No answer means no.") : facts.questions.remark + " " + qsTr("No answer means no.")
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
        }
    }
}
