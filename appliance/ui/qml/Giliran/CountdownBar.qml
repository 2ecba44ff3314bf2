// How much time this screen has left, as a quiet line.
import QtQuick

Rectangle {
    id: bar

    property real fraction: 0

    height: 6 * Theme.unit
    color: Theme.sunk
    visible: fraction > 0

    Rectangle {
        width: parent.width * bar.fraction
        height: parent.height
        color: Theme.accent
    }
}
