// A keyboard to touch: letters, digits and signs; it foresees nothing and remembers nothing.
pragma ComponentBehavior: Bound
import QtQuick
import lucid_gui.style

Rectangle {
    id: keyboard

    // The field that is typed into: a TextInputField.
    property var field: KeyboardTarget.field
    property bool isTall: false
    readonly property bool isOpen: field !== null && field !== undefined

    property bool isShifted: false
    property bool isSigns: false

    readonly property real keyHeight: isTall ? Tokens.keyHeightTall : Tokens.keyHeight
    readonly property real keyGap: 6
    readonly property string digits: "1234567890"
    readonly property var letterRows: ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
    readonly property var signRows: ["-/:;()&@#$", ".,?!'\"+"]
    readonly property var furtherRows: ["[]{}<>^~|\\", "`´€£¥§°•¿¡", "_=+*/%&"]
    readonly property var rows: {
        if (!isSigns)
            return isTall ? [digits].concat(letterRows) : letterRows;
        if (!isTall)
            return isShifted ? furtherRows : [digits].concat(signRows);
        return isShifted ? [digits].concat(furtherRows) : [digits, furtherRows[0]].concat(signRows);
    }

    function type(character: string): void {
        if (keyboard.field)
            keyboard.field.insert(character);
        if (!keyboard.isSigns)
            keyboard.isShifted = false;
    }

    implicitHeight: isOpen ? (rows.length + 1) * (keyHeight + keyGap) + keyGap : 0
    visible: isOpen
    color: Tokens.surface
    onIsOpenChanged: {
        keyboard.isShifted = false;
        keyboard.isSigns = false;
    }

    // What lies under the keys is not tapped by a touch between them.
    MouseArea {
        anchors.fill: parent
    }

    Rectangle {
        width: parent.width
        height: Tokens.lineWidth
        color: Tokens.line
    }

    Column {
        x: keyboard.keyGap
        y: keyboard.keyGap
        width: parent.width - 2 * keyboard.keyGap
        spacing: keyboard.keyGap

        Repeater {
            model: keyboard.rows

            Row {
                id: row

                required property string modelData
                required property int index
                readonly property bool isLast: index === keyboard.rows.length - 1
                readonly property real unit: (parent.width - 9 * keyboard.keyGap) / 10

                anchors.horizontalCenter: parent?.horizontalCenter
                spacing: keyboard.keyGap

                KeyCap {
                    visible: row.isLast
                    width: row.unit * 1.4 + keyboard.keyGap / 2
                    height: keyboard.keyHeight
                    icon: keyboard.isSigns ? "" : "arrow-big-up"
                    text: keyboard.isSigns ? (keyboard.isShifted ? "123" : "[ ]") : ""
                    name: keyboard.isSigns ? qsTr("More signs") : qsTr("Capital letters")
                    isChosen: keyboard.isShifted
                    isQuiet: true
                    onClicked: keyboard.isShifted = !keyboard.isShifted
                }

                Repeater {
                    model: row.modelData.length

                    KeyCap {
                        required property int index

                        width: row.unit
                        height: keyboard.keyHeight
                        text: keyboard.isShifted && !keyboard.isSigns ? row.modelData[index].toUpperCase() : row.modelData[index]
                        onClicked: keyboard.type(text)
                    }
                }

                KeyCap {
                    visible: row.isLast
                    width: row.unit * 1.4 + keyboard.keyGap / 2
                    height: keyboard.keyHeight
                    icon: "delete"
                    name: qsTr("Erase")
                    isQuiet: true
                    isRepeating: true
                    onClicked: {
                        if (keyboard.field)
                            keyboard.field.eraseBackwards();
                    }
                }
            }
        }

        Row {
            id: bottom

            readonly property real unit: (parent.width - 9 * keyboard.keyGap) / 10

            spacing: keyboard.keyGap

            KeyCap {
                width: bottom.unit
                height: keyboard.keyHeight
                icon: "chevron-down"
                name: qsTr("Hide the keyboard")
                isQuiet: true
                onClicked: {
                    if (keyboard.field)
                        keyboard.field.finish();
                }
            }

            KeyCap {
                width: bottom.unit * 1.5 + keyboard.keyGap / 2
                height: keyboard.keyHeight
                text: keyboard.isSigns ? "abc" : keyboard.isTall ? "#+=" : "123"
                name: keyboard.isSigns ? qsTr("Letters") : qsTr("Digits and signs")
                isQuiet: true
                onClicked: {
                    keyboard.isSigns = !keyboard.isSigns;
                    keyboard.isShifted = false;
                }
            }

            KeyCap {
                width: bottom.unit * 5 + keyboard.keyGap * 4
                height: keyboard.keyHeight
                text: " "
                name: qsTr("Space")
                icon: "space"
                onClicked: keyboard.type(" ")
            }

            KeyCap {
                width: bottom.unit * 2.5 + keyboard.keyGap * 1.5
                height: keyboard.keyHeight
                text: keyboard.field ? keyboard.field.acceptText : ""
                isPrimary: true
                enabled: keyboard.field?.canAccept ?? false
                onClicked: {
                    if (keyboard.field)
                        keyboard.field.accept();
                }
            }
        }
    }
}
