// The kiosk's window: the first frame, the rotation; the shell comes into it later.
import QtQuick
import lucid_gui.style

Window {
    id: window

    required property var appearance
    // True once the shell is there; until then the splash shows.
    readonly property bool hasShell: shell.status === Loader.Ready

    signal closeAsked()

    function showShell(url: url, parts: var): void {
        shell.setSource(url, parts);
    }

    function dropShell(): void {
        shell.source = "";
    }

    title: "Lucid"
    color: Tokens.background
    width: 800
    height: 480
    onClosing: close => {
        close.accepted = false;
        window.closeAsked();
    }

    Binding {
        target: Tokens
        property: "theme"
        value: window.appearance.theme
    }

    Item {
        id: stage

        objectName: "stage"

        readonly property bool isTurned: window.appearance.rotation % 180 !== 0

        anchors.centerIn: parent
        width: isTurned ? window.height : window.width
        height: isTurned ? window.width : window.height
        rotation: window.appearance.rotation

        Splash {
            anchors.fill: parent
            visible: !window.hasShell
        }

        Loader {
            id: shell

            anchors.fill: parent
        }
    }
}
