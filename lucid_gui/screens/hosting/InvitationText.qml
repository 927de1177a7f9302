// The invitation as text: the whole of it in one line, and its parts for an ordinary RDP client behind a Tor of its own.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    // What invitation_facts gives; empty once the code is used, expired or taken back.
    required property var facts
    // What reach_facts gives: whether anybody who has it all can come just now.
    required property var reach
    readonly property bool isValid: facts.code !== undefined && !facts.isExpired
    readonly property var rows: [
        {
            name: "textLink",
            label: qsTr("The whole invitation in one line, for another Lucid"),
            text: facts.link ?? ""
        },
        {
            name: "textAddress",
            label: qsTr("Address, for a client that goes through Tor's SOCKS port"),
            text: facts.address ?? ""
        },
        {
            name: "textKeyLine",
            label: qsTr("Key, for a file in the ClientOnionAuthDir of that Tor"),
            text: facts.keyLine ?? ""
        },
        {
            name: "textCode",
            label: qsTr("Code, which the session asks for"),
            text: facts.code ?? ""
        },
        {
            name: "textCertificate",
            label: qsTr("Certificate (SHA-256), which the client must show"),
            text: facts.fingerprint ?? ""
        }
    ]

    signal closed()

    onIsValidChanged: {
        if (part.visible && !part.isValid)
            part.closed();
    }

    PartBar {
        id: bar

        y: Tokens.gap
        width: parent.width
        backName: qsTr("Back to the hosted session")
        onClosed: part.closed()

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: qsTr("The invitation as text")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        objectName: "textScroll"
        anchors.fill: parent
        anchors.topMargin: bar.y + bar.height
        spacing: Tokens.gapMedium

        Words {
            objectName: "textValid"
            width: parent.width
            text: (part.facts.validText ?? "") + " " + qsTr("Whoever has all of it can come to the door. Give it by a way that you trust.")
            color: Tokens.dim
        }

        StatusPill {
            objectName: "textReach"
            icon: part.reach.icon
            tone: part.reach.tone
            text: part.reach.text
        }

        LabelledTexts {
            width: parent.width
            rows: part.rows
        }
    }
}
