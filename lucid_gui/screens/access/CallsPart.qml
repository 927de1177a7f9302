// What was read, newest first, and whether the log of it is as it was written.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false

    signal closed()

    PartBar {
        id: bar

        y: Tokens.gapSmall
        width: parent.width
        backName: qsTr("Back to the list")
        onClosed: part.closed()

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - check.width - Tokens.gap
            text: qsTr("What was read")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }

        ActionButton {
            id: check

            objectName: "checkCallsButton"
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            height: Tokens.touch
            icon: "shield-check"
            text: qsTr("Check the log")
            isBusy: part.model.busy === "check"
            onClicked: part.model.checkCalls()
        }
    }

    ScrollColumn {
        objectName: "callsScroll"
        anchors.fill: parent
        anchors.topMargin: bar.y + bar.height
        spacing: Tokens.gap

        ErrorNote {
            objectName: "callsFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
        }

        Card {
            width: parent.width
            visible: part.model.checked !== ""
            tone: "safe"
            padding: Tokens.gapMedium

            Sentence {
                objectName: "callsChecked"
                icon: "shield-check"
                titleSize: Tokens.fontBody
                title: part.model.checked
            }
        }

        EmptyState {
            objectName: "callsEmpty"
            anchors.horizontalCenter: parent.horizontalCenter
            visible: part.model.calls.length === 0 && part.model.failure.what === undefined
            icon: "clipboard-list"
            title: qsTr("Nothing was read yet")
            explanation: qsTr("Each call from afar is written down before it is answered, also one that is refused.")
        }

        Card {
            width: parent.width
            visible: part.model.calls.length > 0
            padding: Tokens.gapMedium

            Column {
                width: parent.width

                Repeater {
                    model: part.model.calls

                    ListRow {
                        required property var modelData
                        required property int index

                        objectName: "call" + index
                        icon: modelData.isFine ? "check" : "ban"
                        iconColor: modelData.isFine ? Tokens.accent : Tokens.ask
                        title: modelData.who + ": " + modelData.what
                        detail: modelData.when
                        value: modelData.outcome
                        valueColor: modelData.isFine ? Tokens.dim : Tokens.ask
                        hasLine: index < part.model.calls.length - 1
                    }
                }
            }
        }

        ActionButton {
            objectName: "moreCallsButton"
            width: part.isPortrait ? parent.width : Math.min(parent.width, 300)
            visible: part.model.hasMore
            icon: "chevron-down"
            text: qsTr("Earlier ones")
            onClicked: part.model.readMore()
        }
    }
}
