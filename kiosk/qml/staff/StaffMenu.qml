// What staff can do here.
import QtQuick
import Giliran

Item {
    id: menu

    readonly property var choices: [
        { "name": "test", "icon": "printer", "label": st.test_page },
        { "name": "tickets", "icon": "ticket", "label": st.tickets },
        { "name": "health", "icon": "list", "label": st.health },
        { "name": "touch", "icon": "target", "label": st.touch },
        { "name": "sound", "icon": "loudspeaker", "label": st.sound },
        { "name": "clock", "icon": "clock", "label": st.clock },
        { "name": "restart", "icon": "power", "label": st.restart }
    ].filter(choice => choice.name !== "clock" || su.vouches)

    Grid {
        id: tiles
        anchors.fill: parent
        columns: Theme.portrait ? 2 : 4
        spacing: Theme.gap
        readonly property int rows_: Math.ceil(menu.choices.length / columns)

        Repeater {
            model: menu.choices

            Card {
                id: tile
                required property var modelData
                objectName: "staff-" + modelData.name
                width: (tiles.width - (tiles.columns - 1) * tiles.spacing) / tiles.columns
                height: Math.min((tiles.height - (tiles.rows_ - 1) * tiles.spacing) / tiles.rows_, 220 * Theme.unit)
                color: area.down ? Theme.accentSoft : Theme.surface
                border.color: area.down ? Theme.accent : Theme.line

                Column {
                    anchors.centerIn: parent
                    width: parent.width - 16 * Theme.unit
                    spacing: 8 * Theme.unit

                    Icon {
                        anchors.horizontalCenter: parent.horizontalCenter
                        name: tile.modelData.icon
                        size: 52 * Theme.unit
                        color: Theme.accent
                    }
                    Label {
                        width: parent.width
                        horizontalAlignment: Text.AlignHCenter
                        text: tile.modelData.label
                        font.pixelSize: Theme.small
                        font.bold: true
                        lineHeight: 0.9
                        wrapMode: Text.Wrap
                        maximumLineCount: 2
                    }
                }
                Touch {
                    id: area
                    spoken: tile.modelData.label
                    onClicked: tile.modelData.name === "test" ? staff.testPage() : staff.go(tile.modelData.name)
                }
            }
        }
    }
}
