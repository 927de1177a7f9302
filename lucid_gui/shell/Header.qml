// The title of the screen, the way back, and how things stand in a few words.
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: header

    required property var status
    property string title: ""
    property bool canGoBack: false
    // The live screen says itself that it records.
    property bool showsRecording: true

    signal backAsked()
    signal networkAsked()

    implicitHeight: Tokens.header

    IconButton {
        id: back

        x: Tokens.gapSmall
        anchors.verticalCenter: parent.verticalCenter
        visible: header.canGoBack
        objectName: "back"
        icon: "arrow-left"
        name: qsTr("Back")
        onClicked: header.backAsked()
    }

    Text {
        id: words

        anchors.left: back.visible ? back.right : parent.left
        anchors.leftMargin: back.visible ? Tokens.gapSmall : Tokens.gapLarge
        anchors.right: chips.left
        anchors.rightMargin: Tokens.gap
        anchors.verticalCenter: parent.verticalCenter
        text: header.title
        textFormat: Text.PlainText
        color: Tokens.text
        font.pixelSize: Tokens.fontTitle
        font.weight: Font.DemiBold
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Tokens.fontSecondary
        elide: Text.ElideRight
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    function networkInk(): color {
        const tone = header.status.networkTone;
        return tone === "safe" ? Tokens.accent : tone === "ask" ? Tokens.ask : Tokens.dim;
    }

    Row {
        id: chips

        anchors.right: parent.right
        anchors.rightMargin: Tokens.gapLarge
        anchors.verticalCenter: parent.verticalCenter
        spacing: 18

        Chip {
            anchors.verticalCenter: parent.verticalCenter
            visible: header.showsRecording && text !== ""
            icon: "circle-dot"
            text: header.status.recordingText
            color: Tokens.rec
        }

        Pressable {
            objectName: "networkPill"
            anchors.verticalCenter: parent.verticalCenter
            width: pill.width + 2 * Tokens.gapSmall
            visible: header.status.networkText !== ""
            name: qsTr("Network: %1").arg(header.status.networkText)
            ringRadius: Tokens.radiusSmall
            onClicked: header.networkAsked()

            Chip {
                id: pill

                anchors.centerIn: parent
                icon: header.status.networkTone === "busy" ? "loader-circle" : header.status.isByTor ? "globe-lock" : "unplug"
                text: header.status.networkText
                color: header.status.networkTone === "ask" ? Tokens.ask : Tokens.dim
                iconColor: header.networkInk()
            }
        }

        Chip {
            anchors.verticalCenter: parent.verticalCenter
            visible: text !== ""
            icon: header.status.isChainAway ? "unplug" : "anchor"
            text: header.status.chainText
            color: header.status.isChainAway ? Tokens.ask : Tokens.dim
            iconColor: header.status.isChainAway ? Tokens.ask : Tokens.accent
        }

        Chip {
            anchors.verticalCenter: parent.verticalCenter
            visible: text !== ""
            icon: header.status.isSpaceLow ? "triangle-alert" : "hard-drive"
            text: header.status.spaceText
            color: header.status.isSpaceLow ? Tokens.ask : Tokens.dim
        }

        Text {
            id: clock

            property date now: new Date()

            anchors.verticalCenter: parent.verticalCenter
            text: Qt.formatTime(now, "HH:mm")
            color: Tokens.text
            font.pixelSize: Tokens.fontSmall
            font.weight: Font.DemiBold
            Accessible.role: Accessible.StaticText
            Accessible.name: text

            Timer {
                interval: 1000
                repeat: true
                running: header.visible
                triggeredOnStart: true
                onTriggered: clock.now = new Date()
            }
        }
    }
}
