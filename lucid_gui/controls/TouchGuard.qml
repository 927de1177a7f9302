// The dark screen: the touch that wakes it presses nothing beneath.
import QtQuick

Item {
    id: cover

    property bool isAsleep: false

    signal woken()

    anchors.fill: parent
    visible: isAsleep
    z: 100
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("Wake the screen")

    Rectangle {
        anchors.fill: parent
        color: "black"
    }

    MouseArea {
        anchors.fill: parent
        hoverEnabled: false
        onWheel: wheel => wheel.accepted = true
    }

    // Takes every finger until the last one is lifted; only then the screen is awake.
    MultiPointTouchArea {
        anchors.fill: parent
        mouseEnabled: true
        onReleased: touchPoints => {
            for (let i = 0; i < touchPoints.length; i++) {
                if (touchPoints[i].pressed)
                    return;
            }
            cover.woken();
        }
    }
}
