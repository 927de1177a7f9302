// What notices touches, and covers the screen while it sleeps.
import QtQuick
import lucid_gui.controls

Item {
    id: sleep

    property bool isAsleep: false

    signal touched()
    signal woken()

    z: 200

    // Sees every touch without taking it.
    PointHandler {
        onActiveChanged: sleep.touched()
    }

    TouchGuard {
        isAsleep: sleep.isAsleep
        onWoken: sleep.woken()
    }
}
