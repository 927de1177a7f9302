// The rules that a remote peer meets, to choose, and the way to one's own.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Column {
    id: profiles

    required property var model

    signal rulesWanted()

    spacing: Tokens.gapSmall

    Repeater {
        model: profiles.model.profiles

        SourceCard {
            required property var modelData

            objectName: "profile-" + modelData.value
            width: profiles.width
            icon: modelData.icon
            title: modelData.title
            detail: modelData.detail
            isChosen: modelData.value === profiles.model.profile
            onClicked: profiles.model.chooseProfile(modelData.value)
        }
    }

    ActionButton {
        objectName: "rulesButton"
        width: parent.width
        visible: profiles.model.profile === "custom"
        icon: "sliders-horizontal"
        text: qsTr("Set the rules")
        onClicked: profiles.rulesWanted()
    }
}
