// A field for a line of text, with its label above it; a touch brings the on-screen keyboard.
import QtQuick
import lucid_gui.style

Item {
    id: field

    property string label: ""
    property string placeholder: ""
    property alias text: input.text
    property bool isSecret: false
    // Shows a secret while it is typed; the eye at the end changes it.
    property bool isRevealed: false
    property int maximumLength: 1024
    // What the keyboard's last key says.
    property string acceptText: qsTr("Done")
    // False while the keyboard's last key would do nothing.
    property bool canAccept: true
    readonly property bool isEditing: input.activeFocus

    signal accepted()
    signal edited()

    function edit(): void {
        input.forceActiveFocus();
    }

    function insert(characters: string): void {
        input.remove(input.selectionStart, input.selectionEnd);
        input.insert(input.cursorPosition, characters);
    }

    function eraseBackwards(): void {
        if (input.selectedText !== "")
            input.remove(input.selectionStart, input.selectionEnd);
        else
            input.remove(input.cursorPosition - 1, input.cursorPosition);
    }

    function accept(): void {
        if (field.canAccept)
            field.accepted();
    }

    function finish(): void {
        input.focus = false;
    }

    function clear(): void {
        input.clear();
    }

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: (caption.visible ? caption.height + 6 : 0) + Tokens.button

    Component.onDestruction: KeyboardTarget.release(field)

    Words {
        id: caption

        width: parent.width
        visible: text !== ""
        text: field.label
        color: Tokens.dim
        font.pixelSize: Tokens.fontSmall
        lineHeight: 1
        Accessible.ignored: true
    }

    Rectangle {
        id: box

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button
        radius: Tokens.radius
        color: Tokens.surface
        border.width: input.activeFocus ? Tokens.askWidth : Tokens.lineWidth
        border.color: input.activeFocus ? Tokens.accent : Tokens.line

        MouseArea {
            anchors.fill: parent
            onClicked: field.edit()
        }

        TextInput {
            id: input

            anchors.left: parent.left
            anchors.leftMargin: Tokens.gapMedium
            anchors.right: eye.visible ? eye.left : parent.right
            anchors.rightMargin: eye.visible ? 4 : Tokens.gapMedium
            anchors.verticalCenter: parent.verticalCenter
            clip: true
            color: Tokens.text
            selectionColor: Tokens.accent
            selectedTextColor: Tokens.accentText
            font.pixelSize: Tokens.fontTitle
            activeFocusOnTab: true
            maximumLength: field.maximumLength
            echoMode: field.isSecret && !field.isRevealed ? TextInput.Password : TextInput.Normal
            passwordCharacter: "\u2022"
            inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase | (field.isSecret ? Qt.ImhSensitiveData | Qt.ImhHiddenText : Qt.ImhNone)
            Accessible.role: Accessible.EditableText
            Accessible.name: field.label
            Accessible.passwordEdit: field.isSecret
            onAccepted: field.accept()
            onTextChanged: field.edited()
            onActiveFocusChanged: {
                if (input.activeFocus)
                    KeyboardTarget.take(field);
                else
                    KeyboardTarget.release(field);
            }
        }

        Text {
            anchors.fill: input
            verticalAlignment: Text.AlignVCenter
            visible: input.text === ""
            text: field.placeholder
            textFormat: Text.PlainText
            color: Tokens.dim
            font.pixelSize: Tokens.fontBody
            elide: Text.ElideRight
            Accessible.ignored: true
        }

        IconButton {
            id: eye

            anchors.right: parent.right
            anchors.rightMargin: Tokens.gapSmall
            anchors.verticalCenter: parent.verticalCenter
            visible: field.isSecret
            activeFocusOnTab: false
            icon: field.isRevealed ? "eye-off" : "eye"
            color: Tokens.dim
            name: field.isRevealed ? qsTr("Hide what is typed") : qsTr("Show what is typed")
            onClicked: field.isRevealed = !field.isRevealed
        }
    }
}
