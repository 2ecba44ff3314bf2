// The first screen: what to do, until when, and a ticket as a picture of what comes out.
import QtQuick
import Giliran

Item {
    id: attract

    Column {
        id: words
        y: Theme.portrait ? Math.min(parent.height * 0.5, parent.height - height) : (parent.height - height) / 2
        width: Theme.portrait ? parent.width : parent.width * 0.6
        spacing: 10 * Theme.unit

        Label {
            width: parent.width
            text: tr.begin
            color: Theme.overBrand
            font.pixelSize: Theme.display * Math.min(1, 26 / Math.max(1, text.length)) // an office may say it in more words
            font.bold: true
            lineHeight: 0.84
            wrapMode: Text.Wrap
        }
        Label {
            visible: !(Theme.large && !Theme.portrait)
            width: parent.width
            text: tr.begin_second
            color: Theme.overBrandSoft
            font.pixelSize: Theme.lead
            wrapMode: Text.Wrap
        }
        Item { width: 1; height: 8 * Theme.unit }
        Repeater {
            model: [
                { "icon": "clock", "text": ui.hours },
                { "icon": "people", "text": ui.waitingTotal },
                { "icon": "scan", "text": ui.scanner && !Theme.large ? tr.scan_hint : "" }
            ]

            Row {
                id: fact
                required property var modelData
                visible: modelData.text !== ""
                spacing: 14 * Theme.unit

                Icon {
                    y: (words_.firstLine - height) / 2
                    name: fact.modelData.icon
                    color: Theme.sun
                    size: 32 * Theme.type
                }
                Label {
                    id: words_
                    readonly property real firstLine: contentHeight / Math.max(1, lineCount)
                    width: Math.min(implicitWidth, words.width - 32 * Theme.type - fact.spacing)
                    text: fact.modelData.text
                    color: Theme.overBrand
                    wrapMode: Text.Wrap
                    lineHeight: 0.95
                }
            }
        }
    }

    // A ticket on its way out of the slot.
    Item {
        id: picture
        readonly property real side: Theme.portrait ? Math.min(attract.width * 0.7, attract.height * (Theme.large ? 0.32 : 0.42))
            : Math.min(attract.width * 0.34, attract.height * 0.94)
        width: side
        height: side
        x: Theme.portrait ? (attract.width - side) / 2 : attract.width - side - 12 * Theme.unit
        y: Theme.portrait ? attract.height * (Theme.large ? 0.17 : 0.24) - side / 2 : (attract.height - side) / 2

        Rectangle {
            anchors.fill: parent
            radius: width / 2
            color: Theme.brandLight
        }
        Rectangle {
            anchors.centerIn: parent
            width: parent.width * 0.78
            height: width
            radius: width / 2
            color: Qt.lighter(Theme.brandLight, 1.22)
        }
        Rectangle {
            id: paper
            anchors.horizontalCenter: parent.horizontalCenter
            y: parent.height * 0.3
            width: parent.width * 0.42
            height: parent.height * 0.5
            radius: 4 * Theme.unit
            color: Theme.surface

            Column {
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.height * 0.14
                width: parent.width * 0.68
                spacing: parent.height * 0.07

                Rectangle { width: parent.width * 0.55; height: paper.height * 0.045; radius: height / 2; color: Theme.line; anchors.horizontalCenter: parent.horizontalCenter }
                Icon {
                    anchors.horizontalCenter: parent.horizontalCenter
                    name: "people"
                    size: paper.width * 0.5
                    weight: 2.2
                    color: Theme.accent
                }
                Rectangle { width: parent.width; height: paper.height * 0.045; radius: height / 2; color: Theme.line }
                Rectangle { width: parent.width * 0.7; height: paper.height * 0.045; radius: height / 2; color: Theme.line; anchors.horizontalCenter: parent.horizontalCenter }
            }
        }
        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            y: parent.height * 0.255
            width: parent.width * 0.56
            height: parent.height * 0.075
            radius: height / 2
            color: Theme.sun
        }
    }
}
