// Somebody else's terms: who, what is recorded, what may be asked there; accepted by a touch, or declined.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false

    signal networkWanted()
    readonly property var terms: model.terms
    readonly property string failed: model.failure.what ?? ""

    // What went wrong stands above the terms.
    onFailedChanged: scroll.contentY = 0

    onVisibleChanged: {
        if (!visible)
            name.finish();
        scroll.contentY = 0;
    }

    ScrollColumn {
        id: scroll

        objectName: "termsScroll"
        anchors.fill: parent
        anchors.bottomMargin: footer.height
        spacing: Tokens.gapMedium

        Sentence {
            objectName: "termsSentence"
            icon: "fingerprint"
            titleSize: Tokens.fontTitle
            title: part.terms.title ?? ""
            explanation: part.terms.role ?? ""
        }

        ErrorNote {
            objectName: "termsFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
            actionText: part.model.failure.isNetwork ? qsTr("Open Network") : ""
            onActed: part.networkWanted()
        }

        Card {
            width: parent.width
            height: compare.height + 2 * padding
            visible: part.terms.isCertificateKnown === false
            padding: Tokens.gapMedium
            tone: part.model.isSame ? "safe" : "ask"

            Column {
                id: compare

                width: parent.width
                spacing: Tokens.gap

                Words {
                    width: parent.width
                    text: qsTr("Is this the certificate that the other screen shows?")
                    font.weight: Font.DemiBold
                }

                HashText {
                    objectName: "termsCertificate"
                    width: parent.width
                    room: width
                    value: part.terms.certificate ?? ""
                    font.pixelSize: part.isPortrait ? Tokens.fontTitle : Tokens.fontButton
                }

                ToggleRow {
                    objectName: "sameToggle"
                    width: parent.width
                    enabled: !part.model.isBusy
                    title: qsTr("It is the same")
                    detail: qsTr("Compare every group. If one differs, somebody else may be in between: decline.")
                    isOn: part.model.isSame
                    onToggled: isOn => part.model.compare(isOn)
                }
            }
        }

        Chip {
            visible: part.terms.isCertificateKnown === true
            icon: "shield-check"
            iconColor: Tokens.accent
            color: Tokens.text
            text: qsTr("The certificate is the one that the link names.")
        }

        Card {
            width: parent.width
            height: sentences.height + 2 * padding
            padding: Tokens.gapMedium

            Column {
                id: sentences

                width: parent.width
                spacing: Tokens.gapSmall

                Words {
                    width: parent.width
                    text: qsTr("What you accept")
                    font.weight: Font.DemiBold
                }

                Repeater {
                    model: part.terms.lines ?? []

                    Item {
                        id: line

                        required property string modelData
                        required property int index

                        width: sentences.width
                        height: said.height

                        Icon {
                            y: 3
                            name: "check"
                            size: Tokens.iconSmall
                            color: Tokens.dim
                        }

                        Words {
                            id: said

                            objectName: "termsLine" + line.index
                            x: Tokens.iconSmall + Tokens.gapSmall
                            width: parent.width - x
                            text: line.modelData
                            font.pixelSize: Tokens.fontSecondary
                        }
                    }
                }
            }
        }

        Card {
            width: parent.width
            height: rules.height + 2 * padding
            padding: Tokens.gapMedium

            Column {
                id: rules

                width: parent.width
                spacing: Tokens.gapSmall

                Words {
                    width: parent.width
                    text: qsTr("What may be asked for there: %1").arg(part.terms.profile ?? "")
                    font.weight: Font.DemiBold
                }

                Grid {
                    id: grid

                    readonly property real side: (width - (columns - 1) * columnSpacing) / columns

                    width: parent.width
                    columns: 2
                    columnSpacing: Tokens.gapLarge
                    rowSpacing: 6

                    Repeater {
                        model: part.terms.rules ?? []

                        Item {
                            id: rule

                            required property var modelData
                            readonly property color ink: modelData.tone === "safe" ? Tokens.accent : modelData.tone === "ask" ? Tokens.ask : Tokens.dim

                            width: grid.side
                            height: 26

                            Icon {
                                anchors.verticalCenter: parent.verticalCenter
                                name: rule.modelData.icon
                                size: Tokens.iconSmall
                                color: rule.ink
                            }

                            Words {
                                x: Tokens.iconSmall + Tokens.gapSmall
                                anchors.verticalCenter: parent.verticalCenter
                                width: state.x - x - Tokens.gapSmall
                                text: rule.modelData.title
                                font.pixelSize: Tokens.fontSmall
                                lineHeight: 1
                            }

                            Words {
                                id: state

                                anchors.right: parent.right
                                anchors.verticalCenter: parent.verticalCenter
                                text: rule.modelData.state
                                color: rule.ink
                                font.pixelSize: Tokens.fontSmall
                                lineHeight: 1
                            }
                        }
                    }
                }

                Words {
                    width: parent.width
                    text: qsTr("%1 %2 Desktop: %3.").arg(part.terms.keys ?? "").arg(part.terms.limits ?? "").arg(part.terms.desktop ?? "")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSmall
                }
            }
        }

        TextInputField {
            id: name

            objectName: "nameField"
            width: parent.width
            enabled: !part.model.isBusy
            label: qsTr("The name by which they know you; it is part of both records")
            text: part.model.name
            maximumLength: 64
            onEdited: {
                if (name.isEditing)
                    part.model.setName(text);
            }
            onAccepted: finish()
        }

        Repeater {
            model: part.terms.hashes ?? []

            HashBox {
                required property var modelData

                width: parent?.width ?? 0
                label: modelData.title
                value: modelData.value
            }
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: answers.height + 2 * Tokens.gap + (why.visible ? why.height : 0)
        visible: !name.isEditing
        color: Tokens.background

        Words {
            id: why

            objectName: "termsWhyNot"
            x: Tokens.gapLarge
            y: 4
            width: parent.width - 2 * Tokens.gapLarge
            visible: text !== ""
            text: part.model.whyNot
            color: Tokens.ask
            font.pixelSize: Tokens.fontSmall
            lineHeight: 1.1
        }

        ProgressLine {
            objectName: "acceptProgress"
            x: Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - 2 * Tokens.gapLarge
            visible: part.model.isBusy
            text: part.model.work.isCancelling ? qsTr("Stopping") : part.model.work.hasProgress ? part.model.work.text : qsTr("Joining: the recording begins first")
            done: Math.max(0, part.model.work.fraction)
            total: part.model.work.hasProgress ? 1 : 0
            onCancelled: part.model.cancel()
        }

        Row {
            id: answers

            x: Tokens.gapLarge
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            height: Tokens.button
            spacing: Tokens.gapMedium
            visible: !part.model.isBusy

            ActionButton {
                objectName: "declineButton"
                width: Math.round((parent.width - parent.spacing) * 0.5)
                text: qsTr("Decline")
                onClicked: part.model.decline()
            }

            ActionButton {
                objectName: "acceptButton"
                width: Math.round((parent.width - parent.spacing) * 0.5)
                kind: "primary"
                icon: "check"
                text: qsTr("Accept and join")
                answersToKeys: false
                enabled: part.model.canAccept
                onClicked: part.model.accept()
            }
        }
    }
}
