// Every colour, size and duration of the kiosk; generated from tokens.json, do not edit.
pragma Singleton
import QtQuick

QtObject {
    id: tokens

    // The theme that is shown: dark, light, contrast.
    property string theme: "dark"
    readonly property int column: Math.max(0, ["dark", "light", "contrast"].indexOf(theme))

    // behind everything
    readonly property color background: ["#0d1117", "#f4f5f1", "#000000"][tokens.column]
    // cards, the rail, sheets
    readonly property color surface: ["#161c24", "#ffffff", "#000000"][tokens.column]
    // plain buttons, what is chosen
    readonly property color raised: ["#1f2732", "#eceee8", "#262626"][tokens.column]
    // a plain button under a finger
    readonly property color pressed: ["#2a3440", "#dadfd6", "#4d4d4d"][tokens.column]
    // borders
    readonly property color line: ["#2a3440", "#dadfd6", "#ffffff"][tokens.column]
    // what is read first
    readonly property color text: ["#eef2f0", "#12181a", "#ffffff"][tokens.column]
    // what is read second, and what is not allowed
    readonly property color dim: ["#97a3ad", "#56626a", "#e6e6e6"][tokens.column]
    // safe, sealed, anchored; the one primary action of a screen
    readonly property color accent: ["#5ad1b3", "#0b7a61", "#3dffd0"][tokens.column]
    // the primary action under a finger
    readonly property color accentPressed: ["#45b699", "#08604c", "#00c79a"][tokens.column]
    // words on the accent
    readonly property color accentText: ["#06231c", "#ffffff", "#000000"][tokens.column]
    // a quiet ground for what is safe
    readonly property color accentWash: ["#14302e", "#e2efe9", "#000000"][tokens.column]
    // something waits for the owner
    readonly property color ask: ["#f2b84b", "#9a6200", "#ffd84a"][tokens.column]
    // recording, ending, danger; never a filled slab
    readonly property color rec: ["#ff6b5e", "#c4281b", "#ff9a8f"][tokens.column]
    // over what a sheet is about
    readonly property color shade: ["#8c05080c", "#66101816", "#a6000000"][tokens.column]
    // behind a recorded picture
    readonly property color picture: ["#22303a", "#22303a", "#000000"][tokens.column]
    // words on a recorded picture
    readonly property color pictureText: ["#eef2f0", "#eef2f0", "#ffffff"][tokens.column]
    // over a part of a picture that is hidden
    readonly property color hidden: ["#000000", "#000000", "#000000"][tokens.column]
    // the dark of a QR code, the same in each theme for the cameras' sake
    readonly property color codeInk: ["#101816", "#101816", "#000000"][tokens.column]
    // the light of a QR code and around it
    readonly property color codePaper: ["#ffffff", "#ffffff", "#ffffff"][tokens.column]
    // ordinary borders
    readonly property int lineWidth: [1, 1, 2][tokens.column]
    // borders of what asks, is chosen or is danger
    readonly property int askWidth: [2, 2, 3][tokens.column]
    // the least side of anything to tap
    readonly property int touch: 48
    // height of what approves, spends or ends, and of every action
    readonly property int button: 64
    // least height of a row
    readonly property int row: 48
    // width of the rail; height of the bar in portrait is railBar
    readonly property int rail: 84
    // height of the bar that replaces the rail in portrait
    readonly property int railBar: 88
    // height of the header
    readonly property int header: 56
    // an icon beside a title or in a button
    readonly property int icon: 24
    // an icon beside secondary text
    readonly property int iconSmall: 18
    // an icon that stands for a whole screen
    readonly property int iconLarge: 48
    // height of a key in landscape
    readonly property int keyHeight: 50
    // height of a key in portrait
    readonly property int keyHeightTall: 68
    // between what belongs together
    readonly property int gapSmall: 8
    // between neighbours
    readonly property int gap: 12
    // between cards
    readonly property int gapMedium: 16
    // around the content
    readonly property int gapLarge: 20
    // fields, keys, chips
    readonly property int radiusSmall: 12
    // buttons
    readonly property int radius: 16
    // cards and sheets
    readonly property int radiusLarge: 20
    // widest column of text and fields
    readonly property int columnWidth: 640
    // rail entries
    readonly property int fontNav: 13
    // captions and chips
    readonly property int fontSmall: 14
    // explanations and facts
    readonly property int fontSecondary: 15
    // body text
    readonly property int fontBody: 17
    // words in a button
    readonly property int fontButton: 18
    // titles
    readonly property int fontTitle: 20
    // the one sentence of a screen
    readonly property int fontStatement: 26
    // amounts and clocks that are the matter itself
    readonly property int fontAmount: 40
    // a one-time code that is read out
    readonly property int fontCode: 34
    // hashes and addresses
    readonly property int fontMono: 15
    // an answer to a touch, ms
    readonly property int quick: 90
    // something that comes or goes, ms
    readonly property int calm: 180
    // how long an approval ignores touches after it appeared, ms
    readonly property int guard: 400
    // how long a notice stays, ms
    readonly property int toast: 8000
    // how long the notice of an incident stays, ms
    readonly property int incident: 20000
    // how long a player's controls stay without a touch, ms
    readonly property int controlsFade: 3500
    // how long without a touch until the screen goes dark, ms
    readonly property int sleepAfter: 600000
    // all text
    readonly property string fontFamily: "Inter"
    // hashes and addresses
    readonly property string monoFamily: "JetBrains Mono"
}
