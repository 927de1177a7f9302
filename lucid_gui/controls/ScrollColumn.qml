// A column that scrolls when it does not fit, with a thin mark that says so.
import QtQuick
import lucid_gui.style

Flickable {
    id: flick

    property real padding: Tokens.gapLarge
    // Above the column; the header keeps its own distance.
    property real topPadding: isCentred ? padding : 4
    property alias spacing: column.spacing
    // Centres the column when it is shorter than the screen.
    property bool isCentred: false
    property real maximumWidth: width
    default property alias content: column.data

    function bringIntoView(item: Item): void {
        const top = item.mapToItem(column, 0, 0).y + column.y;
        const bottom = top + item.height + flick.padding;
        if (top < flick.contentY || bottom > flick.contentY + flick.height)
            flick.contentY = Math.max(0, Math.min(top - flick.padding, flick.contentHeight - flick.height));
    }

    contentWidth: width
    contentHeight: column.y + column.height + padding
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    interactive: contentHeight > height

    // When the keyboard takes its place, the field that is typed into stays in sight.
    onHeightChanged: {
        const field = KeyboardTarget.field;
        if (field)
            Qt.callLater(flick.bringIntoView, field);
    }

    Column {
        id: column

        readonly property real room: Math.min(flick.width - 2 * flick.padding, flick.maximumWidth)

        x: (flick.width - width) / 2
        y: flick.isCentred ? Math.max(flick.topPadding, (flick.height - height) / 2) : flick.topPadding
        width: room
        spacing: Tokens.gapMedium
    }

    Rectangle {
        parent: flick
        anchors.right: parent.right
        anchors.rightMargin: 4
        y: flick.height * flick.visibleArea.yPosition
        width: 4
        height: flick.height * flick.visibleArea.heightRatio
        radius: 2
        visible: flick.interactive
        color: Tokens.dim
        opacity: 0.6
    }
}
