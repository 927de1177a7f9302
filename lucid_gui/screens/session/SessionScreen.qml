// One session: its picture, its proof and its time line; behind them its parts, and what may leave.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: model.title
    property bool isPortrait: height > width
    // "overview", "details" or "export"
    property string part: "overview"
    readonly property var failure: model.failure

    ErrorNote {
        id: note

        objectName: "sessionFailure"
        x: Tokens.gapLarge
        y: Tokens.gap
        z: 1
        width: parent.width - 2 * Tokens.gapLarge
        what: screen.failure.what ?? ""
        nextStep: screen.failure.nextStep ?? ""
        actionText: screen.failure.isRetryable ? qsTr("Try again") : ""
        onActed: screen.model.load()
    }

    Overview {
        anchors.fill: parent
        visible: screen.part === "overview" && screen.model.isThere
        model: screen.model
        isPortrait: screen.isPortrait
        onDetailsWanted: tab => {
            details.tab = tab;
            screen.part = "details";
        }
        onExportWanted: {
            screen.model.export.look();
            screen.part = "export";
        }
        onAgainWanted: again.isOpen = true
    }

    Details {
        id: details

        anchors.fill: parent
        visible: screen.part === "details" && screen.model.isThere
        model: screen.model
        isPortrait: screen.isPortrait
        onClosed: screen.part = "overview"
    }

    ExportPart {
        anchors.fill: parent
        visible: screen.part === "export" && screen.model.isThere
        session: screen.model
        model: screen.model.export
        isPortrait: screen.isPortrait
        onClosed: screen.part = "overview"
    }

    ConfirmSheet {
        id: again

        objectName: "againSheet"
        icon: "door-open"
        title: qsTr("Host again under the same policy?")
        explanation: qsTr("A new session begins: a fresh desktop, a new code, a recording of its own. The rules are this session's, unchanged, and the new record names them by the same hash. Nothing that was allowed then is allowed now.")
        denyText: qsTr("Not now")
        approveText: qsTr("Open the door")
        onDenied: isOpen = false
        onApproved: {
            isOpen = false;
            screen.model.hostAgain();
        }
    }
}
