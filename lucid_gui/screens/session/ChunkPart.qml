// The table of sealed chunks, a row each; the leaf stands beneath, in groups, never cut.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false

    EmptyState {
        anchors.centerIn: parent
        width: parent.width - 2 * Tokens.gapLarge
        visible: part.model.chunks.length === 0
        icon: "layers"
        title: qsTr("No chunk is sealed yet")
        explanation: qsTr("The first one is sealed after 8 to 16 MB, or when the session ends.")
    }

    Item {
        id: head

        x: Tokens.gapLarge
        width: parent.width - 2 * Tokens.gapLarge
        height: 28
        visible: part.model.chunks.length > 0

        ChunkCells {
            width: parent.width
            isHead: true
            cells: [qsTr("Chunk, leaf"), qsTr("From – until"), qsTr("Size"), qsTr("Stored"), qsTr("Compressed")]
        }
    }

    ListView {
        id: list

        objectName: "chunkList"
        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        x: Tokens.gapLarge
        width: head.width
        visible: part.model.chunks.length > 0
        clip: true
        reuseItems: true
        boundsBehavior: Flickable.StopAtBounds
        bottomMargin: Tokens.gapLarge
        model: part.visible ? part.model.chunks : []
        delegate: Item {
            id: row

            required property var modelData
            required property int index

            objectName: "chunkRow" + index
            width: ListView.view.width
            height: cells.height + leaf.height + Tokens.gapMedium
            Accessible.role: Accessible.Row
            Accessible.name: qsTr("Chunk %1, %2, %3, leaf %4").arg(modelData.number).arg(modelData.range).arg(modelData.size).arg(modelData.leaf)

            Rectangle {
                width: parent.width
                height: Tokens.lineWidth
                color: Tokens.line
            }

            ChunkCells {
                id: cells

                y: Tokens.gapSmall
                width: parent.width
                cells: [row.modelData.number, row.modelData.range, row.modelData.size, row.modelData.stored, row.modelData.isCompressed ? qsTr("yes") : qsTr("no")]
            }

            HashText {
                id: leaf

                anchors.top: cells.bottom
                width: parent.width
                value: row.modelData.leaf
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
            }
        }
    }
}
