// The letter that a service's numbers begin with.
import QtQuick

Rectangle {
    id: mark

    property string prefix: ""
    property real size: 72 * Theme.unit
    property color ink: Theme.accent

    width: size * (prefix.length > 2 ? 1.3 : 1)
    height: size
    radius: size * 0.26
    color: Theme.accentSoft
    border.width: Theme.highContrast ? Math.max(1, 2 * Theme.unit) : 0
    border.color: ink

    Label {
        anchors.centerIn: parent
        text: mark.prefix
        color: mark.ink
        font.bold: true
        font.pixelSize: mark.size * (mark.prefix.length > 1 ? 0.46 : 0.58)
    }
}
