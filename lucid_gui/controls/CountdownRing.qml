// The seconds that are left for an answer, in a ring that empties.
import QtQuick
import lucid_gui.style

Item {
    id: ring

    property int secondsLeft: 0
    property int secondsTotal: 0

    implicitWidth: 64
    implicitHeight: 64
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%n seconds left", "", secondsLeft)

    Canvas {
        id: canvas

        readonly property color ink: Tokens.ask
        readonly property color track: Tokens.line
        readonly property real share: ring.secondsTotal > 0 ? Math.max(0, Math.min(1, ring.secondsLeft / ring.secondsTotal)) : 1

        anchors.fill: parent
        onShareChanged: requestPaint()
        onInkChanged: requestPaint()
        onPaint: {
            const pen = getContext("2d");
            const middle = width / 2;
            pen.reset();
            pen.lineWidth = 4;
            pen.lineCap = "round";
            pen.strokeStyle = track;
            pen.beginPath();
            pen.arc(middle, middle, middle - 3, 0, 2 * Math.PI);
            pen.stroke();
            pen.strokeStyle = ink;
            pen.beginPath();
            pen.arc(middle, middle, middle - 3, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * share);
            pen.stroke();
        }
    }

    Text {
        anchors.centerIn: parent
        text: ring.secondsLeft
        color: Tokens.text
        font.pixelSize: 22
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }
}
