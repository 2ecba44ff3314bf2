// Staff practise: nobody must take what is called now for their own number.
import QtQuick
import Giliran

Rectangle {
    id: banner

    property real v: 10
    property real small: 40
    property bool portrait: false

    visible: ui.training
    color: "#f6bd3a"
    clip: true

    Repeater {
        model: banner.visible ? Math.ceil(banner.width / (6 * banner.v)) + 2 : 0

        Rectangle {
            required property int index
            x: (index - 1) * 6 * banner.v
            y: -banner.height / 2
            width: 3 * banner.v
            height: 2 * banner.height
            rotation: 30
            color: "#0f2a31"
        }
    }
    Rectangle {
        anchors.centerIn: parent
        width: words.width + 6 * banner.v
        height: parent.height
        color: "#f6bd3a"

        Grid {
            id: words
            anchors.centerIn: parent
            columns: banner.portrait ? 1 : 2
            columnSpacing: 2.4 * banner.v
            rowSpacing: -1.2 * banner.v
            horizontalItemAlignment: Grid.AlignHCenter
            verticalItemAlignment: Grid.AlignVCenter

            Label {
                text: tr.training
                color: "#0f2a31"
                font.pixelSize: 7 * banner.v
                font.bold: true
                font.letterSpacing: 0.8 * banner.v
            }
            Label {
                text: tr.training_hint
                color: "#0f2a31"
                font.pixelSize: banner.small
                font.bold: true
            }
        }
    }
}
