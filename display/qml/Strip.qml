// Who waits for what, and for how long: quiet cells, several at a time.
import QtQuick
import Giliran

Rectangle {
    id: strip

    property real v: 10
    property real small: 40
    property int columns: 3
    property int rows: 1
    readonly property int most: columns * rows
    // Pages of equal length: four cells are two and two, not three and one.
    readonly property int perPage: Math.max(1, Math.ceil(count / pages))
    readonly property int count: cells.count
    readonly property int pages: Math.max(1, Math.ceil(count / most))
    readonly property int shown: Math.min(count, perPage)
    readonly property int across: Math.min(columns, Math.max(1, shown))
    property int page: 0
    // There may be fewer pages than a moment ago, and on the only one no timer turns back.
    onPagesChanged: page = Math.min(page, pages - 1)

    // What everybody is told takes its place: a board is read from afar, and has no room for both.
    visible: count > 0 && ui.mode !== "closed" && look.services && ui.told.length === 0
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: Math.max(1, 0.2 * strip.v)
        color: Theme.line
    }

    Timer {
        interval: Math.max(1500, 8000 / ui.rate)
        repeat: true
        running: strip.pages > 1
        onTriggered: strip.page = (strip.page + 1) % strip.pages
    }

    Repeater {
        id: cells
        model: services

        Item {
            id: cell
            required property int index
            required property var model
            readonly property int place: index - strip.page * strip.perPage
            visible: place >= 0 && place < strip.perPage
            x: (place % strip.across) * width
            y: Math.floor(place / strip.across) * height
            width: strip.width / strip.across
            height: strip.height / Math.max(1, Math.ceil(strip.shown / strip.across))

            Rectangle {
                visible: cell.place % strip.across > 0
                y: parent.height * 0.2
                width: Math.max(1, 0.18 * strip.v)
                height: parent.height * 0.6
                color: Theme.line
            }
            PrefixMark {
                id: mark
                x: 2.2 * strip.v
                anchors.verticalCenter: parent.verticalCenter
                size: 8.8 * strip.v
                prefix: cell.model.prefix
            }
            Column {
                anchors.left: mark.right
                anchors.leftMargin: 1.5 * strip.v
                anchors.right: parent.right
                anchors.rightMargin: 1 * strip.v
                anchors.verticalCenter: parent.verticalCenter

                Label {
                    objectName: "board-service-name"
                    width: parent.width
                    text: cell.model.name
                    font.pixelSize: strip.small
                    font.bold: true
                    wrapMode: Text.Wrap
                    maximumLineCount: strip.columns > 1 ? 2 : 1
                    lineHeight: text.length * font.pixelSize * 0.56 > width ? 0.82 : 1
                    elide: Text.ElideRight
                }
                Row {
                    spacing: 1.1 * strip.v

                    Icon {
                        visible: cell.model.waiting > 0
                        anchors.verticalCenter: parent.verticalCenter
                        name: "people"
                        size: 4.2 * strip.v
                        color: Theme.accent
                    }
                    Label {
                        visible: cell.model.waiting > 0
                        text: cell.model.waiting
                        font.pixelSize: strip.small
                        font.bold: true
                    }
                    Label {
                        // A narrow cell takes a smaller type rather than half a sentence.
                        width: Math.min(implicitWidth, parent.parent.width - x)
                        text: cell.model.line
                        font.pixelSize: strip.small
                        fontSizeMode: Text.HorizontalFit
                        minimumPixelSize: strip.small * 0.75
                        elide: Text.ElideRight
                        color: Theme.inkSoft
                    }
                }
            }
        }
    }
}
