// What the owner can do at once: the shield, hiding a part, sending the peer away; in portrait also the end.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Column {
    id: actions

    required property var model
    property bool isPortrait: false
    readonly property real half: (width - Tokens.gapSmall) / 2

    signal zonesWanted()
    signal endAsked()

    spacing: Tokens.gapSmall

    ShieldButton {
        objectName: "shieldButton"
        width: parent.width
        height: actions.isPortrait ? Tokens.button + Tokens.gapMedium : Tokens.button
        isOn: actions.model.isShielded
        isBusy: actions.model.isShielding
        enabled: actions.model.isThere && !isBusy
        onClicked: actions.model.toggleShield()
    }

    Row {
        spacing: Tokens.gapSmall

        ActionButton {
            objectName: "zonesButton"
            width: actions.half
            icon: "square-dashed"
            text: actions.model.zones.count > 0 ? qsTr("Hidden: %1").arg(actions.model.zones.count) : qsTr("Hide a part")
            enabled: actions.model.isThere
            onClicked: actions.zonesWanted()
        }

        ActionButton {
            objectName: "disconnectButton"
            width: actions.half
            icon: "user-x"
            text: qsTr("Disconnect")
            enabled: actions.model.peerState !== "absent" && !isBusy
            isBusy: actions.model.isDropping
            onClicked: actions.model.disconnectPeer()
        }
    }

    ActionButton {
        objectName: actions.isPortrait ? "endButton" : ""
        visible: actions.isPortrait
        width: parent.width
        kind: "danger"
        icon: "square"
        text: qsTr("End")
        isBusy: actions.model.isEnding
        onClicked: actions.endAsked()
    }
}
