// A question in the lower half: it dims what it is about, is answered by touch or pointer only, and guards its first moment.
import QtQuick
import lucid_gui.style

Item {
    id: sheet

    property bool isOpen: false
    property string icon: "circle-help"
    property string title: ""
    property string explanation: ""
    property string denyText: qsTr("No")
    property string approveText: qsTr("Yes")
    property string approveIcon: "check"
    // "primary" or "danger", for what ends or removes something
    property string approveKind: "primary"
    // A question that ends by itself shows its clock.
    property int secondsLeft: 0
    property int secondsTotal: 0
    property string footNote: secondsTotal > 0 ? qsTr("No answer means no.") : ""
    readonly property bool isGuarded: guard.running
    readonly property bool isTall: height > width
    // False while its children have nothing to show.
    property bool hasContent: true
    default property alias content: slot.data

    signal approved()
    signal denied()

    anchors.fill: parent
    visible: isOpen
    z: 50
    Accessible.role: Accessible.Dialog
    Accessible.name: title
    Accessible.description: explanation

    onIsOpenChanged: {
        if (sheet.isOpen) {
            guard.restart();
            sheet.forceActiveFocus();
        }
    }
    Component.onCompleted: {
        if (sheet.isOpen) {
            guard.restart();
            sheet.forceActiveFocus();
        }
    }

    // Whatever is typed meanwhile goes nowhere, and no key answers.
    Keys.onPressed: event => event.accepted = true
    Keys.onReleased: event => event.accepted = true

    Timer {
        id: guard

        interval: Tokens.guard
    }

    Rectangle {
        anchors.fill: parent
        color: Tokens.shade

        MouseArea {
            anchors.fill: parent
            onWheel: wheel => wheel.accepted = true
        }
    }

    Rectangle {
        id: ground

        readonly property real side: sheet.isTall ? Tokens.gapLarge : 28

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: Math.max(sheet.height * (sheet.isTall ? 0.38 : 0.5), body.height + answers.height + 2 * Tokens.gapLarge + Tokens.gap)
        color: Tokens.surface
        topLeftRadius: Tokens.radiusLarge
        topRightRadius: Tokens.radiusLarge
        border.width: Tokens.askWidth
        border.color: Tokens.ask

        MouseArea {
            anchors.fill: parent
        }

        Column {
            id: body

            x: ground.side
            y: Tokens.gapLarge
            width: parent.width - 2 * ground.side
            spacing: Tokens.gapMedium

            Item {
                width: parent.width
                height: Math.max(words.height, ring.visible ? ring.height : 0)

                Icon {
                    id: glyph

                    y: 2
                    name: sheet.icon
                    size: 32
                    color: Tokens.ask
                }

                Column {
                    id: words

                    x: glyph.width + Tokens.gapMedium
                    width: parent.width - x - (ring.visible ? ring.width + Tokens.gapMedium : 0)
                    spacing: 4

                    Words {
                        width: parent.width
                        text: sheet.title
                        font.pixelSize: Tokens.fontStatement - (sheet.isTall ? 0 : 2)
                        font.weight: Font.DemiBold
                        lineHeight: 1.1
                        Accessible.role: Accessible.Heading
                    }

                    Words {
                        width: parent.width
                        visible: text !== ""
                        text: sheet.explanation
                        color: Tokens.dim
                    }
                }

                CountdownRing {
                    id: ring

                    anchors.right: parent.right
                    visible: sheet.secondsTotal > 0
                    secondsLeft: sheet.secondsLeft
                    secondsTotal: sheet.secondsTotal
                }
            }

            Item {
                id: slot

                width: parent.width
                height: childrenRect.height
                visible: sheet.hasContent && children.length > 0
            }

            Words {
                width: parent.width
                visible: text !== ""
                text: sheet.footNote
                color: Tokens.dim
                font.pixelSize: Tokens.fontSecondary
            }
        }

        Item {
            id: answers

            x: ground.side
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Tokens.gapLarge
            width: parent.width - 2 * ground.side
            height: sheet.isTall ? Tokens.button * 2 + 8 + Tokens.gap : Tokens.button

            ActionButton {
                id: deny

                objectName: "deny"
                width: sheet.isTall ? parent.width : (parent.width - Tokens.gapMedium) * 0.6
                height: sheet.isTall ? Tokens.button + 8 : Tokens.button
                y: sheet.isTall ? Tokens.button + Tokens.gap : 0
                text: sheet.denyText
                answersToKeys: false
                enabled: !sheet.isGuarded
                onClicked: sheet.denied()
            }

            ActionButton {
                objectName: "approve"
                anchors.right: parent.right
                width: sheet.isTall ? parent.width : (parent.width - Tokens.gapMedium) * 0.4
                kind: sheet.approveKind
                text: sheet.approveText
                icon: sheet.approveIcon
                answersToKeys: false
                enabled: !sheet.isGuarded
                onClicked: sheet.approved()
            }
        }
    }
}
