// How long and how much, and whether what is typed is kept.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

ScrollColumn {
    id: list

    required property var model

    objectName: "limitList"
    spacing: Tokens.gapSmall

    ToggleRow {
        objectName: "recordKeys"
        title: qsTr("Record what is typed")
        detail: qsTr("Encrypted to a key of its own. Passwords are among it.")
        isOn: list.model.recordsKeys
        onToggled: isOn => list.model.recordKeys(isOn)
    }

    Repeater {
        model: list.model.limits

        StepperRow {
            required property var modelData

            objectName: "limit-" + modelData.name
            width: parent?.width ?? 0
            title: modelData.title
            detail: modelData.detail
            valueText: modelData.value
            canLower: modelData.canLower
            canRaise: modelData.canRaise
            onLowered: list.model.step(modelData.name, -1)
            onRaised: list.model.step(modelData.name, 1)
        }
    }
}
