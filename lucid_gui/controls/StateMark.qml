// The sign of a session's state: a red dot that breathes while it records, an icon else.
import QtQuick
import lucid_gui.style

Item {
    id: mark

    property bool isInGap: false
    readonly property bool isRecording: state === "recording" || state === "opening"

    implicitWidth: Tokens.icon
    implicitHeight: Tokens.icon

    Rectangle {
        anchors.centerIn: parent
        visible: mark.isRecording && !mark.isInGap
        width: 14
        height: 14
        radius: 7
        color: Tokens.rec
    }

    Icon {
        anchors.centerIn: parent
        name: mark.isInGap ? "triangle-alert" : mark.isRecording ? "" : mark.state === "anchored" ? "shield-check" : mark.state === "anchoring" ? "link" : mark.state === "sealing" ? "lock" : "triangle-alert"
        color: mark.isInGap || mark.state === "interrupted" || mark.state === "failed" ? Tokens.ask : Tokens.accent
    }
}
