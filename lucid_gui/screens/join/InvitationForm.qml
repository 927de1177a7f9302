// What somebody else has given: a link, or an address and its code.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: form

    required property var model
    property bool isPortrait: false

    signal networkWanted()

    onVisibleChanged: {
        if (!visible) {
            invitation.finish();
            code.finish();
            key.finish();
        }
    }

    Connections {
        function onScanned(text: string): void {
            invitation.text = text;
        }

        function onCleared(): void {
            invitation.clear();
            code.clear();
            key.clear();
        }

        target: form.model
    }

    ScrollColumn {
        id: scroll

        objectName: "joinScroll"
        anchors.fill: parent
        anchors.bottomMargin: footer.height
        maximumWidth: Tokens.columnWidth
        spacing: Tokens.gapMedium

        Sentence {
            objectName: "joinSentence"
            // What went wrong takes its place, so that the fields stay in sight.
            visible: form.model.failure.what === undefined
            icon: "link"
            titleSize: Tokens.fontTitle
            title: form.model.runningId !== "" ? qsTr("A session is running already") : qsTr("Who invites you?")
            explanation: form.model.runningId !== "" ? qsTr("There is one session at a time. Open it to see or end it.") : qsTr("Their Lucid shows a QR code, which holds everything, or gives a link. First you see their terms; nothing is shown or sent before you accept them.")
        }

        ErrorNote {
            objectName: "joinFailure"
            what: form.model.failure.what ?? ""
            nextStep: form.model.failure.nextStep ?? ""
            actionText: form.model.failure.isNetwork ? qsTr("Open Network") : ""
            onActed: form.networkWanted()
        }

        Item {
            width: parent.width
            height: invitation.height
            visible: form.model.runningId === ""

            TextInputField {
                id: invitation

                objectName: "invitationField"
                width: parent.width - paste.width - scan.width - 2 * Tokens.gapSmall
                enabled: !form.model.isBusy
                label: qsTr("Link or address")
                placeholder: qsTr("lucid://… or host:port")
                acceptText: form.model.needsCode ? qsTr("Next") : qsTr("Terms")
                canAccept: text !== ""
                onEdited: form.model.setInvitation(text)
                onAccepted: {
                    if (form.model.needsCode) {
                        code.edit();
                    } else {
                        finish();
                        form.model.showTerms();
                    }
                }
            }

            IconButton {
                id: paste

                objectName: "pasteButton"
                anchors.right: scan.left
                anchors.rightMargin: Tokens.gapSmall
                anchors.bottom: parent.bottom
                width: Tokens.button
                height: Tokens.button
                enabled: !form.model.isBusy
                icon: "clipboard-paste"
                isFilled: true
                name: qsTr("Paste what was copied here")
                onClicked: {
                    const text = form.model.pasted();
                    if (text !== "")
                        invitation.text = text;
                }
            }

            IconButton {
                id: scan

                objectName: "scanButton"
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                width: Tokens.button
                height: Tokens.button
                enabled: !form.model.isBusy
                icon: "scan-qr-code"
                isFilled: true
                name: qsTr("Scan a QR code")
                onClicked: {
                    invitation.finish();
                    form.model.scanner.open();
                }
            }
        }

        TextInputField {
            id: code

            objectName: "codeField"
            width: parent.width
            visible: form.model.needsCode && form.model.runningId === ""
            enabled: !form.model.isBusy
            label: qsTr("Code")
            placeholder: qsTr("7KQM-4RTX")
            maximumLength: 64
            acceptText: form.model.needsKey ? qsTr("Next") : qsTr("Terms")
            canAccept: form.model.needsKey ? text !== "" : form.model.canShow
            onEdited: form.model.setCode(text)
            onAccepted: {
                if (form.model.needsKey) {
                    key.edit();
                } else {
                    finish();
                    form.model.showTerms();
                }
            }
        }

        TextInputField {
            id: key

            objectName: "clientKeyField"
            width: parent.width
            visible: form.model.needsKey && form.model.runningId === ""
            enabled: !form.model.isBusy
            label: qsTr("Client key of the onion address")
            maximumLength: 64
            acceptText: qsTr("Terms")
            canAccept: form.model.canShow
            onEdited: form.model.setClientKey(text)
            onAccepted: {
                finish();
                form.model.showTerms();
            }
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + 2 * Tokens.gap
        visible: !invitation.isEditing && !code.isEditing && !key.isEditing
        color: Tokens.background

        ProgressLine {
            objectName: "joinProgress"
            x: Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - 2 * Tokens.gapLarge
            visible: form.model.isBusy
            text: form.model.work.isCancelling ? qsTr("Stopping") : form.model.progressText
            done: Math.max(0, form.model.work.fraction)
            total: form.model.work.hasProgress ? 1 : 0
            onCancelled: form.model.cancel()
        }

        ActionButton {
            objectName: "showTermsButton"
            anchors.horizontalCenter: parent.horizontalCenter
            y: Tokens.gap
            width: form.isPortrait ? parent.width - 2 * Tokens.gapLarge : 360
            visible: !form.model.isBusy && form.model.runningId === ""
            enabled: form.model.canShow
            kind: "primary"
            icon: "file-check"
            text: qsTr("Show the terms")
            onClicked: form.model.showTerms()
        }

        ActionButton {
            objectName: "openRunningButton"
            anchors.horizontalCenter: parent.horizontalCenter
            y: Tokens.gap
            width: form.isPortrait ? parent.width - 2 * Tokens.gapLarge : 360
            visible: form.model.runningId !== ""
            kind: "primary"
            icon: "eye"
            text: qsTr("Open the running one")
            onClicked: form.model.openRunning()
        }
    }
}
