// How little space is free, where that matters for a new session.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: note

    // "fine", "low", "refusing", "closing" or "unknown"
    property string level: "unknown"
    property string freeText: ""
    readonly property bool isRefusing: level === "refusing" || level === "closing"

    objectName: "spaceNote"
    width: parent ? parent.width : implicitWidth
    visible: level === "low" || isRefusing
    height: words.height + 2 * padding
    padding: Tokens.gapMedium
    tone: isRefusing ? "danger" : "ask"
    Accessible.role: Accessible.AlertMessage
    Accessible.name: title.text + " " + next.text

    Icon {
        id: glyph

        name: "hard-drive"
        color: note.isRefusing ? Tokens.rec : Tokens.ask
    }

    Column {
        id: words

        x: glyph.width + Tokens.gap
        width: parent.width - x
        spacing: 2

        Words {
            id: title

            width: parent.width
            font.weight: Font.DemiBold
            text: note.isRefusing ? qsTr("Too little space to start: %1.").arg(note.freeText) : qsTr("Space runs low: %1.").arg(note.freeText)
            Accessible.ignored: true
        }

        Words {
            id: next

            width: parent.width
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
            text: note.isRefusing ? qsTr("A session needs 5 %. Export old sessions to another disk and free some space, then come back.") : qsTr("You can start. Below 2.5 % the session is ended and sealed by itself.")
            Accessible.ignored: true
        }
    }
}
