// A pairing: the line that the other appliance shows, scanned, pasted or typed.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false
    readonly property bool isTyping: line.isEditing || name.isEditing

    signal closed()
    signal networkWanted()

    onVisibleChanged: {
        line.finish();
        name.finish();
        if (visible)
            name.clear();
    }

    Connections {
        function onChosenChanged(): void {
            if (line.text.trim() !== part.model.link)
                line.text = part.model.link;
        }

        target: part.model
    }

    PartBar {
        id: bar

        y: Tokens.gapSmall
        width: parent.width
        visible: !part.isTyping || part.isPortrait
        backName: qsTr("Back to the list")
        onClosed: part.closed()

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: qsTr("Add an appliance")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        objectName: "pairingScroll"
        anchors.fill: parent
        anchors.topMargin: bar.visible ? bar.y + bar.height : 0
        anchors.bottomMargin: footer.visible ? footer.height : 0
        spacing: Tokens.gapMedium

        Words {
            width: parent.width
            visible: !part.isTyping && part.model.failure.what === undefined
            text: qsTr("Its owner opens Settings, Reading from afar there, and lets you read. Scan the code that it shows.")
            color: Tokens.dim
        }

        ErrorNote {
            objectName: "pairingFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
            actionText: part.model.failure.isNetwork ? qsTr("Open Network") : ""
            onActed: part.networkWanted()
        }

        Item {
            width: parent.width
            height: line.height

            TextInputField {
                id: line

                objectName: "pairingField"
                width: parent.width - paste.width - scan.width - 2 * Tokens.gapSmall
                enabled: !part.model.isBusy
                label: qsTr("Its line")
                placeholder: qsTr("lucid-pair://…")
                acceptText: qsTr("Next")
                canAccept: text !== ""
                onEdited: part.model.setLink(text)
                onAccepted: name.edit()
            }

            IconButton {
                id: paste

                objectName: "pairingPasteButton"
                anchors.right: scan.left
                anchors.rightMargin: Tokens.gapSmall
                anchors.bottom: parent.bottom
                width: Tokens.button
                height: Tokens.button
                icon: "clipboard-paste"
                isFilled: true
                enabled: !part.model.isBusy
                name: qsTr("Paste what was copied here")
                onClicked: part.model.paste()
            }

            IconButton {
                id: scan

                objectName: "pairingScanButton"
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                width: Tokens.button
                height: Tokens.button
                icon: "scan-qr-code"
                isFilled: true
                enabled: !part.model.isBusy
                name: qsTr("Scan a QR code")
                onClicked: {
                    line.finish();
                    name.finish();
                    part.model.scanner.open();
                }
            }
        }

        TextInputField {
            id: name

            objectName: "pairingName"
            enabled: !part.model.isBusy
            label: qsTr("What do you call it?")
            placeholder: qsTr("Empty: by its address")
            maximumLength: 24
            onAccepted: finish()
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + 2 * Tokens.gap
        visible: !part.isTyping
        color: Tokens.background

        ProgressLine {
            objectName: "pairingProgress"
            x: Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - 2 * Tokens.gapLarge
            visible: part.model.isBusy
            text: part.model.work.isCancelling ? qsTr("Stopping") : qsTr("Asking it by Tor, to know that it is there")
            onCancelled: part.model.cancel()
        }

        ActionButton {
            objectName: "pairButton"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: part.isPortrait ? parent.width - 2 * Tokens.gapLarge : 360
            visible: !part.model.isBusy
            enabled: part.model.link !== ""
            kind: "primary"
            icon: "link"
            text: qsTr("Pair with it")
            onClicked: part.model.add(name.text)
        }
    }
}
