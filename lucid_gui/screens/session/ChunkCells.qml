// The cells of a row of the chunk table.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Row {
    id: row

    property var cells: []
    property bool isHead: false
    readonly property var shares: [0.16, 0.3, 0.18, 0.18, 0.18]

    height: isHead ? 24 : 26

    Repeater {
        model: row.cells

        Words {
            required property string modelData
            required property int index

            width: row.width * row.shares[index]
            horizontalAlignment: index < 2 ? Text.AlignLeft : Text.AlignRight
            text: modelData
            color: row.isHead ? Tokens.dim : Tokens.text
            font.pixelSize: row.isHead ? Tokens.fontSmall : Tokens.fontSecondary
            font.weight: row.isHead ? Font.Normal : index === 0 ? Font.DemiBold : Font.Normal
            font.features: {
                "tnum": 1
            }
            elide: Text.ElideRight
            maximumLineCount: 1
            Accessible.ignored: !row.isHead
        }
    }
}
