// Join somebody else's session: the invitation, then what they ask for and what they promise.
import QtQuick

Item {
    id: screen

    required property var model
    required property var navigator
    property string title: qsTr("Join a session")
    property bool isPortrait: height > width

    InvitationForm {
        anchors.fill: parent
        visible: !screen.model.hasTerms
        model: screen.model
        isPortrait: screen.isPortrait
    }

    TermsPart {
        anchors.fill: parent
        visible: screen.model.hasTerms
        model: screen.model
        isPortrait: screen.isPortrait
    }
}
