// What may leave the appliance: how much of the session, which stretch, and where to.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.controls
import lucid_gui.style

Item {
    id: part

    required property var session
    required property var model
    property bool isPortrait: false
    property bool isChoosingPlace: false
    readonly property bool isBusy: model.work.isBusy
    readonly property bool isDone: model.result.path !== undefined
    readonly property var place: model.places.length > 0 ? model.places[model.place] : null
    readonly property bool isReadable: model.kind === "readable" || model.kind === "video"
    readonly property var kinds: [
        {
            kind: "proofs",
            icon: "file-check",
            title: qsTr("Proofs only"),
            detail: qsTr("Nothing can be watched")
        },
        {
            kind: "sealed",
            icon: "file-lock",
            title: qsTr("Sealed chunks"),
            detail: qsTr("All of it, without keys")
        },
        {
            kind: "readable",
            icon: "file-key",
            title: qsTr("Readable part"),
            detail: qsTr("A stretch, with its keys")
        },
        {
            kind: "video",
            icon: "file-video",
            title: qsTr("Video file"),
            detail: qsTr("Plays anywhere")
        }
    ]

    signal closed()

    PartBar {
        id: bar

        width: parent.width
        onClosed: {
            part.isChoosingPlace = false;
            part.closed();
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: part.isDone ? qsTr("The file is written") : qsTr("What may leave this appliance?")
            font.pixelSize: Tokens.fontTitle
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
    }

    ScrollColumn {
        id: scroll

        objectName: "exportScroll"
        anchors.fill: parent
        anchors.leftMargin: Tokens.gapSmall
        anchors.rightMargin: Tokens.gapSmall
        anchors.topMargin: bar.height - Tokens.gapSmall
        anchors.bottomMargin: footer.height
        padding: Tokens.gap
        visible: !part.isDone

        Grid {
            id: grid

            width: parent.width
            columns: part.isPortrait ? 1 : 2
            columnSpacing: Tokens.gapMedium
            rowSpacing: Tokens.gapMedium

            Column {
                id: choices

                width: part.isPortrait ? grid.width : 282
                spacing: 2
                enabled: !part.isBusy

                Repeater {
                    model: part.kinds

                    ListRow {
                        required property var modelData

                        objectName: "kind-" + modelData.kind
                        width: choices.width
                        isTappable: true
                        hasChevron: false
                        isSelected: part.model.kind === modelData.kind
                        icon: modelData.icon
                        title: modelData.title
                        detail: modelData.detail
                        onClicked: part.model.choose(modelData.kind)
                    }
                }
            }

            Column {
                id: facts

                width: part.isPortrait ? grid.width : grid.width - choices.width - Tokens.gapMedium
                spacing: Tokens.gapMedium

                ErrorNote {
                    objectName: "exportFailure"
                    what: part.model.failure.what ?? ""
                    nextStep: part.model.failure.nextStep ?? ""
                }

                Card {
                    width: parent.width
                    height: reveals.height + 2 * padding
                    padding: Tokens.gapMedium
                    tone: part.isReadable ? "ask" : "plain"

                    Icon {
                        id: eye

                        y: 2
                        name: part.isReadable ? "eye" : "eye-off"
                        size: 20
                        color: part.isReadable ? Tokens.ask : Tokens.accent
                    }

                    Words {
                        id: reveals

                        objectName: "exportReveals"
                        x: eye.width + Tokens.gap
                        width: parent.width - x
                        text: part.model.reveals
                        font.pixelSize: Tokens.fontSecondary
                    }
                }

                RangeBar {
                    objectName: "exportRange"
                    width: parent.width
                    visible: part.model.isRanged
                    enabled: !part.isBusy
                    duration: part.model.duration
                    from: part.model.fromS
                    until: part.model.untilS
                    text: part.model.rangeText
                    gaps: part.session.gaps
                    onMoved: (from, until) => part.model.setRange(from, until)
                }

                Rectangle {
                    width: parent.width
                    height: places.height
                    radius: Tokens.radius
                    color: Tokens.surface
                    border.width: Tokens.lineWidth
                    border.color: Tokens.line

                    Column {
                        id: places

                        width: parent.width
                        enabled: !part.isBusy

                        ListRow {
                            objectName: "placeRow"
                            isTappable: part.model.places.length > 1
                            hasChevron: false
                            x: isTappable ? 0 : Tokens.gap
                            width: parent.width - 2 * x
                            icon: part.place ? part.place.icon : "hard-drive"
                            title: part.place ? qsTr("To %1").arg(part.place.title) : ""
                            detail: part.place ? part.place.detail : ""
                            value: !isTappable ? "" : part.isChoosingPlace ? qsTr("Close") : qsTr("Change")
                            valueColor: Tokens.accent
                            onClicked: part.isChoosingPlace = !part.isChoosingPlace
                        }

                        Repeater {
                            model: part.isChoosingPlace ? part.model.places : []

                            ListRow {
                                required property var modelData
                                required property int index

                                objectName: "place" + index
                                width: places.width
                                isTappable: true
                                hasChevron: false
                                isSelected: index === part.model.place
                                icon: modelData.icon
                                title: modelData.title
                                detail: modelData.path
                                value: modelData.detail
                                onClicked: {
                                    part.model.choosePlace(index);
                                    part.isChoosingPlace = false;
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    Column {
        x: Tokens.gapLarge
        y: bar.height + Tokens.gapMedium
        width: parent.width - 2 * Tokens.gapLarge
        visible: part.isDone
        spacing: Tokens.gapMedium

        Sentence {
            objectName: "exportResult"
            icon: "file-check"
            title: part.model.result.what ?? ""
            titleSize: Tokens.fontTitle
        }

        Rectangle {
            width: parent.width
            height: path.height + 2 * Tokens.gapMedium
            radius: Tokens.radiusSmall
            color: Tokens.surface
            border.width: Tokens.lineWidth
            border.color: Tokens.line

            Words {
                id: path

                objectName: "exportPath"
                x: Tokens.gapMedium
                y: Tokens.gapMedium
                width: parent.width - 2 * Tokens.gapMedium
                text: part.model.result.path ?? ""
                font.family: Tokens.monoFamily
                font.pixelSize: Tokens.fontMono
                wrapMode: Text.WrapAnywhere
            }
        }

        Words {
            width: parent.width
            visible: part.model.kind !== "video"
            text: qsTr("Anybody can check it without this appliance: lucid proof verify FILE.")
            color: Tokens.dim
        }
    }

    Rectangle {
        id: footer

        anchors.bottom: parent.bottom
        width: parent.width
        height: Tokens.button + Tokens.gapMedium + Tokens.gapSmall
        color: Tokens.background

        ActionButton {
            objectName: "writeButton"
            x: Tokens.gapLarge
            y: Tokens.gapSmall
            width: parent.width - 2 * Tokens.gapLarge
            visible: !part.isBusy && !part.isDone
            kind: "primary"
            icon: "download"
            text: part.model.kind === "video" ? qsTr("Write the video") : qsTr("Write the bundle")
            enabled: part.model.canRun
            onClicked: part.model.run()
        }

        ProgressLine {
            objectName: "exportProgress"
            x: Tokens.gapLarge
            width: parent.width - 2 * Tokens.gapLarge
            anchors.verticalCenter: parent.verticalCenter
            visible: part.isBusy
            text: part.model.work.text
            done: Math.max(0, part.model.work.fraction)
            total: part.model.work.fraction < 0 ? 0 : 1
            onCancelled: part.model.cancel()
        }

        ActionButton {
            objectName: "exportDoneButton"
            x: Tokens.gapLarge
            y: Tokens.gapSmall
            width: parent.width - 2 * Tokens.gapLarge
            visible: part.isDone
            kind: "primary"
            icon: "check"
            text: qsTr("Done")
            onClicked: part.closed()
        }
    }
}
