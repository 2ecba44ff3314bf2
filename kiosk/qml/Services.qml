// All services as cards: letter, name, how many wait and for how long. As many pages as it takes.
import QtQuick
import Giliran

Item {
    id: grid

    readonly property int count: cards.count
    readonly property int columns: Theme.portrait ? 1 : count === 1 ? 1 : 2
    readonly property real least: Math.max(Theme.touch, 156 * Theme.unit)
    readonly property int fitting: Math.max(1, Math.floor((height + Theme.gap) / (least + Theme.gap)))
    readonly property int perPage: columns * fitting
    readonly property int pageCount: Math.max(1, Math.ceil(count / perPage))
    property int page: 0
    readonly property int shown: pageCount > 1 ? perPage : count
    readonly property int rows: Math.max(1, Math.ceil(shown / columns))
    readonly property real cardWidth: (width - (columns - 1) * Theme.gap) / columns
    readonly property real cardHeight: Math.min((height - dots.height - (rows - 1) * Theme.gap) / rows, 190 * Theme.unit)
    readonly property real offset: pageCount > 1 ? 0 : Math.max(0, (height - rows * cardHeight - (rows - 1) * Theme.gap) / 2)

    onPageCountChanged: page = Math.min(page, pageCount - 1)

    Repeater {
        id: cards
        model: services

        Card {
            id: card
            required property int index
            required property var model
            readonly property int place: index - grid.page * grid.perPage
            objectName: "service-" + model.id
            visible: place >= 0 && place < grid.perPage
            enabled: model.open
            x: (place % grid.columns) * (grid.cardWidth + Theme.gap)
            y: grid.offset + Math.floor(place / grid.columns) * (grid.cardHeight + Theme.gap)
            width: grid.cardWidth
            height: grid.cardHeight
            color: area.pressed ? Theme.accentSoft : model.open ? Theme.surface : Theme.sunk
            border.color: area.pressed ? Theme.accent : Theme.line
            border.width: Math.max(1, (area.pressed ? 3 : 1) * Theme.unit)

            PrefixMark {
                id: mark
                x: 18 * Theme.unit
                anchors.verticalCenter: parent.verticalCenter
                size: Math.min(74 * Theme.unit, parent.height - 34 * Theme.unit)
                prefix: card.model.prefix
                ink: card.model.open ? Theme.accent : Theme.inkSoft
                color: card.model.open ? Theme.accentSoft : Theme.line
            }
            Column {
                anchors.left: mark.right
                anchors.leftMargin: 16 * Theme.unit
                anchors.right: parent.right
                anchors.rightMargin: 12 * Theme.unit
                anchors.verticalCenter: parent.verticalCenter
                spacing: 2 * Theme.unit

                Label {
                    width: parent.width
                    text: card.model.name
                    font.pixelSize: text.length > 36 ? Theme.small : Theme.body
                    font.bold: true
                    lineHeight: 0.88
                    wrapMode: Text.Wrap
                    maximumLineCount: 3
                    elide: Text.ElideRight
                    color: card.model.open ? Theme.ink : Theme.inkSoft
                }
                Label {
                    width: parent.width
                    text: card.model.reason || card.model.people + (card.model.wait ? " · " + card.model.wait : "")
                    font.pixelSize: Theme.small
                    color: Theme.inkSoft
                    wrapMode: Text.Wrap
                    maximumLineCount: 2
                    lineHeight: 0.9
                    elide: Text.ElideRight
                }
            }
            MouseArea {
                id: area
                anchors.fill: parent
                onClicked: card.model.kind === "group" ? act.open(card.model.id) : act.choose(card.model.id, card.model.papers)
            }
        }
    }

    Item {
        id: dots
        anchors.bottom: parent.bottom
        anchors.bottomMargin: -Theme.gap * 0.6
        anchors.horizontalCenter: parent.horizontalCenter
        visible: grid.pageCount > 1
        width: row.width
        height: visible ? 24 * Theme.unit : 0

        Row {
            id: row
            anchors.bottom: parent.bottom
            spacing: 10 * Theme.unit

            Repeater {
                model: grid.pageCount > 1 ? grid.pageCount : 0

                Rectangle {
                    required property int index
                    width: (index === grid.page ? 30 : 12) * Theme.unit
                    height: 12 * Theme.unit
                    radius: height / 2
                    color: index === grid.page ? Theme.accent : Theme.line
                }
            }
        }
    }
}
