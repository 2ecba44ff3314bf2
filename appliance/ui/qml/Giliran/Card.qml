import QtQuick

Rectangle {
    color: Theme.surface
    radius: Theme.radius
    border.width: Math.max(1, Theme.unit)
    border.color: Theme.line
}
