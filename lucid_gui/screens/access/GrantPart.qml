// A new access: who, what they may read, and for how long.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var model
    property bool isPortrait: false

    signal closed()

    onVisibleChanged: {
        if (visible)
            name.text = model.name;
        else
            name.finish();
    }

    PartBar {
        id: bar

        y: Tokens.gapSmall
        width: parent.width
        backName: qsTr("Back to the list")
        visible: !name.isEditing || part.isPortrait
        onClosed: part.closed()

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: qsTr("Let someone read")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            lineHeight: 1
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        objectName: "grantScroll"
        anchors.fill: parent
        anchors.topMargin: bar.visible ? bar.y + bar.height : 0
        anchors.bottomMargin: footer.visible ? footer.height : 0
        spacing: Tokens.gap

        ErrorNote {
            objectName: "grantFailure"
            what: part.model.failure.what ?? ""
            nextStep: part.model.failure.nextStep ?? ""
        }

        TextInputField {
            id: name

            objectName: "accessName"
            label: qsTr("Who is it?")
            placeholder: qsTr("A name that you will know in the log")
            maximumLength: 64
            onEdited: part.model.setName(text)
            onAccepted: finish()
        }

        Card {
            width: parent.width

            Column {
                width: parent.width
                spacing: 4

                SectionTitle {
                    title: qsTr("What may they read?")
                }

                Repeater {
                    model: part.model.scopes

                    ToggleRow {
                        required property var modelData

                        objectName: "scope-" + modelData.scope
                        title: modelData.title
                        detail: modelData.detail
                        isOn: modelData.isOn
                        onToggled: part.model.toggleScope(modelData.scope)
                    }
                }
            }
        }

        SectionTitle {
            title: qsTr("For how long?")
        }

        SegmentedChoice {
            objectName: "accessDays"
            width: parent.width
            value: part.model.days
            options: part.model.spans
            onChosen: value => part.model.setDays(value)
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + 2 * Tokens.gap
        visible: !name.isEditing
        color: Tokens.background

        ActionButton {
            objectName: "grantNowButton"
            x: Tokens.gapLarge
            y: Tokens.gap
            width: part.isPortrait ? parent.width - 2 * Tokens.gapLarge : 360
            enabled: part.model.canGrant
            kind: "primary"
            icon: "key-round"
            text: qsTr("Make the access")
            isBusy: part.model.busy === "grant"
            onClicked: part.model.grant()
        }

        Words {
            x: Tokens.gapLarge + 360 + Tokens.gapMedium
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - x - Tokens.gapLarge
            visible: !part.isPortrait && part.model.name === ""
            text: qsTr("Give a name first.")
            color: Tokens.dim
            font.pixelSize: Tokens.fontSecondary
        }
    }
}
