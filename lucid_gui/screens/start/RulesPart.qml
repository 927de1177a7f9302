// The owner's own rules: what a peer may be asked for, what stays hidden, and how much and how long.
import QtQuick
import lucid_gui.controls

Item {
    id: part

    required property var model
    property bool isPortrait: false
    property string tab: "rules"

    signal closed()

    PartBar {
        id: bar

        width: parent.width
        backName: qsTr("Back to the choice")
        onClosed: part.closed()

        SegmentedChoice {
            objectName: "rulesTabs"
            anchors.fill: parent
            value: part.tab
            options: [
                {
                    value: "rules",
                    text: qsTr("What it may do")
                },
                {
                    value: "hidden",
                    text: qsTr("What is hidden")
                },
                {
                    value: "limits",
                    text: qsTr("Limits")
                }
            ]
            onChosen: value => part.tab = value
        }
    }

    RuleList {
        anchors.fill: parent
        anchors.topMargin: bar.height
        visible: part.tab === "rules"
        model: part.model
        isPortrait: part.isPortrait
    }

    HiddenList {
        anchors.fill: parent
        anchors.topMargin: bar.height
        visible: part.tab === "hidden"
        model: part.model
    }

    LimitList {
        anchors.fill: parent
        anchors.topMargin: bar.height
        visible: part.tab === "limits"
        model: part.model
    }
}
