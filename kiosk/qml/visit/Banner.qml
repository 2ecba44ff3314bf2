// While staff are practising every screen says so: these numbers are not for citizens.
import QtQuick
import Giliran

Rectangle {
    height: visible ? words.height + 10 * Theme.unit : 0
    visible: ui.training
    color: Theme.sun

    // Stripes, as on a building site.
    Row {
        anchors.fill: parent
        clip: true
        spacing: 30 * Theme.unit

        Repeater {
            model: Math.ceil(parent.width / (60 * Theme.unit)) + 1

            Rectangle {
                width: 30 * Theme.unit
                height: parent.height * 3
                y: -parent.height
                rotation: 35
                color: Theme.sunDown
            }
        }
    }
    Rectangle {
        anchors.centerIn: parent
        width: words.width + 40 * Theme.unit
        height: parent.height
        color: Theme.sun
    }
    Label {
        id: words
        anchors.centerIn: parent
        text: tr.training
        color: Theme.overSun
        font.pixelSize: Theme.small
        font.bold: true
    }
}
