// Text as it is read: plain, wrapped, in the colour and size of the body.
import QtQuick
import lucid_gui.style

Text {
    color: Tokens.text
    font.pixelSize: Tokens.fontBody
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    lineHeight: 1.2
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
