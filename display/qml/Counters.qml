// Every counter and the number that is there. More counters than fit take turns, page by page.
import QtQuick
import Giliran

Rectangle {
    id: table

    property real v: 10
    property real small: 40
    readonly property int count: rows.count
    readonly property real least: 10.4 * v
    readonly property real head: 7.4 * v
    readonly property real room: height - head - 1.6 * v
    readonly property int fitting: Math.max(1, Math.floor(room / least))
    readonly property int pages: Math.max(1, Math.ceil(count / fitting))
    readonly property int perPage: Math.ceil(count / pages)
    readonly property real rowHeight: Math.min(16 * v, room / Math.max(1, perPage))
    property int page: 0
    // There may be fewer pages than a moment ago, and on the only one no timer turns back.
    onPagesChanged: page = Math.min(page, pages - 1)

    clip: true
    color: Theme.paper

    Timer {
        interval: Math.max(1500, 8000 / ui.rate)
        repeat: true
        running: table.pages > 1
        onTriggered: table.page = (table.page + 1) % table.pages
    }
    // A new call turns to its own page.
    readonly property string called: ui.flash >= 0 ? ui.counterId : ""
    onCalledChanged: {
        for (let i = 0; i < rows.count; i++) {
            const row = rows.itemAt(i);
            if (row && row.model.id === called)
                page = Math.floor(i / perPage);
        }
    }

    Label {
        x: 3 * table.v
        height: table.head
        verticalAlignment: Text.AlignBottom
        text: tr.counters
        color: Theme.inkSoft
        font.pixelSize: table.small
    }
    Label {
        anchors.right: parent.right
        anchors.rightMargin: 3 * table.v
        height: table.head
        verticalAlignment: Text.AlignBottom
        text: tr.number
        color: Theme.inkSoft
        font.pixelSize: table.small
    }

    Repeater {
        id: rows
        model: counters

        Item {
            id: row
            required property int index
            required property var model
            readonly property int place: index - table.page * table.perPage
            visible: place >= 0 && place < table.perPage
            x: 1.4 * table.v
            y: table.head + 1.2 * table.v + place * table.rowHeight
            width: table.width - 2 * x
            height: table.rowHeight

            Rectangle {
                anchors.fill: parent
                anchors.topMargin: 0.5 * table.v
                anchors.bottomMargin: 0.5 * table.v
                radius: 1.6 * table.v
                visible: row.model.hot
                color: look.highlight
            }
            Rectangle {
                x: 1.6 * table.v
                width: parent.width - 2 * x
                height: Math.max(1, 0.18 * table.v)
                visible: row.place > 0
                color: Theme.line
                y: -height / 2
                opacity: row.model.hot ? 0 : 1
            }
            Label {
                x: 1.6 * table.v
                width: value.x - x - table.v
                height: parent.height
                verticalAlignment: Text.AlignVCenter
                text: row.model.name
                font.pixelSize: text.length > 11 ? table.small : 5.2 * table.v
                wrapMode: Text.Wrap
                maximumLineCount: 2
                lineHeight: text.length * font.pixelSize * 0.56 > width ? 0.82 : 1
                elide: Text.ElideRight
                color: row.model.hot ? look.overHighlight : row.model.number !== "" ? Theme.ink : Theme.inkSoft
            }
            Label {
                id: value
                anchors.right: parent.right
                anchors.rightMargin: 1.6 * table.v
                height: parent.height
                verticalAlignment: Text.AlignVCenter
                text: row.model.number !== "" ? row.model.number : row.model.state
                font.pixelSize: row.model.number !== "" ? (text.length > 4 ? 7.8 : 8.2) * table.v : table.small
                font.bold: row.model.number !== ""
                color: row.model.hot ? look.overHighlight : row.model.number !== "" ? Theme.ink : Theme.inkSoft
            }
        }
    }
}
