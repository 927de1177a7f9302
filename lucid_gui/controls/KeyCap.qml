// One key of the on-screen keyboard; it acts when the finger comes down, as a real key does.
import QtQuick
import lucid_gui.style

Item {
    id: cap

    property string text: ""
    property string icon: ""
    property string name: text
    property bool isQuiet: false
    property bool isPrimary: false
    property bool isChosen: false
    property bool isRepeating: false

    readonly property color ink: isPrimary && enabled ? Tokens.accentText : !enabled ? Tokens.dim : isChosen ? Tokens.accent : Tokens.text

    signal clicked()

    implicitWidth: Tokens.touch
    implicitHeight: Tokens.touch
    Accessible.role: Accessible.Button
    Accessible.name: name

    Rectangle {
        anchors.fill: parent
        radius: Tokens.radiusSmall - 2
        color: !cap.enabled ? Tokens.raised : cap.isPrimary ? (area.pressed ? Tokens.accentPressed : Tokens.accent) : area.pressed ? Tokens.pressed : cap.isQuiet ? "transparent" : Tokens.raised
        border.width: cap.isChosen ? Tokens.askWidth : cap.isPrimary ? 0 : Tokens.lineWidth
        border.color: cap.isChosen ? Tokens.accent : Tokens.line
    }

    Icon {
        anchors.centerIn: parent
        name: cap.icon
        color: cap.ink
    }

    Text {
        anchors.centerIn: parent
        visible: cap.icon === ""
        text: cap.text
        textFormat: Text.PlainText
        color: cap.ink
        font.pixelSize: cap.text.length > 1 ? Tokens.fontBody : Tokens.fontTitle
        font.weight: cap.isPrimary ? Font.DemiBold : Font.Medium
        Accessible.ignored: true
    }

    MouseArea {
        id: area

        anchors.fill: parent
        onPressed: {
            if (!cap.isPrimary)
                cap.clicked();
        }
        onClicked: {
            if (cap.isPrimary)
                cap.clicked();
        }
        onPressAndHold: repeat.running = cap.isRepeating
        onReleased: repeat.stop()
        onCanceled: repeat.stop()
    }

    Timer {
        id: repeat

        interval: 80
        repeat: true
        onTriggered: cap.clicked()
    }
}
