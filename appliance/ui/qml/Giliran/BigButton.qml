// A button for a finger. It shows the press at once; what it means happens on release.
import QtQuick

Rectangle {
    id: button

    property string label: ""
    property string icon: ""
    property bool iconLast: false
    property string kind: "quiet" // main, quiet, sun, glass
    property real pixels: Theme.body
    readonly property bool down: area.pressed
    readonly property color ink: kind === "main" || kind === "glass" ? Theme.overBrand : Theme.ink

    signal pressed
    signal clicked

    implicitHeight: Theme.touch
    implicitWidth: Math.max(Theme.touch, content.implicitWidth + 2 * (kind === "main" || kind === "sun" ? 40 : 26) * Theme.unit)
    height: implicitHeight
    radius: Theme.radius
    color: kind === "main" ? (down ? Theme.accentDown : Theme.accent)
        : kind === "sun" ? (down ? Theme.sunDown : Theme.sun)
        : kind === "glass" ? (down ? Theme.accent : Theme.brandLight)
        : down ? Theme.accentSoft : Theme.surface
    border.width: kind === "quiet" ? Math.max(1, (down ? 3 : 1.5) * Theme.unit) : 0
    border.color: down ? Theme.accent : Theme.line
    opacity: enabled ? 1 : 0.45

    Row {
        id: content
        anchors.centerIn: parent
        spacing: 14 * Theme.unit
        layoutDirection: button.iconLast ? Qt.RightToLeft : Qt.LeftToRight

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            visible: button.icon !== ""
            name: button.icon
            color: button.ink
            size: button.pixels * 1.2
            weight: 2.2
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            visible: text !== ""
            text: button.label
            color: button.ink
            font.pixelSize: button.pixels
            font.bold: true
        }
    }

    MouseArea {
        id: area
        anchors.fill: parent
        onPressed: button.pressed()
        onClicked: button.clicked()
    }
}
