// Whether the recording holds: one sentence, and the checks behind it.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    required property var session
    required property var model
    // Shows every check in full; else as many as there is room for, a line each.
    property bool isWhole: false
    readonly property bool isChecked: model.outcome !== "unchecked"
    readonly property bool isBusy: model.work.isBusy
    readonly property var failure: model.failure
    readonly property int room: Math.floor((height - 2 * padding - head.height - Tokens.gapSmall) / 22)
    readonly property var rows: isWhole ? model.checks : model.checks.length > room ? model.checks.slice(0, Math.max(1, room - 1)) : model.checks

    signal opened()

    objectName: "verificationCard"
    padding: Tokens.gapMedium
    tone: isBusy || !isChecked ? "plain" : model.outcome === "fails" ? "danger" : model.outcome === "partly" ? "ask" : "safe"
    isTappable: isChecked && !isBusy
    name: qsTr("All checks")
    implicitHeight: head.height + Tokens.gapMedium + (isBusy ? progress.height : isChecked ? checks.height : verify.height + (failureWords.visible ? failureWords.height + Tokens.gapSmall : 0)) + 2 * padding
    onClicked: card.opened()

    Sentence {
        id: head

        objectName: "verificationSentence"
        width: parent.width
        titleSize: Tokens.fontTitle
        icon: card.isBusy ? "hourglass" : !card.isChecked ? "shield" : card.model.outcome === "fails" ? "shield-x" : card.model.outcome === "partly" ? "shield-alert" : "shield-check"
        iconColor: card.isBusy || !card.isChecked ? Tokens.dim : card.model.outcome === "fails" ? Tokens.rec : card.model.outcome === "partly" ? Tokens.ask : Tokens.accent
        title: card.isBusy ? qsTr("Checking") : card.isChecked ? card.model.sentence : card.session.sentence
        explanation: card.isWhole && card.isChecked && !card.isBusy ? card.model.detail : ""
    }

    Words {
        id: failureWords

        objectName: "verificationFailure"
        anchors.top: head.bottom
        anchors.topMargin: Tokens.gapSmall
        width: parent.width
        visible: !card.isBusy && !card.isChecked
        text: card.failure.what !== undefined ? card.failure.what : [card.session.detail, card.session.isSealed ? qsTr("Not checked on this visit.") : ""].filter(part => part !== "").join(" ")
        color: card.failure.what !== undefined ? Tokens.rec : Tokens.dim
        font.pixelSize: Tokens.fontSecondary
        maximumLineCount: card.isWhole ? 6 : 2
        elide: Text.ElideRight
    }

    ActionButton {
        id: verify

        objectName: "verifyButton"
        anchors.bottom: parent.bottom
        width: parent.width
        visible: !card.isBusy && !card.isChecked && card.session.isSealed
        icon: "shield-check"
        text: qsTr("Verify")
        onClicked: card.model.start()
    }

    ProgressLine {
        id: progress

        objectName: "verificationProgress"
        anchors.bottom: parent.bottom
        visible: card.isBusy
        text: card.model.work.text
        done: Math.max(0, card.model.work.fraction)
        total: card.model.work.fraction < 0 ? 0 : 1
        onCancelled: card.model.cancel()
    }

    Column {
        id: checks

        anchors.top: head.bottom
        anchors.topMargin: card.isWhole ? Tokens.gapMedium : Tokens.gapSmall
        width: parent.width
        visible: card.isChecked && !card.isBusy
        spacing: card.isWhole ? Tokens.gapSmall : 0

        Repeater {
            model: card.rows

            CheckLine {
                width: checks.width
                isWhole: card.isWhole
            }
        }

        Words {
            visible: card.rows.length < card.model.checks.length
            height: 22
            leftPadding: Tokens.iconSmall + Tokens.gapSmall
            text: qsTr("and %1 more").arg(card.model.checks.length - card.rows.length)
            color: Tokens.dim
            font.pixelSize: Tokens.fontSmall
        }
    }
}
