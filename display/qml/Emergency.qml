// An emergency takes over the whole screen: what to do, in each language that was written, as large as it fits.
import QtQuick
import Giliran

Rectangle {
    id: emergency

    property real v: 10
    property real small: 40
    property bool bright: false
    readonly property var texts: ui.emergency

    color: "#a50f15"

    Rectangle {
        anchors.fill: parent
        color: "transparent"
        border.width: 3 * emergency.v
        border.color: emergency.bright ? "#ffffff" : "#f6bd3a"
    }
    // Half a change a second: it is seen from the corner of an eye, and safe for photosensitive people.
    Timer {
        interval: 1000
        repeat: true
        running: emergency.visible && !Theme.reduceMotion
        onTriggered: emergency.bright = !emergency.bright
    }
    Row {
        id: head
        anchors.horizontalCenter: parent.horizontalCenter
        y: 6 * emergency.v
        height: 13 * emergency.v
        spacing: 3 * emergency.v

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: 12 * emergency.v
            height: width
            radius: width / 2
            color: "#f6bd3a"

            Label {
                anchors.centerIn: parent
                text: "!"
                color: "#0f2a31"
                font.pixelSize: 10 * emergency.v
                font.bold: true
            }
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            text: tr.emergency
            color: "#ffffff"
            font.pixelSize: 10 * emergency.v
            font.bold: true
            font.letterSpacing: 1.2 * emergency.v
        }
    }
    Column {
        id: column
        x: 7 * emergency.v
        y: head.y + head.height + 2 * emergency.v
        width: parent.width - 2 * x
        height: hint.y - y - 2 * emergency.v

        Repeater {
            model: emergency.texts

            Label {
                required property int index
                required property string modelData
                objectName: "emergency-text"
                width: column.width
                height: column.height / emergency.texts.length
                text: modelData
                color: index === 0 ? "#ffffff" : "#ffe9a8"
                font.bold: index === 0
                font.pixelSize: 15 * emergency.v
                fontSizeMode: Text.Fit
                minimumPixelSize: emergency.small
                wrapMode: Text.Wrap
                horizontalAlignment: Text.AlignHCenter
                verticalAlignment: Text.AlignVCenter
                lineHeight: 0.95
            }
        }
    }
    Label {
        id: hint
        x: column.x
        y: parent.height - height - 6 * emergency.v
        width: column.width
        horizontalAlignment: Text.AlignHCenter
        text: tr.emergency_hint
        color: "#ffffff"
        font.pixelSize: 4.6 * emergency.v
        wrapMode: Text.Wrap
    }
}
