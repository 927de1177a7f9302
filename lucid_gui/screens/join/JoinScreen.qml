// Join somebody else's session: the invitation, then what they ask for and what they promise.
import QtQuick
import lucid_gui.pictures

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
        onNetworkWanted: screen.navigator.open("network")
    }

    TermsPart {
        anchors.fill: parent
        visible: screen.model.hasTerms
        model: screen.model
        isPortrait: screen.isPortrait
        onNetworkWanted: screen.navigator.open("network")
    }

    ScanCover {
        anchors.fill: parent
        scanner: screen.model.scanner
        title: qsTr("Hold the invitation's QR code before the camera")
    }
}
