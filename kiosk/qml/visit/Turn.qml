// "Where am I?": a ticket was shown to the scanner; how many come before it, and how long that may take.
import QtQuick
import Giliran

Item {
    id: turn

    readonly property bool stacked: Theme.portrait

    Card {
        id: slip
        visible: ui.turnNumber !== ""
        width: turn.stacked ? parent.width : parent.width * (Theme.large ? 0.36 : 0.48)
        height: turn.stacked ? parent.height * (Theme.large ? 0.32 : 0.42) : parent.height
        radius: Theme.radius * 1.2

        Label {
            id: caption
            x: parent.width * 0.05
            width: parent.width * 0.9
            horizontalAlignment: Text.AlignHCenter
            y: Math.max(14 * Theme.unit, parent.height * (Theme.large ? 0.05 : 0.1))
            lineHeight: 0.9
            wrapMode: Text.Wrap
            text: tr.your_number
            font.pixelSize: Theme.small
            color: Theme.inkSoft
        }
        Label {
            objectName: "number"
            anchors.top: caption.bottom
            anchors.bottom: parent.bottom
            anchors.bottomMargin: parent.height * 0.1
            x: parent.width * 0.05
            width: parent.width * 0.9
            text: ui.turnNumber
            font.bold: true
            font.pixelSize: Math.min(height * 0.9, 260 * Theme.unit)
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 24
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
        }
    }

    Column {
        x: turn.stacked || !slip.visible ? 0 : slip.width + 36 * Theme.unit
        y: turn.stacked && slip.visible ? slip.height + 36 * Theme.unit : (parent.height - height) / 2
        width: parent.width - x
        spacing: 16 * Theme.unit

        Rectangle {
            x: slip.visible ? 0 : (parent.width - width) / 2
            visible: !Theme.large || !slip.visible || turn.stacked
            width: 84 * Theme.unit
            height: width
            radius: width / 2
            color: Theme.accentSoft

            Icon {
                anchors.centerIn: parent
                name: ui.turnWaits ? "people" : ui.turnCalled ? "arrow" : ui.turnNumber === "" ? "scan" : "desk"
                size: 46 * Theme.unit
                color: Theme.accent
            }
        }
        Label {
            width: parent.width
            horizontalAlignment: slip.visible ? Text.AlignLeft : Text.AlignHCenter
            text: ui.turnTitle
            font.pixelSize: Theme.large ? Theme.lead : Theme.title
            font.bold: true
            lineHeight: 0.9
            wrapMode: Text.Wrap
        }
        Row {
            visible: ui.turnWait !== ""
            spacing: 14 * Theme.unit

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: "clock"
                color: Theme.accent
                size: 36 * Theme.type
            }
            Label {
                text: ui.turnWait
                font.pixelSize: Theme.lead
                font.bold: true
                color: Theme.accent
            }
        }
        Label {
            width: parent.width
            horizontalAlignment: slip.visible ? Text.AlignLeft : Text.AlignHCenter
            text: ui.turnText
            color: Theme.inkSoft
            lineHeight: 0.95
            wrapMode: Text.Wrap
        }
        Label {
            visible: text !== ""
            width: parent.width
            text: ui.turnAsOf
            font.pixelSize: Theme.small
            color: Theme.inkSoft
        }
    }
}
