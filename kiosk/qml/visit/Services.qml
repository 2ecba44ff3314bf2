// Services, or groups of them, as cards: letter, name, how many wait and for how long. As many pages as it takes.
import QtQuick
import Giliran

Item {
    id: grid

    readonly property int count: cards.count
    // Large type wants lines as long as the screen; otherwise a card is about as wide as a hand.
    readonly property bool list: Theme.large && !Theme.low || Theme.portrait
    // Low cards in large type: room for the name and what matters most.
    readonly property bool cramped: Theme.low && Theme.large && !Theme.portrait
    readonly property int columns: list ? 1 : count === 1 ? 1 : Theme.windowWidth / Theme.unit > 1300 && count > 4 ? 3 : 2
    // Letters of the longest name, and how many stand in one line of a card.
    readonly property int letters: (width / columns - 136 * Theme.unit) / (Theme.body * 0.56)
    readonly property bool wraps: ui.longestName > letters
    readonly property bool narrow: Theme.portrait && Theme.large
    readonly property real least: Math.max(Theme.touch, cramped ? 130 * Theme.unit
        : !list ? 142 * Theme.type : (narrow ? 150 : wraps || Theme.portrait ? 118 : 82) * Theme.type)
    readonly property real above: Theme.low ? Math.max(0, Theme.halfway) : 0
    readonly property real room: height - above
    readonly property int fitting: Math.max(1, Math.floor((room - dots.height + Theme.gap) / (least + Theme.gap)))
    readonly property int fittingAlone: Math.max(1, Math.floor((room + Theme.gap) / (least + Theme.gap)))
    readonly property bool paged: count > columns * fittingAlone
    readonly property int perPage: columns * (paged ? fitting : fittingAlone)
    readonly property int pageCount: Math.max(1, Math.ceil(count / perPage))
    property int page: 0
    readonly property int shown: paged ? perPage : count
    readonly property int rows: Math.max(1, Math.ceil(shown / columns))
    readonly property real cardWidth: (width - (columns - 1) * Theme.gap) / columns
    readonly property real cardHeight: Math.min((room - dots.height - (rows - 1) * Theme.gap) / rows, (list ? (Theme.large ? 164 : 150) : 196) * Theme.type)
    readonly property real offset: above + (paged || Theme.low ? 0 : Math.max(0, (room - rows * cardHeight - (rows - 1) * Theme.gap) / 2))

    onPageCountChanged: page = Math.min(page, pageCount - 1)
    Connections {
        target: services
        function onModelReset() { grid.page = 0 }
    }

    Column {
        visible: Theme.low
        width: parent.width
        y: Math.max(0, (grid.above - height) / 2)
        spacing: 10 * Theme.unit

        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            name: "down"
            size: 64 * Theme.unit
            color: Theme.accent
        }
        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: tr.low_hint
            color: Theme.inkSoft
            wrapMode: Text.Wrap
        }
    }

    Repeater {
        id: cards
        model: services

        Card {
            id: card
            required property int index
            required property var model
            readonly property int place: index - grid.page * grid.perPage
            readonly property bool group: model.kind === "group"
            readonly property color ink: model.open ? Theme.ink : Theme.inkSoft
            objectName: (group ? "group-" : "service-") + model.id
            visible: place >= 0 && place < grid.perPage
            enabled: model.open
            x: (place % grid.columns) * (grid.cardWidth + Theme.gap)
            y: grid.offset + Math.floor(place / grid.columns) * (grid.cardHeight + Theme.gap)
            width: grid.cardWidth
            height: grid.cardHeight
            color: area.down ? Theme.accentSoft : model.open ? Theme.surface : Theme.sunk
            border.color: area.down ? Theme.accent : Theme.line
            border.width: Math.max(1, (area.down ? 3 : 1) * Theme.unit)

            Loader {
                id: mark
                x: (grid.cramped ? 4 : 18) * Theme.unit
                anchors.verticalCenter: parent.verticalCenter
                readonly property real size: Math.min(74 * Theme.unit, parent.height - 34 * Theme.unit)
                sourceComponent: grid.cramped ? null : card.group ? folder : letter
            }
            Component {
                id: letter
                PrefixMark {
                    size: mark.size
                    prefix: card.model.prefix
                    ink: card.model.open ? Theme.accent : Theme.inkSoft
                    color: card.model.open ? Theme.accentSoft : Theme.shade
                }
            }
            Component {
                id: folder
                Rectangle {
                    width: mark.size
                    height: width
                    radius: width * 0.26
                    color: card.model.open ? Theme.accentSoft : Theme.shade

                    Icon {
                        anchors.centerIn: parent
                        name: "folder"
                        size: parent.width * 0.6
                        color: card.model.open ? Theme.accent : Theme.inkSoft
                    }
                }
            }
            Column {
                anchors.left: mark.right
                anchors.leftMargin: 16 * Theme.unit
                anchors.right: parent.right
                anchors.rightMargin: 14 * Theme.unit
                anchors.verticalCenter: parent.verticalCenter
                spacing: 3 * Theme.unit

                Label {
                    id: named
                    objectName: grid.cramped ? "elided" : ""
                    width: parent.width
                    text: card.model.name
                    font.pixelSize: grid.cramped || text.length * Theme.body * 0.56 > (Theme.low ? 1.3 : 2) * width ? Theme.small : Theme.body
                    font.bold: true
                    lineHeight: 0.86
                    wrapMode: Text.Wrap
                    maximumLineCount: (grid.list && !grid.narrow) || grid.cramped ? 2 : 3
                    elide: Text.ElideRight
                    color: card.ink
                }
                Label {
                    visible: card.model.reason !== ""
                    width: parent.width
                    text: grid.cramped ? tr.closed_short : card.model.reason
                    font.pixelSize: Theme.small
                    color: Theme.inkSoft
                    wrapMode: Text.Wrap
                    maximumLineCount: 2
                    lineHeight: 0.88
                    elide: Text.ElideRight
                }
                Flow {
                    id: facts
                    // Beside a long name there is room for what matters most.
                    readonly property bool one: grid.cramped || (Theme.low && !grid.list && named.lineCount > 2)
                    visible: card.model.reason === ""
                    width: parent.width
                    spacing: 4 * Theme.unit

                    Repeater {
                        model: facts.one && card.model.wait !== "" ? [{ "icon": "clock", "text": card.model.wait }]
                            : [{ "icon": "people", "text": card.model.people }, { "icon": "clock", "text": card.model.wait }]

                        Row {
                            id: fact
                            required property var modelData
                            visible: modelData.text !== ""
                            spacing: 7 * Theme.unit
                            rightPadding: 12 * Theme.unit

                            Icon {
                                visible: !card.group
                                anchors.verticalCenter: parent.verticalCenter
                                name: fact.modelData.icon
                                color: Theme.accent
                                size: Theme.small
                            }
                            Label {
                                text: fact.modelData.text
                                font.pixelSize: Theme.small
                                lineHeight: 0.9
                                color: Theme.inkSoft
                            }
                        }
                    }
                }
            }
            Touch {
                id: area
                spoken: [card.model.name, card.model.people, card.model.wait].filter(part => part !== "").join(". ")
                onClicked: card.group ? act.open(card.model.id) : act.choose(card.model.id, card.model.papers)
            }
        }
    }

    Item {
        id: dots
        anchors.bottom: parent.bottom
        anchors.bottomMargin: -Theme.gap * 0.6
        anchors.horizontalCenter: parent.horizontalCenter
        visible: grid.paged
        width: row.width
        height: visible ? 24 * Theme.unit : 0

        Row {
            id: row
            anchors.bottom: parent.bottom
            spacing: 10 * Theme.unit

            Repeater {
                model: grid.paged ? grid.pageCount : 0

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
