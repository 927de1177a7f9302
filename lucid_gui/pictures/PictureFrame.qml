// The ground that a recorded picture lies on, with the picture when there is one.
import QtQuick
import Lucid.Pictures
import lucid_gui.style

Rectangle {
    id: frame

    // A FrameFeed of a view model.
    property var feed: null
    readonly property bool hasPicture: feed ? feed.hasPicture : false
    property real pictureOpacity: 1
    // What a screen reader says of a picture.
    property string name: qsTr("Recorded picture")

    radius: Tokens.radiusLarge
    color: Tokens.picture
    border.width: Tokens.lineWidth > 1 ? Tokens.lineWidth : 0
    border.color: Tokens.line
    Accessible.role: Accessible.Graphic
    Accessible.name: frame.hasPicture ? frame.name : qsTr("No picture yet")

    FrameItem {
        objectName: "frameItem"
        anchors.fill: parent
        feed: frame.feed
        radius: frame.radius
        opacity: frame.pictureOpacity
    }
}
