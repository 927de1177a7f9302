// A session in a row: when, how long, how it stands, and what is not as usual.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Pressable {
    id: row

    required property int index
    required property string sessionId
    required property string time
    required property string source
    required property string detail
    required property string stateText
    required property bool isRunning
    required property var marks
    // The role is called state, which every item has already.
    required property string stateName
    property bool isWide: true

    readonly property string pillTone: stateName === "anchored" ? "safe" : stateName === "recording" || stateName === "opening" || stateName === "failed" ? "danger" : stateName === "interrupted" ? "ask" : "quiet"
    readonly property string pillIcon: stateName === "anchored" ? "anchor" : row.isRunning ? "circle-dot" : stateName === "interrupted" ? "triangle-alert" : stateName === "failed" ? "circle-x" : stateName === "anchoring" ? "link" : "lock"

    signal opened(id: string)

    objectName: "sessionRow" + index
    height: Math.max(Tokens.button, words.height + 2 * Tokens.gap)
    ringRadius: Tokens.radius
    name: [time, detail, stateText].concat(marks).join(", ")
    Accessible.role: Accessible.ListItem
    onClicked: row.opened(row.sessionId)

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radius
        color: row.isDown ? Tokens.pressed : Tokens.surface
        border.width: row.isRunning ? Tokens.askWidth : Tokens.lineWidth
        border.color: row.isRunning ? Tokens.rec : Tokens.line
    }

    Words {
        id: clock

        x: Tokens.gapMedium
        anchors.verticalCenter: parent.verticalCenter
        width: 58
        text: row.time
        font.pixelSize: Tokens.fontTitle
        font.weight: Font.DemiBold
        font.features: {
            "tnum": 1
        }
        lineHeight: 1
        Accessible.ignored: true
    }

    Column {
        id: words

        anchors.left: clock.right
        anchors.leftMargin: Tokens.gapMedium
        anchors.right: pill.left
        anchors.rightMargin: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        Words {
            width: parent.width
            text: row.source
            font.pixelSize: Tokens.fontBody
            lineHeight: 1.1
            maximumLineCount: 1
            elide: Text.ElideRight
            Accessible.ignored: true
        }

        Flow {
            width: parent.width
            spacing: Tokens.gap

            Words {
                text: row.detail
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
                lineHeight: 1.15
                Accessible.ignored: true
            }

            Repeater {
                model: row.marks

                Chip {
                    required property string modelData

                    icon: "triangle-alert"
                    text: modelData
                    color: Tokens.ask
                }
            }
        }
    }

    StatusPill {
        id: pill

        anchors.right: chevron.left
        anchors.rightMargin: Tokens.gapSmall
        anchors.verticalCenter: parent.verticalCenter
        text: row.stateText
        icon: row.pillIcon
        tone: row.pillTone
    }

    Icon {
        id: chevron

        anchors.right: parent.right
        anchors.rightMargin: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        name: "chevron-right"
        size: 20
        color: Tokens.dim
    }
}
