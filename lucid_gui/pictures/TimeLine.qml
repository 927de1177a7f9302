// A recording from its beginning to its end, with its gaps; a gap is amber and has a sign beneath it.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: line

    property real duration: 0
    // A list of {from, until, text}, in seconds.
    property var gaps: []
    // A list of {from, until, tone}: "allowed" or "hidden", in seconds.
    property var spans: []
    property bool hasSigns: true
    property real thickness: 10
    // The part that is played or chosen, in seconds.
    property real markedFrom: 0
    property real markedUntil: 0

    readonly property var signs: signPlaces()

    function at(seconds: real): real {
        return line.duration > 0 ? Math.max(0, Math.min(1, seconds / line.duration)) * width : 0;
    }

    // Signs that would lie on each other, or on the ends, become one.
    function signPlaces(): var {
        const places = [];
        for (const gap of line.gaps) {
            const middle = line.at((gap.from + gap.until) / 2);
            const last = places.length > 0 ? places[places.length - 1] : 9;
            if (middle - last >= 22 && middle <= width - 31)
                places.push(middle);
        }
        return places;
    }

    width: parent ? parent.width : implicitWidth
    implicitWidth: 320
    implicitHeight: hasSigns ? thickness + 28 : thickness
    Accessible.role: Accessible.Graphic
    Accessible.name: line.gaps.length === 0 ? qsTr("Time line without gaps") : line.gaps.map(gap => gap.text).join(". ")

    Rectangle {
        id: bar

        width: parent.width
        height: line.thickness
        radius: height / 2
        color: Tokens.raised
        border.width: Tokens.lineWidth > 1 ? Tokens.lineWidth : 0
        border.color: Tokens.line
    }

    Rectangle {
        x: line.at(line.markedFrom)
        width: Math.max(0, line.at(line.markedUntil) - x)
        height: line.thickness
        radius: height / 2
        color: Tokens.accent
        visible: line.markedUntil > line.markedFrom
    }

    Repeater {
        model: line.spans

        Rectangle {
            required property var modelData

            x: Math.min(line.at(modelData.from), line.width - width)
            y: line.markedUntil > line.markedFrom ? line.thickness - 3 : 0
            width: Math.max(4, line.at(modelData.until) - line.at(modelData.from))
            height: line.markedUntil > line.markedFrom ? 3 : line.thickness
            radius: 2
            color: modelData.tone === "hidden" ? Tokens.dim : Tokens.accent
        }
    }

    Repeater {
        model: line.gaps

        Rectangle {
            required property var modelData

            x: Math.min(line.at(modelData.from), line.width - width)
            // Taller than the line, so that a short one is seen too.
            y: -3
            width: Math.max(4, line.at(modelData.until) - line.at(modelData.from))
            height: line.thickness + 6
            radius: 2
            color: Tokens.ask
        }
    }

    Icon {
        visible: line.hasSigns
        y: line.thickness + 10
        name: "circle-dot"
        size: Tokens.iconSmall
        color: Tokens.dim
    }

    Repeater {
        model: line.hasSigns ? line.signs : []

        Icon {
            required property real modelData

            x: modelData - width / 2
            y: line.thickness + 10
            name: "triangle-alert"
            size: Tokens.iconSmall
            color: Tokens.ask
        }
    }

    Icon {
        visible: line.hasSigns
        anchors.right: parent.right
        y: line.thickness + 10
        name: "square"
        size: Tokens.iconSmall
        color: Tokens.dim
    }
}
