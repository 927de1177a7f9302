// What happened in the session, entry by entry: searched, filtered, and the way into the recording.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var session
    readonly property var model: session.trail
    property bool isPortrait: false
    property bool isSearching: false
    readonly property bool hasReceipt: model.receipt.title !== undefined
    readonly property bool isListed: model.isThere && !hasReceipt

    onVisibleChanged: {
        if (!visible)
            field.finish();
    }

    EmptyState {
        anchors.centerIn: parent
        width: parent.width - 2 * Tokens.gapLarge
        visible: !part.model.isThere
        icon: "history"
        title: qsTr("No trail")
        explanation: qsTr("Only a session with somebody at another machine has one.")
    }

    Item {
        id: head

        x: Tokens.gapLarge
        width: parent.width - 2 * Tokens.gapLarge
        height: part.isSearching ? Tokens.button : filters.height
        visible: part.isListed

        SegmentedChoice {
            id: filters

            objectName: "trailGroups"
            width: parent.width - Tokens.touch - Tokens.gapSmall
            visible: !part.isSearching
            options: part.model.groups
            value: part.model.group
            onChosen: value => part.model.choose(value)
        }

        TextInputField {
            id: field

            objectName: "trailSearch"
            width: parent.width - Tokens.touch - Tokens.gapSmall
            visible: part.isSearching
            placeholder: qsTr("Search the trail")
            acceptText: qsTr("Done")
            onEdited: part.model.search(text)
            onAccepted: finish()
        }

        IconButton {
            objectName: "trailSearchButton"
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            icon: part.isSearching ? "x" : "search"
            isFilled: true
            name: part.isSearching ? qsTr("End the search") : qsTr("Search the trail")
            onClicked: {
                part.isSearching = !part.isSearching;
                if (part.isSearching) {
                    field.edit();
                } else {
                    field.finish();
                    field.clear();
                    part.model.search("");
                }
            }
        }
    }

    Words {
        id: count

        objectName: "trailCount"
        anchors.top: head.bottom
        anchors.topMargin: Tokens.gapSmall
        x: Tokens.gapLarge
        width: head.width
        visible: part.isListed
        text: part.model.rows.length === 0 ? qsTr("Nothing fits. Search for less, or choose another group.") : part.model.countText
        color: Tokens.dim
        font.pixelSize: Tokens.fontSmall
    }

    Words {
        id: typed

        objectName: "trailKeys"
        anchors.top: count.bottom
        x: Tokens.gapLarge
        width: head.width
        visible: part.isListed && part.session.hasRecordedKeys
        text: qsTr("What was typed is recorded too: the command lucid session keys shows it.")
        color: Tokens.dim
        font.pixelSize: Tokens.fontSmall
    }

    ListView {
        objectName: "trailList"
        anchors.top: typed.visible ? typed.bottom : count.bottom
        anchors.topMargin: 4
        anchors.bottom: parent.bottom
        x: Tokens.gapLarge
        width: head.width
        visible: part.isListed
        clip: true
        reuseItems: true
        boundsBehavior: Flickable.StopAtBounds
        bottomMargin: Tokens.gapLarge
        model: part.visible ? part.model.rows : []
        delegate: TrailRow {
            required property var modelData
            required property int index

            objectName: "trailRow" + index
            width: ListView.view.width
            facts: modelData
            canJump: part.session.canPlay
            onClicked: {
                if (modelData.hasReceipt)
                    part.model.openReceipt(modelData.sequence);
                else
                    part.session.playAt(modelData.at);
            }
        }
    }

    ReceiptPart {
        anchors.fill: parent
        visible: part.hasReceipt
        receipt: part.model.receipt
        canPlay: part.session.canPlay
        onClosed: part.model.closeReceipt()
        onPlayed: at => part.session.playAt(at)
    }
}
