// The door: what Lucid is, choosing a passphrase, unlocking, or why it does not start.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: screen

    required property var model
    required property var navigator

    readonly property bool isPortrait: width < 760
    readonly property bool isForm: model.step !== "intro" && model.step !== "failed"
    readonly property bool isTyping: field.isEditing

    function submit(): void {
        field.finish();
        if (screen.model.step === "choose")
            screen.model.choose(field.text);
        else if (screen.model.step === "repeat")
            screen.model.make(field.text, remember.isOn);
        else
            screen.model.unlock(field.text, remember.isOn);
    }

    function canSubmit(): bool {
        return screen.model.step === "choose" ? screen.model.strengthLevel > 0 : field.text !== "";
    }

    function icon(): string {
        return {
            intro: "shield-check",
            choose: "key-round",
            repeat: "key-round",
            unlock: "lock",
            failed: "shield-alert"
        }[screen.model.step] ?? "";
    }

    function statement(): string {
        return {
            intro: qsTr("Lucid keeps a record that others can check"),
            choose: qsTr("Choose a passphrase"),
            repeat: qsTr("Once more"),
            unlock: qsTr("Lucid is locked"),
            failed: screen.model.failure.what ?? qsTr("Lucid cannot start")
        }[screen.model.step] ?? "";
    }

    function explanation(): string {
        return {
            intro: qsTr("It records what happens on a shared desktop, seals it before it reaches the disk, and anchors it. Whoever you show it to can check it without having to trust this appliance."),
            choose: qsTr("It opens every recording made here. Nobody can reset it: write it down and keep that somewhere else."),
            repeat: qsTr("Type it again, so that a slip of the finger does not lock you out."),
            unlock: qsTr("Your passphrase opens it. Until then nothing can be recorded or watched."),
            failed: screen.model.failure.nextStep ?? ""
        }[screen.model.step] ?? "";
    }

    Connections {
        function onStepChanged(): void {
            field.clear();
            field.isRevealed = false;
            if (screen.model.step === "choose" || screen.model.step === "repeat")
                field.edit();
            else
                field.finish();
        }

        function onFailureChanged(): void {
            if (screen.isForm && (screen.model.failure.what ?? "") !== "")
                field.clear();
        }

        target: screen.model
    }

    ScrollColumn {
        anchors.fill: parent
        isCentred: true
        maximumWidth: screen.isPortrait ? Tokens.columnWidth : screen.isForm ? 740 : 680
        padding: screen.isTyping && !screen.isPortrait ? Tokens.gapMedium : Tokens.gapLarge

        Grid {
            id: grid

            readonly property real side: columns === 1 ? width : (width - columnSpacing) / 2

            width: parent.width
            columns: screen.isPortrait || !screen.isForm ? 1 : 2
            columnSpacing: 36
            rowSpacing: 28

            Column {
                width: grid.side
                spacing: Tokens.gapMedium

                Item {
                    width: parent.width
                    height: badge.height
                    visible: !(screen.isTyping && !screen.isPortrait)

                    Rectangle {
                        id: badge

                        width: screen.isForm && !screen.isPortrait ? 64 : 80
                        height: width
                        radius: Tokens.radiusLarge
                        color: screen.model.step === "failed" ? "transparent" : Tokens.accentWash
                        border.width: screen.model.step === "failed" ? Tokens.askWidth : Tokens.lineWidth > 1 ? Tokens.lineWidth : 0
                        border.color: screen.model.step === "failed" ? Tokens.rec : Tokens.line

                        Icon {
                            anchors.centerIn: parent
                            name: screen.icon()
                            size: badge.width / 2
                            color: screen.model.step === "failed" ? Tokens.rec : Tokens.accent
                        }
                    }
                }

                Sentence {
                    title: screen.statement()
                    titleSize: screen.isForm || screen.model.step === "failed" ? Tokens.fontStatement : 30
                    explanation: note.visible ? "" : screen.explanation()
                }

                ErrorNote {
                    id: note

                    visible: screen.isForm && what !== ""
                    what: screen.model.failure.what ?? ""
                    nextStep: screen.model.failure.nextStep ?? ""
                }
            }

            Column {
                width: grid.side
                visible: screen.isForm
                spacing: Tokens.gapMedium

                TextInputField {
                    id: field

                    objectName: "passphrase"
                    label: screen.model.step === "repeat" ? qsTr("The same passphrase again") : qsTr("Passphrase")
                    isSecret: true
                    canAccept: screen.canSubmit()
                    enabled: !screen.model.isBusy
                    acceptText: screen.model.step === "choose" ? qsTr("Next") : screen.model.step === "repeat" ? qsTr("Make the vault") : qsTr("Unlock")
                    onEdited: {
                        if (screen.model.step === "choose")
                            screen.model.rate(field.text);
                    }
                    onAccepted: screen.submit()
                }

                StrengthBars {
                    width: parent.width
                    visible: screen.model.step === "choose"
                    level: screen.model.strengthLevel
                    text: screen.model.strengthText
                }

                ToggleRow {
                    id: remember

                    objectName: "remember"
                    visible: screen.model.hasKeyStore && screen.model.step !== "choose"
                    title: qsTr("Remember on this device")
                    detail: qsTr("It then opens by itself after a restart.")
                    onToggled: isOn => remember.isOn = isOn
                }

                Row {
                    width: parent.width
                    // In landscape the keyboard's last key stands for it.
                    visible: !(screen.isTyping && !screen.isPortrait)
                    spacing: Tokens.gap

                    ActionButton {
                        id: back

                        objectName: "stepBack"
                        visible: screen.model.step === "choose" || screen.model.step === "repeat"
                        width: visible ? implicitWidth : 0
                        text: qsTr("Back")
                        enabled: !screen.model.isBusy
                        onClicked: screen.model.stepBack()
                    }

                    ActionButton {
                        objectName: "submit"
                        width: parent.width - (back.visible ? back.width + parent.spacing : 0)
                        kind: "primary"
                        icon: screen.model.step === "unlock" ? "lock-open" : screen.model.step === "repeat" ? "shield-check" : ""
                        text: screen.model.isBusy ? qsTr("One moment") : field.acceptText
                        isBusy: screen.model.isBusy
                        enabled: !isBusy && screen.canSubmit()
                        onClicked: screen.submit()
                    }
                }

                ActionButton {
                    objectName: "keyStore"
                    width: parent.width
                    visible: screen.model.step === "unlock" && screen.model.hasKeyStore && !(screen.isTyping && !screen.isPortrait)
                    text: qsTr("Use what this device remembers")
                    enabled: !screen.model.isBusy
                    onClicked: screen.model.unlockFromKeyStore()
                }
            }
        }

        ActionButton {
            objectName: "begin"
            visible: screen.model.step === "intro"
            width: screen.isPortrait ? parent.width : implicitWidth
            kind: "primary"
            icon: "key-round"
            text: qsTr("Choose a passphrase")
            onClicked: screen.model.begin()
        }

        Words {
            visible: screen.model.step === "failed" && (screen.model.failure.code ?? "") !== ""
            width: parent.width
            text: screen.model.failure.code ?? ""
            color: Tokens.dim
            font.family: Tokens.monoFamily
            font.pixelSize: Tokens.fontMono
        }

        ActionButton {
            objectName: "close"
            visible: screen.model.step === "failed"
            width: screen.isPortrait ? parent.width : implicitWidth
            icon: "power"
            text: qsTr("Close Lucid")
            onClicked: screen.navigator.quit()
        }
    }
}
