// The latest tickets; a touch prints one again, with its number.
import QtQuick
import Giliran

Item {
    id: tickets

    Label {
        id: hint
        width: parent.width
        text: su.rows.length > 0 ? st.reprint_hint : st.no_tickets
        font.pixelSize: Theme.small
        color: Theme.inkSoft
        wrapMode: Text.Wrap
    }
    Grid {
        id: tiles
        y: hint.height + Theme.gap
        width: parent.width
        height: parent.height - y
        columns: Theme.portrait ? 2 : 4
        spacing: 10 * Theme.unit
        readonly property int fitting: columns * Math.floor((height + spacing) / (Theme.touch + spacing))

        Repeater {
            model: su.rows.slice(0, tiles.fitting)

            Card {
                id: tile
                required property var modelData
                objectName: "reprint-" + modelData.number
                width: (tiles.width - (tiles.columns - 1) * tiles.spacing) / tiles.columns
                height: Theme.touch
                color: area.down ? Theme.accentSoft : Theme.surface
                border.color: area.down ? Theme.accent : Theme.line

                Column {
                    anchors.centerIn: parent

                    Label {
                        anchors.horizontalCenter: parent.horizontalCenter
                        text: tile.modelData.number
                        font.bold: true
                        lineHeight: 0.9
                    }
                    Label {
                        anchors.horizontalCenter: parent.horizontalCenter
                        text: tile.modelData.time
                        font.pixelSize: Theme.small
                        color: Theme.inkSoft
                        lineHeight: 0.85
                    }
                }
                Touch {
                    id: area
                    spoken: tile.modelData.number
                    onClicked: staff.reprint(tile.modelData.id)
                }
            }
        }
    }
}
