// Which windows nobody sees, by title and program, and the programs that alone are shown.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

ScrollColumn {
    id: list

    required property var model

    function hide(): void {
        list.model.hideWindows(windowTitle.text, windowClass.text);
        windowTitle.clear();
        windowClass.clear();
        windowTitle.finish();
        windowClass.finish();
    }

    function allow(): void {
        list.model.allowProgram(program.text);
        program.clear();
        program.finish();
    }

    objectName: "hiddenList"
    spacing: Tokens.gap

    SectionTitle {
        title: qsTr("Hide these windows")
        remark: qsTr("from the peer and the recording")
    }

    TextTags {
        objectName: "hiddenWindow"
        width: parent.width
        texts: list.model.windows
        onRemoved: index => list.model.showWindows(index)
    }

    Row {
        width: parent.width
        spacing: Tokens.gap

        TextInputField {
            id: windowTitle

            objectName: "windowTitle"
            width: (parent.width - add.width - 2 * parent.spacing) / 2
            label: qsTr("Title holds")
            placeholder: qsTr("Bank")
            maximumLength: 128
            acceptText: qsTr("Next")
            onAccepted: windowClass.edit()
        }

        TextInputField {
            id: windowClass

            objectName: "windowClass"
            width: windowTitle.width
            label: qsTr("Program is")
            placeholder: qsTr("firefox")
            maximumLength: 128
            acceptText: qsTr("Hide")
            canAccept: add.enabled
            onAccepted: list.hide()
        }

        ActionButton {
            id: add

            objectName: "hideWindowsButton"
            anchors.bottom: parent.bottom
            width: 116
            icon: "eye-off"
            text: qsTr("Hide")
            enabled: windowTitle.text.trim() !== "" || windowClass.text.trim() !== ""
            onClicked: list.hide()
        }
    }

    SectionTitle {
        title: qsTr("Show only these programs")
        remark: list.model.programs.length === 0 ? qsTr("none named: every one is shown") : ""
    }

    TextTags {
        objectName: "allowedProgram"
        width: parent.width
        texts: list.model.programs
        onRemoved: index => list.model.dropProgram(index)
    }

    Row {
        width: parent.width
        spacing: Tokens.gap

        TextInputField {
            id: program

            objectName: "programClass"
            width: parent.width - allowing.width - parent.spacing
            label: qsTr("Program is")
            placeholder: qsTr("xterm")
            maximumLength: 128
            acceptText: qsTr("Add")
            canAccept: allowing.enabled
            onAccepted: list.allow()
        }

        ActionButton {
            id: allowing

            objectName: "allowProgramButton"
            anchors.bottom: parent.bottom
            width: 116
            icon: "plus"
            text: qsTr("Add")
            enabled: program.text.trim() !== ""
            onClicked: list.allow()
        }
    }
}
