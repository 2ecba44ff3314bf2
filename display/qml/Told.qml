// What everybody who waits is told: above the bottom line, in all its languages; one after the other if they are long.
import QtQuick
import Giliran

Rectangle {
    id: band

    property real v: 10
    property real small: 40
    readonly property var texts: ui.told
    readonly property bool together: texts.join("").length <= 160
    property int index: 0

    visible: texts.length > 0
    implicitHeight: visible ? words.height + 4 * v : 0
    color: "#f6bd3a"
    onTextsChanged: index = 0

    Timer {
        interval: Math.max(1500, 9000 / ui.rate)
        repeat: true
        running: band.visible && !band.together && band.texts.length > 1
        onTriggered: band.index += 1
    }

    Icon {
        id: mark
        x: 3 * band.v
        anchors.verticalCenter: parent.verticalCenter
        name: "loudspeaker"
        size: 6.4 * band.v
        weight: 2.2
        color: "#0f2a31"
    }
    Column {
        id: words
        x: mark.x + mark.width + 2.4 * band.v
        y: 2 * band.v
        width: parent.width - x - 3 * band.v
        spacing: 0.8 * band.v

        Repeater {
            model: band.together ? band.texts : band.texts.slice(band.index % band.texts.length).slice(0, 1)

            Label {
                required property string modelData
                objectName: "told"
                width: words.width
                text: modelData
                color: "#0f2a31"
                font.pixelSize: band.small
                font.bold: true
                wrapMode: Text.Wrap
            }
        }
    }
}
