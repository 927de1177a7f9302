// A hash, key or address: monospaced, in groups of four, wrapped and never cut.
import QtQuick
import lucid_gui.style

Text {
    id: hash

    // Hexadecimal or Base58, with or without 0x.
    property string value: ""
    readonly property string prefix: value.startsWith("0x") ? "0x " : ""

    text: prefix + value.slice(prefix === "" ? 0 : 2).replace(/(.{4})(?=.)/g, "$1 ")
    textFormat: Text.PlainText
    color: Tokens.text
    font.family: Tokens.monoFamily
    font.pixelSize: Tokens.fontMono
    lineHeight: 1.25
    wrapMode: Text.WordWrap
    Accessible.role: Accessible.StaticText
    Accessible.name: value
}
