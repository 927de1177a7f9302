// A question of the engine as a sheet over whatever is shown.
import QtQuick
import lucid_gui.controls

ConfirmSheet {
    id: sheet

    required property var questions

    // One sheet for each question: the next one gets a guard of its own.
    readonly property int questionId: questions.questionId
    readonly property bool isPermission: questions.lengths.length > 0

    onQuestionIdChanged: {
        sheet.isOpen = false;
        sheet.isOpen = sheet.questions.isOpen;
    }
    icon: questions.icon
    title: questions.title
    explanation: questions.explanation
    approveText: questions.approveText
    denyText: questions.denyText
    secondsLeft: questions.secondsLeft
    secondsTotal: questions.secondsTotal
    hasContent: isPermission
    footNote: isPermission || secondsTotal === 0 ? "" : qsTr("No answer means no.")
    onApproved: questions.approve()
    onDenied: questions.deny()

    PermissionFacts {
        width: parent.width
        questions: sheet.questions
        isTall: sheet.isTall
    }
}
