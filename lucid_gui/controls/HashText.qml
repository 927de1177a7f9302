// A hash, key or address: monospaced, in groups of four, wrapped and never cut.
import QtQuick
import lucid_gui.style

Text {
    id: hash

    // Hexadecimal or Base58, with or without 0x.
    property string value: ""
    // The width to spread over: lines then come out equally long. 0 wraps where the width ends.
    property real room: 0

    readonly property string prefix: value.startsWith("0x") ? "0x " : ""
    readonly property var groups: value.slice(prefix === "" ? 0 : 2).match(/.{1,4}/g) ?? []

    function spread(): string {
        const characters = Math.floor((hash.room + 0.5) / metrics.averageCharacterWidth) - hash.prefix.length;
        const most = Math.max(1, Math.floor((characters + 1) / 5));
        const lines = Math.ceil(hash.groups.length / most);
        const each = Math.ceil(hash.groups.length / Math.max(1, lines));
        const rows = [];
        for (let i = 0; i < hash.groups.length; i += each)
            rows.push(hash.groups.slice(i, i + each).join(" "));
        return hash.prefix + rows.join("\n" + " ".repeat(hash.prefix.length));
    }

    text: room > 0 ? spread() : prefix + groups.join(" ")
    textFormat: Text.PlainText
    color: Tokens.text
    font.family: Tokens.monoFamily
    font.pixelSize: Tokens.fontMono
    lineHeight: 1.25
    wrapMode: Text.WordWrap
    Accessible.role: Accessible.StaticText
    Accessible.name: value

    FontMetrics {
        id: metrics

        font: hash.font
    }
}
