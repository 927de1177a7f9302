// What is recorded and shown, with the hidden parts hatched; while the shield is up it says so instead.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.pictures
import lucid_gui.style

PictureFrame {
    id: picture

    required property var model
    property string shieldText: qsTr("Shielded: nobody sees the desktop, and it is not recorded.")

    objectName: "hostedPicture"
    feed: picture.model.feed
    pictureOpacity: picture.model.isShielded ? 0 : picture.model.isInGap ? 0.2 : 1

    ZoneLayer {
        anchors.fill: parent
        visible: !picture.model.isShielded
        zones: picture.model.zones
    }

    Rectangle {
        objectName: "shieldCover"
        anchors.fill: parent
        visible: picture.model.isShielded
        radius: picture.radius
        color: Tokens.hidden
        border.width: Tokens.askWidth
        border.color: Tokens.ask

        Column {
            anchors.centerIn: parent
            width: parent.width - 2 * Tokens.gapMedium
            spacing: Tokens.gapSmall

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                name: "eye-off"
                size: picture.height > 160 ? 40 : 28
                color: Tokens.pictureText
            }

            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: picture.shieldText
                color: Tokens.pictureText
                font.pixelSize: Tokens.fontSecondary
                font.weight: Font.DemiBold
            }
        }
    }

    Column {
        anchors.centerIn: parent
        visible: !picture.model.isShielded && (!picture.hasPicture || picture.model.isInGap)
        spacing: Tokens.gapSmall

        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            name: picture.model.isInGap ? "unplug" : "monitor"
            size: 40
            color: Tokens.pictureText
        }

        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            text: picture.model.isInGap ? qsTr("No picture") : qsTr("The first picture comes in a moment")
            color: Tokens.pictureText
            font.pixelSize: Tokens.fontSecondary
        }
    }
}
