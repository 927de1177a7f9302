// The manifest: its fields in words, or the signed document itself.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isRaw: false

    ToggleRow {
        id: toggle

        objectName: "rawManifestToggle"
        x: Tokens.gapLarge
        width: parent.width - 2 * Tokens.gapLarge
        visible: part.model.manifestLines.length > 0
        height: visible ? implicitHeight : 0
        title: qsTr("As it was signed (JSON)")
        isOn: part.isRaw
        onToggled: isOn => part.isRaw = isOn
    }

    ScrollColumn {
        objectName: "manifestFacts"
        anchors.fill: parent
        anchors.leftMargin: Tokens.gapSmall
        anchors.rightMargin: Tokens.gapSmall
        anchors.topMargin: toggle.height
        padding: Tokens.gap
        visible: !part.isRaw

        FactList {
            width: parent.width
            facts: part.visible ? part.model.manifestFacts : []
        }
    }

    Rectangle {
        anchors.fill: raw
        anchors.margins: -Tokens.gap
        visible: part.isRaw
        radius: Tokens.radiusSmall
        color: Tokens.surface
        border.width: Tokens.lineWidth
        border.color: Tokens.line
    }

    ListView {
        id: raw

        objectName: "manifestRaw"
        anchors.fill: parent
        anchors.margins: Tokens.gapLarge + Tokens.gap
        anchors.topMargin: toggle.height + Tokens.gapLarge
        visible: part.isRaw
        clip: true
        reuseItems: true
        boundsBehavior: Flickable.StopAtBounds
        model: part.isRaw && part.visible ? part.model.manifestLines : []
        delegate: Text {
            required property string modelData

            width: ListView.view.width
            text: modelData
            textFormat: Text.PlainText
            wrapMode: Text.WrapAnywhere
            color: Tokens.text
            font.family: Tokens.monoFamily
            font.pixelSize: Tokens.fontSmall
            lineHeight: 1.3
        }
    }
}
