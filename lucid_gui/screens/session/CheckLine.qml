// One claim that was checked: an icon, what was found, and the next step where it fails.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: line

    // {name, outcome, summary, restsOn, nextStep}
    required property var modelData
    // With its next step, or a line of it.
    property bool isWhole: false
    // As it was said by the engine, with what it rests on.
    property bool hasGrounds: false
    readonly property string outcome: modelData.outcome
    readonly property color ink: outcome === "fails" ? Tokens.rec : outcome === "not_checked" ? Tokens.ask : outcome === "not_needed" ? Tokens.dim : Tokens.accent

    objectName: "check-" + modelData.name
    height: isWhole ? Math.max(24, words.height) : 22
    Accessible.role: Accessible.StaticText
    Accessible.name: (outcome === "fails" ? qsTr("Fails") : outcome === "holds" ? qsTr("Holds") : qsTr("Not checked")) + ": " + modelData.summary + " " + modelData.nextStep

    Icon {
        id: glyph

        y: 1
        name: line.outcome === "fails" ? "circle-x" : line.outcome === "not_checked" ? "circle-help" : line.outcome === "not_needed" ? "minus" : "check"
        size: Tokens.iconSmall
        color: line.ink
    }

    Column {
        id: words

        x: glyph.width + Tokens.gapSmall
        width: parent.width - x
        spacing: 2

        Words {
            width: parent.width
            text: line.hasGrounds ? line.modelData.summary : line.modelData.short
            color: line.outcome === "fails" ? Tokens.rec : line.outcome === "not_needed" ? Tokens.dim : line.outcome === "holds" && !line.hasGrounds ? Tokens.dim : Tokens.text
            font.pixelSize: line.isWhole ? Tokens.fontSecondary : Tokens.fontSmall
            font.weight: line.outcome === "fails" ? Font.DemiBold : Font.Normal
            maximumLineCount: line.isWhole ? 6 : 1
            elide: Text.ElideRight
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            visible: line.isWhole && text !== ""
            text: line.modelData.nextStep
            font.pixelSize: Tokens.fontSecondary
            Accessible.ignored: true
        }

        Words {
            width: parent.width
            visible: line.hasGrounds && line.modelData.restsOn !== ""
            text: qsTr("Rests on: %1").arg(line.modelData.restsOn)
            color: Tokens.dim
            font.pixelSize: Tokens.fontSmall
            Accessible.ignored: true
        }
    }
}
