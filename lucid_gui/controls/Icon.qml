// One of Lucide's icons in the colour of a token.
import QtQuick
import lucid_gui.style

Image {
    id: icon

    property string name: ""
    property color color: Tokens.text
    property int size: Tokens.icon

    width: size
    height: size
    sourceSize.width: Math.round(size * Screen.devicePixelRatio)
    sourceSize.height: Math.round(size * Screen.devicePixelRatio)
    source: name === "" ? "" : "image://icon/" + name + "/" + color.toString().slice(-6)
    visible: name !== ""
    fillMode: Image.PreserveAspectFit
    Accessible.ignored: true
}
