// How this visitor wants the screen and the voice. It comes up in the lower half, where everybody can reach it.
import QtQuick
import Giliran

Item {
    id: access

    readonly property var choices: ["low", "large", "contrast"].concat(ui.outputs)

    readonly property var icons: ({ "low": "lower", "large": "letters" })

    visible: ui.access
    onVisibleChanged: Hands.current = null

    // Nothing behind it can be touched by mistake; a touch beside it closes it.
    MultiPointTouchArea {
        anchors.fill: parent
        onReleased: act.closeAccess()

        Rectangle {
            anchors.fill: parent
            color: "#001a1f"
            opacity: 0.6
        }
    }
    Rectangle {
        id: panel
        width: parent.width
        height: Math.min(parent.height / 2, tiles.height + foot.height + 2 * Theme.gap + 26 * Theme.unit)
        anchors.bottom: parent.bottom
        color: Theme.paper
        border.width: Theme.highContrast ? 3 * Theme.unit : 0
        border.color: Theme.line

        MultiPointTouchArea {
            anchors.fill: parent
            onPressed: act.touched()
        }
        Grid {
            id: tiles
            x: Theme.margin
            y: Theme.gap
            columns: Theme.portrait && access.choices.length > 3 ? Math.ceil(access.choices.length / 2) : access.choices.length
            spacing: Theme.gap
            readonly property real tile: (panel.width - 2 * x - (columns - 1) * spacing) / columns

            Repeater {
                model: access.choices

                Rectangle {
                    id: tile
                    required property string modelData
                    readonly property bool on: ui[modelData] === true || ui.voice === modelData
                    readonly property string label: tr["mode_" + modelData]
                    readonly property color ink: on ? Theme.overBrand : Theme.ink
                    objectName: "mode-" + modelData
                    width: tiles.tile
                    height: Math.max(Theme.touch * 1.2, (Theme.large ? 150 : 128) * Theme.unit)
                    radius: Theme.radius
                    color: on ? Theme.accent : area.down ? Theme.accentSoft : Theme.surface
                    border.width: Math.max(1, 1.5 * Theme.unit)
                    border.color: on ? Theme.accentDown : Theme.line

                    Column {
                        anchors.centerIn: parent
                        width: parent.width - 20 * Theme.unit
                        spacing: 6 * Theme.unit

                        Icon {
                            anchors.horizontalCenter: parent.horizontalCenter
                            name: tile.on ? "check" : access.icons[tile.modelData] || tile.modelData
                            size: 44 * Theme.unit
                            weight: 2.2
                            color: tile.ink
                        }
                        Label {
                            width: parent.width
                            horizontalAlignment: Text.AlignHCenter
                            text: tile.label
                            color: tile.ink
                            font.pixelSize: Theme.small
                            font.bold: true
                            lineHeight: 0.88
                            wrapMode: Text.Wrap
                            maximumLineCount: 2
                        }
                    }
                    Touch {
                        id: area
                        spoken: tile.label
                        onClicked: act.setMode(tile.modelData, !tile.on)
                    }
                }
            }
        }
        Item {
            id: foot
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 22 * Theme.unit
            x: Theme.margin
            width: parent.width - 2 * x
            height: Theme.touch

            Column {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - close.width - Theme.gap

                Label {
                    width: parent.width
                    text: tr.access_title
                    font.bold: true
                    lineHeight: 0.9
                    wrapMode: Text.Wrap
                }
                Label {
                    visible: !(Theme.large && Theme.portrait)
                    width: parent.width
                    text: tr.access_hint
                    font.pixelSize: Theme.small
                    color: Theme.inkSoft
                    lineHeight: 0.9
                    wrapMode: Text.Wrap
                    maximumLineCount: Theme.large ? 1 : 2
                    elide: Text.ElideRight
                }
            }
            BigButton {
                id: close
                objectName: "close"
                anchors.right: parent.right
                kind: "main"
                icon: "check"
                label: tr.close
                onClicked: act.closeAccess()
            }
        }
    }
}
