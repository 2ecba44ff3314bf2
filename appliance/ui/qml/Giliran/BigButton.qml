// A button for a finger. It shows the press at once; what it means happens on release.
import QtQuick

Rectangle {
    id: button

    property string label: ""
    property string icon: ""
    property bool iconLast: false
    property bool short: false // the icon alone
    property string spoken: label
    property string kind: "quiet" // main, quiet, sun, glass
    property real pixels: Theme.body
    property bool leads: kind === "main" || kind === "sun" // the keys come to it first
    readonly property bool down: area.down
    readonly property color ink: kind === "main" || kind === "glass" ? Theme.overBrand : kind === "sun" ? Theme.overSun : Theme.ink
    readonly property real padding: (kind === "main" || kind === "sun" ? 36 : 24) * Theme.unit
    readonly property real fullWidth: Math.max(Theme.touch, words.implicitWidth + (icon !== "" ? words.height + 14 * Theme.unit : 0) + 2 * padding)

    signal pressed
    signal clicked

    implicitHeight: Theme.touch
    implicitWidth: short && icon !== "" ? Theme.touch : fullWidth
    height: implicitHeight
    radius: Theme.radius
    color: kind === "main" ? (down ? Theme.accentDown : Theme.accent)
        : kind === "sun" ? (down ? Theme.sunDown : Theme.sun)
        : kind === "glass" ? (down ? Theme.accent : Theme.brandLight)
        : down ? Theme.accentSoft : Theme.surface
    border.width: kind === "quiet" || Theme.highContrast ? Math.max(1, (down ? 3 : 1.5) * Theme.unit) : 0
    border.color: kind === "glass" ? Theme.overBrand : down ? Theme.accent : Theme.line
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
            id: words
            anchors.verticalCenter: parent.verticalCenter
            visible: text !== "" && !(button.short && button.icon !== "")
            text: button.label
            color: button.ink
            font.pixelSize: button.pixels
            font.bold: true
        }
    }

    Touch {
        id: area
        spoken: button.spoken
        first: button.leads
        radius: button.radius
        onPressed: button.pressed()
        onClicked: button.clicked()
    }
}
