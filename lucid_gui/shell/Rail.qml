// The way to the few screens that everything else lies under: a rail on the left, or a bar below in portrait.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Rectangle {
    id: rail

    property string current: ""
    property bool isBar: false
    readonly property var entries: [
        {
            screen: "home",
            icon: "house",
            text: qsTr("Home")
        },
        {
            screen: "sessions",
            icon: "film",
            text: qsTr("Sessions")
        },
        {
            screen: "node",
            icon: "cpu",
            text: qsTr("Node")
        },
        {
            screen: "settings",
            icon: "settings",
            text: qsTr("Settings")
        }
    ]

    signal chosen(screen: string)

    color: Tokens.surface

    Grid {
        x: 6
        y: 6
        columns: rail.isBar ? rail.entries.length : 1
        spacing: rail.isBar ? 6 : Tokens.gapMedium

        Repeater {
            model: rail.entries

            Pressable {
                id: entry

                required property var modelData
                readonly property bool isCurrent: modelData.screen === rail.current

                width: rail.isBar ? (rail.width - 6 * (rail.entries.length + 1)) / rail.entries.length : rail.width - 12
                height: rail.isBar ? rail.height - 12 : 84
                name: modelData.text
                objectName: "rail-" + modelData.screen
                Accessible.role: Accessible.PageTab
                Accessible.selected: isCurrent
                onClicked: rail.chosen(modelData.screen)

                Rectangle {
                    anchors.fill: parent
                    radius: Tokens.radius
                    color: entry.isDown ? Tokens.pressed : entry.isCurrent ? Tokens.raised : "transparent"
                    border.width: entry.isCurrent && Tokens.lineWidth > 1 ? Tokens.lineWidth : 0
                    border.color: Tokens.line
                }

                Column {
                    anchors.centerIn: parent
                    spacing: 6

                    Icon {
                        anchors.horizontalCenter: parent.horizontalCenter
                        name: entry.modelData.icon
                        size: 26
                        color: entry.isCurrent ? Tokens.accent : Tokens.dim
                    }

                    Text {
                        anchors.horizontalCenter: parent.horizontalCenter
                        text: entry.modelData.text
                        textFormat: Text.PlainText
                        color: entry.isCurrent ? Tokens.text : Tokens.dim
                        font.pixelSize: Tokens.fontNav
                        font.weight: entry.isCurrent ? Font.DemiBold : Font.Medium
                        Accessible.ignored: true
                    }
                }
            }
        }
    }

    Rectangle {
        visible: Tokens.lineWidth > 1
        x: rail.isBar ? 0 : parent.width - width
        width: rail.isBar ? parent.width : Tokens.lineWidth
        height: rail.isBar ? Tokens.lineWidth : parent.height
        color: Tokens.line
    }
}
