// A bridge to use: typed, pasted or scanned; what was understood is shown before it is used.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    readonly property var choice: model.bridgeChoice
    property bool isPortrait: false
    readonly property bool hasUnderstood: choice.understood.length > 0

    signal closed()

    onVisibleChanged: {
        if (!visible)
            line.finish();
    }

    Connections {
        function onAccepted(): void {
            line.clear();
            part.closed();
        }

        target: part.choice
    }

    PartBar {
        id: bar

        y: line.isEditing && !part.isPortrait ? 0 : Tokens.gapSmall
        width: parent.width
        backName: qsTr("Back to the network")
        onClosed: part.closed()

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: qsTr("Use a bridge")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        objectName: "bridgesScroll"
        anchors.fill: parent
        anchors.topMargin: bar.y + bar.height
        anchors.bottomMargin: footer.visible ? footer.height : 0
        spacing: Tokens.gapMedium

        Words {
            width: parent.width
            visible: !part.hasUnderstood && !line.isEditing
            text: qsTr("A bridge is a way into Tor that is on no public list, so that it is hard to block and hard to notice. Somebody you trust gives you its line, or its QR code; the Tor Project hands them out too, at bridges.torproject.org.")
            color: Tokens.dim
        }

        ErrorNote {
            objectName: "bridgesFailure"
            what: part.choice.failure.what ?? ""
            nextStep: part.choice.failure.nextStep ?? ""
        }

        Item {
            width: parent.width
            height: line.height
            visible: !part.hasUnderstood

            TextInputField {
                id: line

                objectName: "bridgeField"
                width: parent.width - paste.width - scan.width - 2 * Tokens.gapSmall
                enabled: !part.choice.isBusy
                label: qsTr("Bridge line")
                placeholder: qsTr("obfs4 192.0.2.7:443 …")
                acceptText: qsTr("Read")
                canAccept: text !== ""
                onAccepted: {
                    finish();
                    part.choice.understand(text);
                }
            }

            IconButton {
                id: paste

                objectName: "bridgePasteButton"
                anchors.right: scan.left
                anchors.rightMargin: Tokens.gapSmall
                anchors.bottom: parent.bottom
                width: Tokens.button
                height: Tokens.button
                icon: "clipboard-paste"
                isFilled: true
                enabled: !part.choice.isBusy
                name: qsTr("Paste what was copied here")
                onClicked: part.choice.paste()
            }

            IconButton {
                id: scan

                objectName: "bridgeScanButton"
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                width: Tokens.button
                height: Tokens.button
                icon: "scan-qr-code"
                isFilled: true
                enabled: !part.choice.isBusy
                name: qsTr("Scan a QR code")
                onClicked: {
                    line.finish();
                    part.model.scanner.open();
                }
            }
        }

        Card {
            width: parent.width
            visible: part.hasUnderstood

            Column {
                width: parent.width
                spacing: Tokens.gapSmall

                SectionTitle {
                    title: qsTr("This was understood")
                }

                Repeater {
                    model: part.choice.understood

                    ListRow {
                        required property var modelData
                        required property int index

                        objectName: "understood" + index
                        icon: "waypoints"
                        title: modelData.title
                        detail: modelData.detail
                    }
                }

                Words {
                    width: parent.width
                    text: qsTr("Tor is connected by these from now on, and by no other way. They take the place of those in use.")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSecondary
                }
            }
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + 2 * Tokens.gap
        visible: part.hasUnderstood
        color: Tokens.background

        Row {
            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            spacing: Tokens.gapMedium

            ActionButton {
                objectName: "discardBridgesButton"
                width: (parent.width - Tokens.gapMedium) * 0.4
                icon: "x"
                text: qsTr("Discard")
                onClicked: part.choice.forget()
            }

            ActionButton {
                objectName: "useBridgesButton"
                width: (parent.width - Tokens.gapMedium) * 0.6
                kind: "primary"
                icon: "check"
                text: qsTr("Use these")
                isBusy: part.choice.isBusy
                onClicked: part.choice.use()
            }
        }
    }
}
