// An end of a stretch, to drag; as large as a finger, though it looks smaller.
import QtQuick
import lucid_gui.style

Item {
    id: handle

    property string name: ""

    // How far along the bar the middle of the handle is now.
    signal dragged(place: real)

    width: Tokens.touch
    height: Tokens.touch
    Accessible.role: Accessible.Slider
    Accessible.name: name

    Rectangle {
        anchors.centerIn: parent
        width: 28
        height: 28
        radius: 14
        color: area.pressed ? Tokens.pressed : Tokens.surface
        border.width: Tokens.askWidth
        border.color: Tokens.accent
    }

    MouseArea {
        id: area

        property real grip: 0

        anchors.fill: parent
        preventStealing: true
        onPressed: mouse => grip = mouse.x
        onPositionChanged: mouse => handle.dragged(handle.x + mouse.x - grip)
    }
}
