// Only seen when the hub takes longer than a blink.
import QtQuick
import Giliran

Item {
    id: issuing

    property int step: 0

    Timer {
        interval: 400
        repeat: true
        running: !Theme.reduceMotion
        onTriggered: issuing.step = (issuing.step + 1) % 3
    }
    Column {
        anchors.centerIn: parent
        width: parent.width
        spacing: 18 * Theme.unit

        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: 18 * Theme.unit

            Repeater {
                model: 3

                Rectangle {
                    required property int index
                    width: 26 * Theme.unit
                    height: width
                    radius: width / 2
                    color: index === issuing.step ? Theme.accent : Theme.line
                }
            }
        }
        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: tr.issuing
            font.pixelSize: Theme.title
            font.bold: true
            wrapMode: Text.Wrap
        }
        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: tr.issuing_hint
            color: Theme.inkSoft
            wrapMode: Text.Wrap
        }
    }
}
