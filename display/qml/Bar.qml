// The bottom line: what staff want to be read, the date and the time; or how old everything is.
import QtQuick
import Giliran

Rectangle {
    id: bar

    property real v: 10
    property real small: 40
    property bool portrait: false
    readonly property bool stale: ui.stale !== ""
    readonly property real margin: 3 * v
    // The lowest part may lie below the glass, for the picture moves about.
    readonly property real inside: height - 0.9 * v

    color: Theme.ink

    Row {
        id: warning
        visible: bar.stale
        x: bar.margin
        height: bar.inside
        spacing: 1.6 * bar.v

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: staleRow.width + 3.6 * bar.v
            height: 6.6 * bar.v
            radius: height / 2
            color: "#f6bd3a"

            Row {
                id: staleRow
                anchors.centerIn: parent
                spacing: 1.2 * bar.v

                Icon {
                    anchors.verticalCenter: parent.verticalCenter
                    name: "clock"
                    size: 4.4 * bar.v
                    weight: 2.2
                    color: "#0f2a31"
                }
                Label {
                    text: ui.stale
                    color: "#0f2a31"
                    font.pixelSize: bar.small
                    font.bold: true
                }
            }
        }
        Label {
            visible: !bar.portrait
            anchors.verticalCenter: parent.verticalCenter
            text: tr.stale_hint
            color: "#ffffff"
            font.pixelSize: bar.small
            width: Math.min(implicitWidth, now.x - warning.x - staleRow.width - 8 * bar.v)
            elide: Text.ElideRight
        }
    }

    Label {
        id: notice
        property int index: 0
        readonly property var sentences: look.running_text ? ui.notices : []
        objectName: "notice"
        visible: !bar.stale
        x: bar.margin
        width: (now.visible ? now.x : parent.width) - x - 2 * bar.v
        height: bar.inside
        verticalAlignment: Text.AlignVCenter
        text: sentences.length > 0 ? sentences[index % sentences.length] : ""
        color: "#ffffff"
        font.pixelSize: bar.small
        wrapMode: Text.Wrap
        maximumLineCount: bar.portrait ? 3 : 2
        lineHeight: text.length * font.pixelSize * 0.56 > width ? 0.82 : 1
        elide: Text.ElideRight

        Timer {
            interval: Math.max(1000, 9000 / ui.rate)
            repeat: true
            running: notice.sentences.length > 1 && notice.visible
            onTriggered: change.restart()
        }
        SequentialAnimation {
            id: change
            NumberAnimation { target: notice; property: "opacity"; to: 0; duration: Theme.calm }
            ScriptAction { script: notice.index += 1 }
            NumberAnimation { target: notice; property: "opacity"; to: 1; duration: Theme.calm }
        }
    }

    // An upright screen has no room for both; a warning tells the time itself.
    Item {
        id: now
        readonly property bool tells: look.clock || ui.clock === ""
        readonly property bool dates: look.date && !bar.stale && ui.date !== ""
        visible: !(bar.portrait && (bar.stale || ui.clock === "")) && (tells || dates)
        x: parent.width - bar.margin - width
        width: bar.portrait ? Math.max(tells ? clock.width : 0, dates ? date.width : 0)
            : (tells ? clock.width : 0) + (dates ? date.width + (tells ? 2.6 * bar.v : 0) : 0)
        height: bar.inside

        Label {
            id: date
            visible: now.dates
            x: bar.portrait ? parent.width - width : 0
            y: bar.portrait && now.tells ? parent.height * 0.66 - height / 2 + 0.6 * bar.v : (parent.height - height) / 2
            text: bar.portrait ? ui.date.replace(/^[^,]*, /, "") : ui.date
            color: "#d3dfe0"
            font.pixelSize: bar.small
        }
        Label {
            id: clock
            visible: now.tells
            x: parent.width - width
            y: bar.portrait && now.dates ? parent.height * 0.33 - height / 2 : (parent.height - height) / 2
            text: ui.clock !== "" ? ui.clock : tr.no_time
            color: "#ffffff"
            font.pixelSize: ui.clock !== "" ? 7 * bar.v : bar.small
            font.bold: true
        }
    }
}
