// What the on-screen keyboard types into while it types on the other desktop, with the keys that it lacks.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Rectangle {
    id: keys

    required property var model
    readonly property bool isOpen: KeyboardTarget.field === keys
    readonly property bool isEditing: isOpen
    property string acceptText: qsTr("Enter")
    property bool canAccept: true

    // The kernel's numbers of the keys.
    readonly property var further: [
        {
            text: qsTr("Esc"),
            name: qsTr("Escape"),
            code: 1
        },
        {
            text: qsTr("Tab"),
            name: qsTr("Tabulator"),
            code: 15
        },
        {
            text: qsTr("Del"),
            name: qsTr("Delete"),
            code: 111
        },
        {
            text: "←",
            name: qsTr("Left"),
            code: 105
        },
        {
            text: "↑",
            name: qsTr("Up"),
            code: 103
        },
        {
            text: "↓",
            name: qsTr("Down"),
            code: 108
        },
        {
            text: "→",
            name: qsTr("Right"),
            code: 106
        }
    ]

    function edit(): void {
        KeyboardTarget.take(keys);
    }

    function finish(): void {
        KeyboardTarget.release(keys);
    }

    function insert(characters: string): void {
        keys.model.type(characters);
    }

    function eraseBackwards(): void {
        keys.model.tapKey(14);
    }

    function accept(): void {
        keys.model.tapKey(28);
    }

    objectName: "remoteKeys"
    height: visible ? Tokens.touch + 6 : 0
    visible: isOpen
    color: Tokens.surface

    Component.onDestruction: KeyboardTarget.release(keys)

    Row {
        id: row

        readonly property real side: (width - 8 * spacing) / 9

        x: 6
        y: 3
        width: parent.width - 12
        spacing: 6

        KeyCap {
            objectName: "controlKey"
            width: row.side
            height: Tokens.touch
            text: qsTr("Ctrl")
            name: qsTr("Control, with the next key")
            isChosen: keys.model.isControl
            isQuiet: true
            onClicked: keys.model.toggleModifier("control")
        }

        KeyCap {
            objectName: "altKey"
            width: row.side
            height: Tokens.touch
            text: qsTr("Alt")
            name: qsTr("Alt, with the next key")
            isChosen: keys.model.isAlt
            isQuiet: true
            onClicked: keys.model.toggleModifier("alt")
        }

        Repeater {
            model: keys.further

            KeyCap {
                required property var modelData

                objectName: "key-" + modelData.code
                width: row.side
                height: Tokens.touch
                text: modelData.text
                name: modelData.name
                isQuiet: true
                onClicked: keys.model.tapKey(modelData.code)
            }
        }
    }
}
