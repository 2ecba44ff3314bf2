// Five crosses to touch: how far a finger's touch is from where it was meant.
import QtQuick
import Giliran

Item {
    id: trial

    readonly property var places: [[0.04, 0.1], [0.96, 0.1], [0.5, 0.5], [0.04, 0.9], [0.96, 0.9]]
    property int at: 0
    property real farthest: 0
    readonly property bool done: at >= places.length
    readonly property real goodMillimetres: 4

    MouseArea {
        objectName: "touch-trial"
        anchors.fill: parent
        enabled: !trial.done
        onPressed: event => {
            staff.touched()
            const place = trial.places[trial.at]
            const off = Math.hypot(event.x - place[0] * width, event.y - place[1] * height) / Theme.pixelsPerMillimetre
            trial.farthest = Math.max(trial.farthest, off)
            trial.at += 1
        }
    }
    Icon {
        visible: !trial.done
        x: (trial.places[Math.min(trial.at, 4)][0]) * trial.width - width / 2
        y: (trial.places[Math.min(trial.at, 4)][1]) * trial.height - height / 2
        name: "target"
        size: 64 * Theme.unit
        color: Theme.clay
    }
    Column {
        anchors.centerIn: parent
        anchors.verticalCenterOffset: trial.done ? 0 : -parent.height * 0.26
        spacing: 14 * Theme.unit

        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            text: !trial.done ? st.touch_hint : trial.farthest <= trial.goodMillimetres ? st.touch_good : st.touch_bad
            font.bold: true
        }
        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: trial.done
            text: st.touch_done.replace("{millimetres}", trial.farthest.toFixed(1))
        }
        BigButton {
            objectName: "touch-again"
            anchors.horizontalCenter: parent.horizontalCenter
            visible: trial.done
            icon: "repeat"
            label: st.again
            onClicked: { trial.at = 0; trial.farthest = 0 }
        }
    }
}
