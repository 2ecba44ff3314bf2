// The number, as large as it gets. If there is no paper, the screen itself is the ticket.
import QtQuick
import Giliran

Item {
    id: ticket

    readonly property bool failed: ui.slip === "failed"
    readonly property bool stacked: Theme.portrait

    Card {
        id: slip
        width: ticket.stacked ? parent.width : parent.width * (ticket.failed ? 0.6 : 0.52)
        height: ticket.stacked ? parent.height * 0.5 : parent.height
        radius: Theme.radius * 1.2

        Label {
            id: caption
            anchors.horizontalCenter: parent.horizontalCenter
            y: Math.max(10 * Theme.unit, parent.height * 0.06)
            text: tr.your_number
            font.pixelSize: Theme.small
            color: Theme.inkSoft
        }
        Label {
            id: number
            objectName: "number"
            anchors.top: caption.bottom
            anchors.bottom: serviceName.top
            x: parent.width * 0.05
            width: parent.width * 0.9
            text: ui.number
            font.bold: true
            font.pixelSize: Math.min(height * 0.86, 300 * Theme.unit)
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 24
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
        }
        Label {
            id: serviceName
            anchors.bottom: mark.top
            anchors.bottomMargin: mark.visible ? 8 * Theme.unit : 4 * Theme.unit
            x: parent.width * 0.05
            width: parent.width * 0.9
            horizontalAlignment: Text.AlignHCenter
            text: ui.ticketService
            font.bold: true
            wrapMode: Text.Wrap
            maximumLineCount: 2
            lineHeight: 0.94
            elide: Text.ElideRight
        }
        Rectangle {
            id: mark
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Math.max(14 * Theme.unit, parent.height * 0.06)
            visible: ui.ticketPriority
            width: markText.implicitWidth + 36 * Theme.unit
            height: visible ? 42 * Theme.unit : 0
            radius: height / 2
            color: Theme.sun

            Label {
                id: markText
                anchors.centerIn: parent
                text: tr.priority_mark
                font.pixelSize: Theme.small
                font.bold: true
            }
        }
        // The notches of a torn-off ticket.
        Repeater {
            model: 2

            Rectangle {
                required property int index
                x: index === 0 ? -width / 2 : slip.width - width / 2
                y: slip.height * 0.5 - height / 2
                width: 36 * Theme.unit
                height: width
                radius: width / 2
                color: Theme.paper
                border.color: Theme.line
                border.width: Math.max(1, Theme.unit)

                Rectangle {
                    x: parent.index === 0 ? -1 : parent.width / 2
                    y: -1
                    width: parent.width / 2 + 1
                    height: parent.height + 2
                    color: Theme.paper
                }
            }
        }
    }

    Column {
        x: ticket.stacked ? 0 : slip.width + 36 * Theme.unit
        y: ticket.stacked ? slip.height + 36 * Theme.unit : (parent.height - height) / 2
        width: parent.width - x
        spacing: 16 * Theme.unit

        Rectangle {
            width: 76 * Theme.unit
            height: width
            radius: width / 2
            color: ticket.failed ? Theme.claySoft : Theme.accentSoft

            Icon {
                anchors.centerIn: parent
                name: ticket.failed ? "printer" : ui.slip === "printed" ? "down" : "printer"
                size: 42 * Theme.unit
                color: ticket.failed ? Theme.clay : Theme.accent
            }
        }
        Label {
            width: parent.width
            text: ui.slipTitle
            font.pixelSize: Theme.title
            font.bold: true
            lineHeight: 0.96
            wrapMode: Text.Wrap
            color: ticket.failed ? Theme.clay : Theme.ink
        }
        Label {
            visible: text !== ""
            width: parent.width
            text: ui.slipText
            wrapMode: Text.Wrap
        }
        Repeater {
            model: [{ "icon": "people", "text": ui.ticketAhead }, { "icon": "clock", "text": ui.ticketWait }]

            Row {
                id: line
                required property var modelData
                visible: modelData.text !== ""
                width: parent.width
                spacing: 14 * Theme.unit

                Icon {
                    anchors.verticalCenter: parent.verticalCenter
                    name: line.modelData.icon
                    color: Theme.accent
                    size: 32 * Theme.unit
                }
                Label {
                    width: parent.width - 46 * Theme.unit
                    text: line.modelData.text
                    font.pixelSize: Theme.small
                    wrapMode: Text.Wrap
                }
            }
        }
    }
}
