// One appliance: who it is, what may be read from it, and what it answered.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false
    readonly property var facts: model.chosen
    readonly property var answer: model.answer
    readonly property bool hasAnswer: answer.topic !== undefined

    signal forgetWanted()
    signal networkWanted()

    PartBar {
        id: bar

        y: Tokens.gapSmall
        width: parent.width
        backName: qsTr("Back to the list")
        onClosed: part.model.choose("")

        Words {
            objectName: "peerName"
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: part.facts.name ?? ""
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        objectName: "peerScroll"
        anchors.fill: parent
        anchors.topMargin: bar.y + bar.height
        spacing: Tokens.gapMedium

        ErrorNote {
            objectName: "peerFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
            actionText: part.model.failure.isNetwork ? qsTr("Open Network") : ""
            onActed: part.networkWanted()
        }

        ProgressLine {
            objectName: "peerProgress"
            visible: part.model.isBusy
            text: part.model.work.isCancelling ? qsTr("Stopping") : qsTr("Asking it by Tor")
            onCancelled: part.model.cancel()
        }

        Grid {
            id: buttons

            readonly property int count: 1 + [part.facts.canReadHealth, part.facts.canReadSessions].filter(each => each).length
            readonly property real side: part.isPortrait ? width : (width - (count - 1) * spacing) / count

            width: parent.width
            visible: !part.model.isBusy
            columns: part.isPortrait ? 1 : 3
            spacing: Tokens.gap

            ActionButton {
                objectName: "healthButton"
                width: buttons.side
                visible: part.facts.canReadHealth ?? false
                icon: "activity"
                text: qsTr("How is it?")
                onClicked: part.model.askFor("health")
            }

            ActionButton {
                objectName: "peerSessionsButton"
                width: buttons.side
                visible: part.facts.canReadSessions ?? false
                icon: "film"
                text: qsTr("Its sessions")
                onClicked: part.model.askFor("sessions")
            }

            ActionButton {
                objectName: "followButton"
                width: buttons.side
                icon: "map-pin"
                text: qsTr("Has it moved?")
                onClicked: part.model.follow()
            }
        }

        Card {
            width: parent.width
            visible: part.hasAnswer
            padding: Tokens.gapMedium

            Column {
                width: parent.width

                SectionTitle {
                    objectName: "answerTitle"
                    title: part.answer.topic === "health" ? qsTr("How it is") : qsTr("Its sessions")
                    remark: part.answer.when ?? ""
                }

                Words {
                    objectName: "answerNote"
                    width: parent.width
                    topPadding: Tokens.gapSmall
                    visible: text !== ""
                    text: part.answer.isUnreadable ? qsTr("It answered in a form that this Lucid does not know. Update the older of the two.") : part.hasAnswer && (part.answer.rows ?? []).length === 0 ? qsTr("It has none.") : ""
                    color: Tokens.dim
                }

                Repeater {
                    model: part.answer.rows ?? []

                    ListRow {
                        required property var modelData
                        required property int index

                        objectName: "answer" + index
                        icon: modelData.icon
                        iconColor: modelData.tone === "safe" ? Tokens.accent : modelData.tone === "ask" ? Tokens.ask : Tokens.dim
                        title: modelData.title
                        detail: modelData.detail
                        value: modelData.value
                    }
                }
            }
        }

        Card {
            width: parent.width

            Column {
                width: parent.width
                spacing: Tokens.gap

                Words {
                    objectName: "peerDetail"
                    width: parent.width
                    text: qsTr("It lets you read: %1").arg(part.facts.scopes ?? "") + "\n" + (part.facts.detail ?? "")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSecondary
                }

                Words {
                    width: parent.width
                    text: qsTr("Its address")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSmall
                }

                Words {
                    objectName: "peerAddress"
                    width: parent.width
                    text: part.facts.address ?? ""
                    font.family: Tokens.monoFamily
                    font.pixelSize: Tokens.fontMono
                    wrapMode: Text.WrapAnywhere
                }

                HashBox {
                    width: parent.width
                    label: qsTr("Fingerprint of its key. It stays the same when it moves.")
                    value: part.facts.device ?? ""
                }

                ActionButton {
                    objectName: "forgetPeerButton"
                    width: part.isPortrait ? parent.width : Math.min(parent.width, 300)
                    kind: "danger"
                    icon: "trash-2"
                    text: qsTr("Forget it")
                    enabled: !part.model.isBusy
                    onClicked: part.forgetWanted()
                }
            }
        }
    }
}
