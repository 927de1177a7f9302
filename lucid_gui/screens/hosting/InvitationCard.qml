// How a peer comes in: the address, the code that works once, the certificate, and all of it for a camera.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Card {
    id: card

    required property var model
    property bool isTall: false
    readonly property var facts: model.invitation
    readonly property bool hasCode: facts.code !== undefined
    readonly property bool isValid: hasCode && !facts.isExpired

    signal enlarged()

    objectName: "invitation"
    padding: Tokens.gapMedium
    tone: model.isLocked ? "danger" : "plain"
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

                objectName: "invitationQr"
                width: card.isTall ? 240 : 168
                height: width
                visible: card.isValid && !card.model.isLocked
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
                    text: card.model.isLocked ? qsTr("The door is locked") : card.isValid ? qsTr("One-time code") : qsTr("No valid code")
                    color: card.isValid ? Tokens.dim : Tokens.text
                    font.pixelSize: Tokens.fontSecondary
                }

                Words {
                    objectName: "invitationCode"
                    width: parent.width
                    visible: card.isValid && !card.model.isLocked
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
                    objectName: "invitationValid"
                    width: parent.width
                    text: card.model.isLocked ? qsTr("Lucid lets nobody try another code until the time is over. Then make a new one.") : card.hasCode ? card.facts.validText : qsTr("Make a new one to let somebody in.")
                    color: Tokens.dim
                    font.pixelSize: Tokens.fontSecondary
                    lineHeight: 1.1
                }

                ActionButton {
                    objectName: "newCodeButton"
                    width: Math.min(parent.width, implicitWidth)
                    height: Tokens.touch
                    visible: !card.model.isLocked && card.model.peerState === "absent"
                    kind: card.isValid ? "plain" : "primary"
                    icon: "refresh-cw"
                    text: qsTr("New code")
                    isBusy: card.model.isInviting
                    onClicked: card.model.invite()
                }
            }
        }

        Column {
            width: parent.width
            spacing: 2
            visible: card.hasCode

            Words {
                width: parent.width
                text: qsTr("Address")
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
                lineHeight: 1.1
            }

            Words {
                objectName: "invitationAddress"
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
            visible: card.hasCode

            Words {
                width: parent.width
                text: qsTr("Certificate; the peer's program must show the same")
                color: Tokens.dim
                font.pixelSize: Tokens.fontSmall
                lineHeight: 1.1
            }

            HashText {
                objectName: "invitationFingerprint"
                width: parent.width
                room: width
                value: card.facts.fingerprint ?? ""
                font.pixelSize: card.isTall ? Tokens.fontBody : Tokens.fontMono
            }
        }
    }
}
