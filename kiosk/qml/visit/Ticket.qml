// The number, as large as it gets. If there is no paper, the screen itself is the ticket.
import QtQuick
import Giliran

Item {
    id: ticket

    readonly property bool failed: ui.slip === "failed"
    // A printer that should be there; a kiosk without one is not in trouble.
    readonly property bool broken: failed && !ui.none
    readonly property bool stacked: Theme.portrait

    Card {
        id: slip
        width: ticket.stacked ? parent.width : parent.width * 0.56
        height: ticket.stacked ? parent.height * 0.5 : parent.height
        radius: Theme.radius * 1.2

        Label {
            id: caption
            visible: !Theme.large || ticket.stacked
            anchors.horizontalCenter: parent.horizontalCenter
            y: Math.max(10 * Theme.unit, parent.height * 0.06)
            text: tr.your_number
            font.pixelSize: Theme.small
            color: Theme.inkSoft
        }
        Label {
            id: number
            objectName: "number"
            anchors.top: caption.visible ? caption.bottom : parent.top
            anchors.bottom: foot.top
            x: parent.width * 0.05
            width: parent.width * 0.9
            text: ui.number
            font.bold: true
            font.pixelSize: Math.min(height * 0.98, 300 * Theme.unit)
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 24
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
        }
        Row {
            id: foot
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 18 * Theme.unit
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: 20 * Theme.unit

            Image {
                id: code
                visible: ui.qr !== ""
                source: ui.qr
                // Whole pixels for each square, or telephones cannot read it.
                width: sourceSize.width * Math.max(1, Math.floor(132 * Theme.unit / Math.max(1, sourceSize.width)))
                height: width
                smooth: false
            }
            Column {
                anchors.verticalCenter: parent.verticalCenter
                width: slip.width * 0.9 - code.width - foot.spacing
                spacing: 6 * Theme.unit

                Label {
                    id: serviceName
                    objectName: Theme.large ? "elided" : "" // the paper has it in full
                    width: parent.width
                    text: ui.ticketService
                    font.pixelSize: Theme.large && text.length > 30 ? Theme.small : Theme.body
                    font.bold: true
                    lineHeight: 0.9
                    wrapMode: Text.Wrap
                    maximumLineCount: 3
                    elide: Text.ElideRight
                }
                Label {
                    id: followText
                    objectName: Theme.large ? "elided" : "" // the paper has an office's own words in full
                    visible: ui.follow && serviceName.lineCount < 3 && !ui.ticketPriority && (!Theme.large || ticket.stacked)
                    width: parent.width
                    text: ui.followText
                    font.pixelSize: Theme.small
                    lineHeight: 0.9
                    color: Theme.inkSoft
                    wrapMode: Text.Wrap
                    maximumLineCount: 2
                    elide: Text.ElideRight
                }
                Rectangle {
                    id: mark
                    visible: ui.ticketPriority
                    width: markText.implicitWidth + 32 * Theme.unit
                    height: 40 * Theme.unit
                    radius: height / 2
                    color: Theme.sun

                    Label {
                        id: markText
                        anchors.centerIn: parent
                        text: tr.priority_mark
                        font.pixelSize: Theme.small
                        font.bold: true
                        color: "#0f2a31"
                    }
                }
            }
        }
        // The notches of a torn-off ticket.
        Repeater {
            model: 2

            Rectangle {
                required property int index
                x: index === 0 ? -width / 2 : slip.width - width / 2
                y: foot.y - 18 * Theme.unit - height / 2
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

        Row {
            width: parent.width
            spacing: 18 * Theme.unit

            Rectangle {
                id: disc
                anchors.verticalCenter: parent.verticalCenter
                width: 70 * Theme.unit
                height: width
                radius: width / 2
                color: ticket.broken ? Theme.claySoft : Theme.accentSoft

                Icon {
                    anchors.centerIn: parent
                    name: ui.slip === "printed" ? "down" : ticket.failed && !ticket.broken ? "phone" : "printer"
                    size: 38 * Theme.unit
                    color: ticket.broken ? Theme.clay : Theme.accent
                }
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - disc.width - parent.spacing
                text: ui.slipTitle
                font.pixelSize: Theme.lead
                font.bold: true
                lineHeight: 0.9
                wrapMode: Text.Wrap
                color: ticket.broken ? Theme.clay : Theme.ink
            }
        }
        Label {
            visible: text !== ""
            width: parent.width
            text: ui.slipText
            wrapMode: Text.Wrap
        }
        Repeater {
            model: [{ "icon": "people", "text": ui.ticketAhead }, { "icon": "clock", "text": ui.ticketWait }, { "icon": "phone", "text": Theme.large && !ticket.stacked ? "" : ui.ticketPhone }]

            Row {
                id: line
                required property var modelData
                // Without paper the number is to be photographed: in large type that takes all the room.
                visible: modelData.text !== "" && !(ticket.broken && Theme.large)
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
