// Where the playback is; a drag shows the time it would go to, and goes there when it is let go.
import QtQuick
import lucid_gui.controls
import lucid_gui.pictures
import lucid_gui.style

Item {
    id: bar

    required property var model
    readonly property bool isDragging: area.pressed
    readonly property real shown: isDragging ? area.wanted : model.position
    readonly property real share: model.duration > 0 ? Math.max(0, Math.min(1, shown / model.duration)) : 0

    implicitHeight: Tokens.touch + (marks.visible ? marks.height : 0)
    height: implicitHeight
    Accessible.role: Accessible.Slider
    Accessible.name: qsTr("Position: %1 of %2").arg(model.positionText).arg(model.durationText)

    Words {
        id: position

        objectName: "playerPosition"
        anchors.verticalCenter: track.verticalCenter
        width: Math.max(implicitWidth, total.implicitWidth)
        text: bar.model.clockAt(bar.shown)
        font.pixelSize: Tokens.fontSecondary
        font.weight: Font.DemiBold
        font.features: {
            "tnum": 1
        }
    }

    Item {
        id: track

        objectName: "seekTrack"
        anchors.left: position.right
        anchors.leftMargin: Tokens.gapLarge
        anchors.right: total.left
        anchors.rightMargin: Tokens.gapLarge
        height: Tokens.touch

        TimeLine {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            thickness: 8
            hasSigns: false
            duration: bar.model.duration
            gaps: bar.model.gaps
            markedUntil: bar.shown
        }

        Rectangle {
            id: knob

            x: bar.share * track.width - width / 2
            anchors.verticalCenter: parent.verticalCenter
            width: 26
            height: 26
            radius: 13
            color: Tokens.surface
            border.width: Tokens.askWidth
            border.color: Tokens.accent
        }

        Rectangle {
            objectName: "seekPreview"
            x: Math.max(0, Math.min(track.width - width, bar.share * track.width - width / 2))
            anchors.bottom: knob.top
            anchors.bottomMargin: Tokens.gapSmall
            visible: bar.isDragging
            width: preview.width + 2 * Tokens.gap
            height: preview.height + Tokens.gapSmall
            radius: Tokens.radiusSmall
            color: Tokens.surface
            border.width: Tokens.lineWidth
            border.color: Tokens.line

            Words {
                id: preview

                anchors.centerIn: parent
                text: {
                    const said = bar.model.gapAt(bar.shown) || bar.model.markAt(bar.shown);
                    const clock = bar.model.clockAt(bar.shown);
                    return said === "" ? clock : clock + " · " + said;
                }
                font.weight: Font.DemiBold
                font.pixelSize: Tokens.fontSecondary
            }
        }

        MouseArea {
            id: area

            property real wanted: 0

            function follow(x: real): void {
                area.wanted = Math.max(0, Math.min(1, (x - Tokens.gapLarge) / track.width)) * bar.model.duration;
            }

            objectName: "seekArea"
            anchors.fill: parent
            anchors.leftMargin: -Tokens.gapLarge
            anchors.rightMargin: -Tokens.gapLarge
            preventStealing: true
            enabled: bar.model.isThere
            onPressed: mouse => area.follow(mouse.x)
            onPositionChanged: mouse => area.follow(mouse.x)
            onReleased: bar.model.seek(area.wanted)
        }
    }

    MarkRow {
        id: marks

        objectName: "playerMarks"
        x: track.x
        width: track.width
        anchors.top: track.bottom
        visible: bar.model.marks.length > 0
        duration: bar.model.duration
        marks: bar.model.marks
        onPicked: at => bar.model.seek(at)
    }

    Words {
        id: total

        objectName: "playerTotal"
        anchors.right: parent.right
        anchors.verticalCenter: track.verticalCenter
        text: bar.model.durationText
        color: Tokens.dim
        font.pixelSize: Tokens.fontSecondary
        font.features: {
            "tnum": 1
        }
    }
}
