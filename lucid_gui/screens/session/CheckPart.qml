// Every check in full, with what it rests on.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var session
    required property var model
    readonly property bool isChecked: model.outcome !== "unchecked"
    readonly property bool isBusy: model.work.isBusy

    ScrollColumn {
        objectName: "checkScroll"
        anchors.fill: parent
        anchors.leftMargin: Tokens.gapSmall
        anchors.rightMargin: Tokens.gapSmall
        anchors.bottomMargin: footer.height
        padding: Tokens.gap
        spacing: Tokens.gapMedium

        Sentence {
            titleSize: Tokens.fontTitle
            icon: !part.isChecked ? "shield" : part.model.outcome === "fails" ? "shield-x" : part.model.outcome === "partly" ? "shield-alert" : "shield-check"
            iconColor: !part.isChecked ? Tokens.dim : part.model.outcome === "fails" ? Tokens.rec : part.model.outcome === "partly" ? Tokens.ask : Tokens.accent
            title: part.isChecked ? part.model.sentence : qsTr("Not checked on this visit")
            explanation: part.isChecked ? [part.model.detail, part.model.trust].filter(text => text !== "").join(" ") : part.model.detail
        }

        ErrorNote {
            objectName: "checkFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
        }

        Repeater {
            model: part.model.checks

            CheckLine {
                width: parent ? parent.width : 0
                isWhole: true
                hasGrounds: true
            }
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + Tokens.gapLarge + Tokens.gap
        color: Tokens.background

        ActionButton {
            objectName: "verifyAgainButton"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            visible: !part.isBusy
            enabled: part.session.isSealed
            kind: "primary"
            icon: "shield-check"
            text: part.isChecked ? qsTr("Verify again") : qsTr("Verify")
            onClicked: part.model.start()
        }

        ProgressLine {
            x: Tokens.gapLarge
            width: parent.width - 2 * Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            visible: part.isBusy
            text: part.model.work.text
            done: Math.max(0, part.model.work.fraction)
            total: part.model.work.fraction < 0 ? 0 : 1
            onCancelled: part.model.cancel()
        }
    }
}
