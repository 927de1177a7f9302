// A new access as text: its parts for whoever reads with curl or a browser behind a Tor of their own.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var facts
    // What reach_facts gives; empty before the address is published.
    required property var reach
    readonly property var rows: [
        {
            name: "grantedAddress",
            label: qsTr("Address, for a browser or a program that goes through Tor's SOCKS port"),
            text: facts.address ?? ""
        },
        {
            name: "grantedKeyLine",
            label: qsTr("Key, for a file in the ClientOnionAuthDir of that Tor"),
            text: facts.keyLine ?? ""
        },
        {
            name: "grantedKey",
            label: qsTr("The same key alone, which the Tor Browser asks for"),
            text: facts.key ?? ""
        },
        {
            name: "grantedToken",
            label: qsTr("Token, which the page asks for; a program sends it with each call"),
            text: facts.token ?? ""
        }
    ]

    signal closed()

    PartBar {
        id: bar

        y: Tokens.gap
        width: parent.width
        backName: qsTr("Back to the code")
        onClosed: part.closed()

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: qsTr("The access as text")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        objectName: "grantedTextScroll"
        anchors.fill: parent
        anchors.topMargin: bar.y + bar.height
        spacing: Tokens.gapMedium

        Words {
            width: parent.width
            text: qsTr("This is shown once, and kept nowhere. Whoever has all of it can read until %1.").arg(part.facts.ends ?? "")
            color: Tokens.ask
        }

        StatusPill {
            objectName: "grantedTextReach"
            icon: part.reach.icon ?? "hourglass"
            tone: part.reach.tone ?? "ask"
            text: part.reach.text ?? qsTr("Not published yet")
        }

        LabelledTexts {
            width: parent.width
            rows: part.rows
        }
    }
}
