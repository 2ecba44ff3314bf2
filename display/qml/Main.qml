// The lobby board: the current call, the counters, who waits for what, the time. Upright screens stack the same parts.
import QtQuick
import QtQuick.Window
import Giliran

Window {
    id: root

    property var options: ({})
    property real inches: options.inches || 43
    readonly property string screenName: ui.mode
    readonly property string language: ui.language
    // A hundredth of the height, from which all sizes follow. An upright screen is narrower than its letters are high.
    readonly property real v: Math.min(height, 1.25 * width) / 100
    readonly property real small: 3.95 * v
    readonly property bool portrait: height > width
    readonly property real barHeight: (portrait ? 14 : 10) * v
    readonly property int cellsShown: strip.shown
    readonly property real stripHeight: strip.visible ? (portrait ? cellsShown * 13 : 17.5) * v : 0
    readonly property real mainHeight: height - barHeight - stripHeight
    readonly property bool alone: counters_.count === 0 || ui.mode === "closed"

    color: Theme.paper
    title: ui.office

    Binding { target: Theme; property: "windowWidth"; value: root.width }
    Binding { target: Theme; property: "windowHeight"; value: root.height }
    Binding { target: Theme; property: "inches"; value: root.inches }
    Binding { target: Theme; property: "reduceMotion"; value: root.options.reduce_motion || false }
    Binding { target: Theme; property: "highContrast"; value: root.options.high_contrast || false }

    Hero {
        id: hero
        v: root.v
        small: root.small
        width: root.portrait || root.alone ? root.width : Math.round(root.width * 2 / 3)
        height: root.portrait && !root.alone ? Math.round(root.mainHeight * 0.54) : root.mainHeight
    }

    Counters {
        id: counters_
        v: root.v
        small: root.small
        visible: !root.alone
        x: root.portrait ? 0 : hero.width
        y: root.portrait ? hero.height : 0
        width: root.portrait ? root.width : root.width - x
        height: root.mainHeight - y
    }

    Strip {
        id: strip
        v: root.v
        small: root.small
        columns: root.portrait ? 1 : 3
        rows: root.portrait ? 3 : 1
        y: root.mainHeight
        width: root.width
        height: root.stripHeight
    }

    Rectangle {
        id: bar
        y: root.height - height
        width: root.width
        height: root.barHeight
        color: Theme.ink

        readonly property bool stale: ui.stale !== ""

        Row {
            id: warning
            visible: bar.stale
            x: 2.6 * root.v
            height: parent.height
            spacing: 1.6 * root.v

            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: staleRow.width + 3.6 * root.v
                height: 6.6 * root.v
                radius: height / 2
                color: Theme.sun

                Row {
                    id: staleRow
                    anchors.centerIn: parent
                    spacing: 1.2 * root.v

                    Icon {
                        anchors.verticalCenter: parent.verticalCenter
                        name: "clock"
                        size: 4.4 * root.v
                        weight: 2.2
                        color: "#0f2a31"
                    }
                    Label {
                        text: ui.stale
                        color: "#0f2a31"
                        font.pixelSize: root.small
                        font.bold: true
                    }
                }
            }
            Label {
                visible: !root.portrait
                anchors.verticalCenter: parent.verticalCenter
                text: tr.stale_hint
                color: Theme.overBrand
                font.pixelSize: root.small
                width: Math.min(implicitWidth, clock.x - warning.x - staleRow.width - 8 * root.v)
                elide: Text.ElideRight
            }
        }

        Label {
            id: notice
            property int index: 0
            readonly property var sentences: ui.notices
            objectName: "notice"
            visible: !bar.stale
            x: 2.6 * root.v
            width: (clock.visible ? clock.x : parent.width) - x - 2 * root.v
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: sentences.length > 0 ? sentences[index % sentences.length] : ui.date
            color: Theme.overBrand
            font.pixelSize: root.small
            wrapMode: Text.Wrap
            maximumLineCount: root.portrait ? 3 : 2
            lineHeight: text.length * font.pixelSize * 0.56 > width ? 0.82 : 1
            elide: Text.ElideRight

            Timer {
                interval: Math.max(1000, 9000 / ui.rate)
                repeat: true
                running: notice.sentences.length > 1
                onTriggered: change.restart()
            }
            SequentialAnimation {
                id: change
                NumberAnimation { target: notice; property: "opacity"; to: 0; duration: Theme.calm }
                ScriptAction { script: notice.index += 1 }
                NumberAnimation { target: notice; property: "opacity"; to: 1; duration: Theme.calm }
            }
        }

        Label {
            id: clock
            // An upright screen has no room for both; a warning tells the time itself.
            visible: !(root.portrait && (bar.stale || ui.clock === ""))
            anchors.right: parent.right
            anchors.rightMargin: 2.6 * root.v
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: ui.clock !== "" ? ui.clock : tr.no_time
            color: Theme.overBrand
            font.pixelSize: ui.clock !== "" ? 7.4 * root.v : root.small
            font.bold: true
        }
    }
}
