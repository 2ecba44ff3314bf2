// Every part of the box and how it is, what is wrong first. A finger moves the list where it is longer than the screen.
import QtQuick
import Giliran

Flickable {
    id: list

    contentHeight: rows.height
    clip: true
    onMovementStarted: staff.touched()

    Column {
        id: rows
        width: list.width

        Repeater {
            model: parts

            Item {
                id: row
                required property var model
                required property int index
                readonly property bool wrong: model.state === "fault" || model.state === "missing"
                width: rows.width
                height: Math.max(52 * Theme.unit, Math.max(name.contentHeight, said.contentHeight, detail.contentHeight) + 18 * Theme.unit)

                Rectangle {
                    width: parent.width
                    height: Math.max(1, Theme.unit)
                    color: Theme.line
                    visible: row.index > 0
                }
                Label {
                    id: name
                    anchors.verticalCenter: parent.verticalCenter
                    width: row.width * 0.24
                    rightPadding: 12 * Theme.unit
                    text: row.model.name
                    font.pixelSize: Theme.small
                    font.bold: true
                    lineHeight: 0.9
                    wrapMode: Text.Wrap
                }
                Label {
                    id: said
                    anchors.verticalCenter: parent.verticalCenter
                    x: name.width
                    width: row.width * (Theme.portrait ? 0.3 : 0.2)
                    text: row.model.said
                    font.pixelSize: Theme.small
                    font.bold: row.wrong
                    color: row.wrong ? Theme.clay : Theme.accent
                    wrapMode: Text.Wrap
                }
                Label {
                    id: detail
                    anchors.verticalCenter: parent.verticalCenter
                    x: said.x + said.width
                    width: row.width - x
                    text: row.model.sentence
                    font.pixelSize: Theme.small
                    color: Theme.inkSoft
                    lineHeight: 0.9
                    wrapMode: Text.Wrap
                }
            }
        }
    }
}
