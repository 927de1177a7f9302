// A new access with its secrets, shown this once: a code for a camera, and the same as a line.
import QtQuick
import Lucid.Pictures
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var facts
    // What reach_facts gives; empty before the address is published.
    required property var reach
    property bool isPortrait: false
    readonly property real side: isPortrait ? Math.min(width - 2 * Tokens.gapLarge, 480) : footer.y - Tokens.gap

    signal closed()
    signal textWanted()

    Rectangle {
        id: code

        x: part.isPortrait ? (parent.width - width) / 2 : Tokens.gapLarge
        y: Tokens.gapSmall
        width: part.side
        height: width
        radius: Tokens.radiusSmall
        color: Tokens.codePaper
        Accessible.role: Accessible.Graphic
        Accessible.name: qsTr("QR code with address, keys and token")

        QrItem {
            objectName: "grantedQr"
            anchors.fill: parent
            anchors.margins: 4
            text: part.facts.link ?? ""
            ink: Tokens.codeInk
            paper: Tokens.codePaper
        }
    }

    ScrollColumn {
        objectName: "grantedScroll"
        x: part.isPortrait ? 0 : code.x + code.width + Tokens.gapMedium - padding
        y: part.isPortrait ? code.y + code.height + Tokens.gap : 0
        width: parent.width - x
        height: footer.y - y
        spacing: Tokens.gapSmall

        Words {
            width: parent.width
            text: qsTr("For %1").arg(part.facts.name ?? "")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1.1
            Accessible.role: Accessible.Heading
        }

        Words {
            objectName: "grantedWarning"
            width: parent.width
            text: qsTr("This is shown once, and kept nowhere. Whoever has it can read until %1.").arg(part.facts.ends ?? "")
            color: Tokens.ask
            font.weight: Font.Medium
        }

        StatusPill {
            objectName: "grantedReach"
            icon: part.reach.icon ?? "hourglass"
            tone: part.reach.tone ?? "ask"
            text: part.reach.text ?? qsTr("Not published yet")
        }

        Words {
            width: parent.width
            text: qsTr("Let them scan it with their Lucid, or give them this line by a safe way:")
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
        }

        Words {
            objectName: "grantedLink"
            width: parent.width
            text: part.facts.link ?? ""
            font.family: Tokens.monoFamily
            font.pixelSize: Tokens.fontSmall
            wrapMode: Text.WrapAnywhere
        }

        ListRow {
            objectName: "grantedTextRow"
            icon: "key-round"
            title: qsTr("As text, for a browser or curl")
            isTappable: true
            onClicked: part.textWanted()
        }

        Words {
            width: parent.width
            text: qsTr("They may read: %1").arg(part.facts.scopes ?? "")
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + 2 * Tokens.gap
        color: Tokens.background

        ActionButton {
            objectName: "grantedDoneButton"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: parent.width - 2 * Tokens.gapLarge
            kind: "primary"
            icon: "check"
            text: qsTr("They have it: forget it here")
            answersToKeys: false
            onClicked: part.closed()
        }
    }
}
