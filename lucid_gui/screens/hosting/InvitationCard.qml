// How a peer comes in: the address, the code that works once, the certificate, and all of it for a camera.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    // What invitation_facts gives; empty where there is no code.
    required property var facts
    property bool isTall: false
    property bool isLocked: false
    property bool canRenew: false
    property bool isRenewing: false
    // Put before the names of what can be tapped, where another card is on the same screen.
    property string prefix: ""
    // What reach_facts gives.
    required property var reach
    readonly property bool isOnion: facts.isOnion ?? false
    readonly property bool hasCode: facts.code !== undefined
    readonly property bool isValid: hasCode && !facts.isExpired

    signal enlarged()
    signal renewed()
    signal textWanted()
    signal networkWanted()

    function named(name: string): string {
        return card.prefix === "" ? name : card.prefix + name.charAt(0).toUpperCase() + name.slice(1);
    }

    objectName: card.named("invitation")
    padding: Tokens.gapMedium
    tone: isLocked ? "danger" : "plain"
    implicitHeight: list.height + 2 * padding

    Column {
        id: list

        width: parent.width
        spacing: card.isTall ? Tokens.gapLarge : Tokens.gap

        Item {
            width: parent.width
            height: Math.max(code.visible ? code.height : 0, words.height)

            QrCode {
                id: code

                objectName: card.named("invitationQr")
                // A long link has more modules, and a camera needs three pixels of each.
                width: card.isTall ? (card.isOnion ? 268 : 240) : card.isOnion ? 200 : 168
                height: width
                visible: card.isValid && !card.isLocked
                text: card.facts.link ?? ""
                onClicked: card.enlarged()
            }

            Column {
                id: words

                x: code.visible ? code.width + Tokens.gapMedium : 0
                width: parent.width - x
                spacing: card.isTall ? Tokens.gap : 4

                Words {
                    width: parent.width
                    text: card.isLocked ? qsTr("The door is locked") : card.isValid ? qsTr("One-time code") : qsTr("No valid code")
                    color: card.isValid ? Tokens.dim : Tokens.text
                    font.pixelSize: Tokens.fontSecondary
                }

                Words {
                    objectName: card.named("invitationCode")
                    width: parent.width
                    visible: card.isValid && !card.isLocked
                    text: card.facts.code ?? ""
                    font.family: Tokens.monoFamily
                    font.pixelSize: Tokens.fontCode
                    font.weight: Font.DemiBold
                    fontSizeMode: Text.HorizontalFit
                    minimumPixelSize: Tokens.fontTitle
                    wrapMode: Text.NoWrap
                    lineHeight: 1.1
                }

                Words {
                    objectName: card.named("invitationValid")
                    width: parent.width
                    text: card.isLocked ? qsTr("Until then the old code opens nothing. A new one opens the door at once, for whoever you give it to.") : card.hasCode ? card.facts.validText : qsTr("Make a new one to let somebody in.")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSecondary
                    lineHeight: 1.1
                }

                ActionButton {
                    objectName: card.named("newCodeButton")
                    width: Math.min(parent.width, implicitWidth)
                    height: Tokens.touch
                    visible: card.canRenew
                    kind: card.isValid ? "plain" : "primary"
                    icon: "refresh-cw"
                    text: qsTr("New code")
                    isBusy: card.isRenewing
                    onClicked: card.renewed()
                }
            }
        }

        ListRow {
            objectName: card.named("reachRow")
            visible: card.hasCode
            icon: card.reach.icon
            iconColor: card.reach.tone === "safe" ? Tokens.accent : card.reach.tone === "ask" ? Tokens.ask : Tokens.dim
            title: card.reach.text
            isTappable: true
            onClicked: card.networkWanted()
        }

        ListRow {
            objectName: card.named("textRow")
            visible: card.isValid && card.isOnion && !card.isLocked
            icon: "key-round"
            title: qsTr("As text, for an RDP client")
            isTappable: true
            onClicked: card.textWanted()
        }

        Column {
            width: parent.width
            spacing: 2
            visible: card.hasCode && !card.isOnion

            Words {
                width: parent.width
                text: qsTr("Address")
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
                lineHeight: 1.1
            }

            Words {
                objectName: card.named("invitationAddress")
                width: parent.width
                text: card.facts.address ?? ""
                font.family: Tokens.monoFamily
                font.pixelSize: card.isTall ? Tokens.fontBody : Tokens.fontMono
                wrapMode: Text.WrapAnywhere
            }
        }

        Column {
            width: parent.width
            spacing: 2
            visible: card.hasCode && !card.isOnion

            Words {
                width: parent.width
                text: qsTr("Certificate; the peer's program must show the same")
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
                lineHeight: 1.1
            }

            HashText {
                objectName: card.named("invitationFingerprint")
                width: parent.width
                room: width
                value: card.facts.fingerprint ?? ""
                font.pixelSize: card.isTall ? Tokens.fontBody : Tokens.fontMono
            }
        }
    }
}
