// What this screen is about, or whose office it is; the time; and, when it runs out, how long the screen stays.
import QtQuick
import Giliran

Item {
    id: bar

    property bool dark: false
    readonly property bool office: dark || ui.title === ""

    height: (Theme.large ? (Theme.portrait ? 112 : 92) : 76) * Theme.unit

    Label {
        anchors.left: parent.left
        anchors.right: seconds.visible ? seconds.left : time.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        text: bar.office ? ui.office : ui.title
        color: bar.dark ? Theme.overBrand : Theme.ink
        font.pixelSize: bar.office ? Theme.body : Theme.large && Theme.portrait || text.length > 18 && (seconds.visible || Theme.portrait) ? Theme.body : Theme.title
        font.bold: true
        wrapMode: Text.Wrap
        maximumLineCount: 2
        lineHeight: text.length * font.pixelSize * 0.56 > width ? 0.84 : 1
        elide: Text.ElideRight
    }
    Rectangle {
        id: seconds
        anchors.right: time.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        visible: ui.fraction > 0 && ui.urgent && !["ticket", "refused", "turn"].includes(ui.screen)
        width: left.implicitWidth + 28 * Theme.unit
        height: left.implicitHeight + 10 * Theme.unit
        radius: height / 2
        color: Theme.sunSoft
        border.width: Theme.highContrast ? 2 * Theme.unit : 0
        border.color: Theme.line

        Label {
            id: left
            anchors.centerIn: parent
            text: ui.secondsText
            font.pixelSize: Theme.small
        }
    }
    Column {
        id: time
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter

        Label {
            anchors.right: parent.right
            text: ui.clock !== "" ? ui.clock : Theme.portrait ? "" : tr.no_time
            color: bar.dark ? Theme.overBrand : Theme.ink
            font.pixelSize: ui.clock !== "" ? Theme.lead : Theme.small
            font.bold: ui.clock !== ""
            lineHeight: date.visible ? 0.9 : 1
        }
        Label {
            id: date
            anchors.right: parent.right
            visible: bar.dark && text !== "" && !Theme.large && !Theme.portrait
            text: ui.date
            color: Theme.overBrandSoft
            font.pixelSize: Theme.small
            lineHeight: 0.9
        }
    }
    // Staff know of it: five taps on the clock. Where the whole screen is a button, one tap is one on the button.
    Item {
        id: corner
        property int taps: 0
        anchors.right: parent.right
        anchors.rightMargin: -Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.finger * 1.6 + Theme.margin
        height: Math.max(parent.height, Theme.finger)

        TapHandler {
            gesturePolicy: TapHandler.ReleaseWithinBounds
            onTapped: {
                corner.taps += 1
                if (corner.taps === 5) {
                    corner.taps = 0
                    staff.open()
                }
                pause.restart()
            }
        }
        Timer {
            id: pause
            interval: 700
            onTriggered: {
                if (corner.taps > 0 && corner.taps < 3 && bar.dark && !Theme.low)
                    act.begin()
                corner.taps = 0
            }
        }
    }
}
