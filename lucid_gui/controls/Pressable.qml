// Something to tap: its least size, its name for screen readers, its focus ring and its answer to keys.
import QtQuick
import lucid_gui.style

Item {
    id: pressable

    // What a screen reader says.
    property string name: ""
    // False for what only a touch or a pointer may answer.
    property bool answersToKeys: true
    property real ringRadius: Tokens.radius
    readonly property bool isDown: area.pressed && area.containsMouse

    signal clicked()

    function pressByKey(event: var): void {
        event.accepted = pressable.answersToKeys;
        if (pressable.answersToKeys && !event.isAutoRepeat)
            pressable.clicked();
    }

    implicitWidth: Tokens.touch
    implicitHeight: Tokens.touch
    activeFocusOnTab: answersToKeys
    Accessible.role: Accessible.Button
    Accessible.name: name
    Accessible.focusable: answersToKeys
    Accessible.onPressAction: {
        if (pressable.answersToKeys && pressable.enabled)
            pressable.clicked();
    }
    Keys.onReturnPressed: event => pressable.pressByKey(event)
    Keys.onEnterPressed: event => pressable.pressByKey(event)
    Keys.onSpacePressed: event => pressable.pressByKey(event)

    MouseArea {
        id: area

        objectName: "tapArea"
        anchors.fill: parent
        onClicked: pressable.clicked()
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: -3
        visible: pressable.activeFocus && pressable.answersToKeys
        color: "transparent"
        radius: pressable.ringRadius + 3
        border.width: 2
        border.color: Tokens.accent
        z: 1
    }
}
