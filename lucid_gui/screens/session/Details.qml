// The parts of a session: its checks, its manifest, its chunks, its anchors.
import QtQuick
import lucid_gui.controls

Item {
    id: details

    required property var model
    property bool isPortrait: false
    property string tab: "checks"

    signal closed()

    PartBar {
        id: bar

        width: parent.width
        onClosed: details.closed()

        SegmentedChoice {
            objectName: "detailsTabs"
            anchors.fill: parent
            value: details.tab
            options: [
                {
                    value: "checks",
                    text: qsTr("Checks")
                },
                {
                    value: "manifest",
                    text: qsTr("Manifest")
                },
                {
                    value: "chunks",
                    text: qsTr("Chunks")
                },
                {
                    value: "anchors",
                    text: qsTr("Anchors")
                },
                {
                    value: "trail",
                    text: qsTr("Trail")
                }
            ]
            onChosen: value => details.tab = value
        }
    }

    CheckPart {
        anchors.fill: parent
        anchors.topMargin: bar.height
        visible: details.tab === "checks"
        session: details.model
        model: details.model.verification
    }

    ManifestPart {
        anchors.fill: parent
        anchors.topMargin: bar.height
        visible: details.tab === "manifest"
        model: details.model
    }

    ChunkPart {
        anchors.fill: parent
        anchors.topMargin: bar.height
        visible: details.tab === "chunks"
        model: details.model
        isPortrait: details.isPortrait
    }

    AnchorPart {
        anchors.fill: parent
        anchors.topMargin: bar.height
        visible: details.tab === "anchors"
        model: details.model
    }

    TrailPart {
        anchors.fill: parent
        anchors.topMargin: bar.height
        visible: details.visible && details.tab === "trail"
        session: details.model
        isPortrait: details.isPortrait
    }
}
