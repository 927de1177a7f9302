// A stretch of the recording, chosen by its two ends.
import QtQuick
import lucid_gui.controls
import lucid_gui.pictures
import lucid_gui.style

Item {
    id: bar

    property real duration: 0
    property real from: 0
    property real until: 0
    property string text: ""
    property var gaps: []

    signal moved(from: real, until: real)

    function x_at(seconds: real): real {
        return bar.duration > 0 ? seconds / bar.duration * line.width : 0;
    }

    implicitHeight: words.height + Tokens.touch
    height: implicitHeight

    Words {
        id: words

        width: parent.width
        text: bar.text
        font.weight: Font.DemiBold
        font.features: {
            "tnum": 1
        }
    }

    TimeLine {
        id: line

        x: Tokens.touch / 2
        width: parent.width - Tokens.touch
        anchors.top: words.bottom
        anchors.topMargin: (Tokens.touch - thickness) / 2
        hasSigns: false
        duration: bar.duration
        gaps: bar.gaps
        markedFrom: bar.from
        markedUntil: bar.until
    }

    RangeHandle {
        objectName: "rangeFrom"
        x: bar.x_at(bar.from)
        anchors.top: words.bottom
        name: qsTr("Beginning of the part")
        onDragged: place => bar.moved(Math.min(place / line.width * bar.duration, bar.until - 1), bar.until)
    }

    RangeHandle {
        objectName: "rangeUntil"
        x: bar.x_at(bar.until)
        anchors.top: words.bottom
        name: qsTr("End of the part")
        onDragged: place => bar.moved(bar.from, Math.max(place / line.width * bar.duration, bar.from + 1))
    }
}
