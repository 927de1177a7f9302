// Who may read this appliance's records from afar: the list, a new access, and the log of what was read.
import QtQuick

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Reading from afar")
    property bool isPortrait: height > width
    // "list", "form" or "calls"; a new access is shown over all of them, as a code or, with "text", as text.
    property string part: "list"
    readonly property bool hasGranted: model.granted.link !== undefined

    // Whichever way the secrets are left, the list comes next.
    onHasGrantedChanged: {
        part = "list";
    }

    AccessList {
        anchors.fill: parent
        visible: screen.part === "list" && !screen.hasGranted
        model: screen.model
        isPortrait: screen.isPortrait
        onGrantWanted: {
            screen.model.startForm();
            screen.part = "form";
        }
        onCallsWanted: {
            screen.model.readCalls();
            screen.part = "calls";
        }
        onNetworkWanted: screen.navigator.open("network")
    }

    GrantPart {
        anchors.fill: parent
        visible: screen.part === "form" && !screen.hasGranted
        model: screen.model
        isPortrait: screen.isPortrait
        onClosed: screen.part = "list"
    }

    GrantedPart {
        anchors.fill: parent
        visible: screen.hasGranted && screen.part !== "text"
        facts: screen.model.granted
        reach: screen.model.reach
        isPortrait: screen.isPortrait
        onTextWanted: screen.part = "text"
        onClosed: {
            screen.model.closeGranted();
        }
    }

    GrantedText {
        anchors.fill: parent
        visible: screen.hasGranted && screen.part === "text"
        facts: screen.model.granted
        reach: screen.model.reach
        onClosed: screen.part = "list"
    }

    CallsPart {
        anchors.fill: parent
        visible: screen.part === "calls" && !screen.hasGranted
        model: screen.model
        isPortrait: screen.isPortrait
        onClosed: screen.part = "list"
    }
}
