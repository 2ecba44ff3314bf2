// The lobby board: the current call, the counters, who waits for what, the time. Upright screens stack the same parts.
import QtQuick
import QtQuick.Window
import Giliran

Window {
    id: root

    property var options: ({})
    property real inches: options.inches || 43
    readonly property bool inEmergency: ui.emergency.length > 0
    readonly property string screenName: inEmergency ? "emergency" : ui.dark ? "dark" : ui.mode
    readonly property string language: ui.language
    // For a screen that hangs on its side.
    readonly property bool aside: ui.rotation % 180 !== 0
    readonly property real across: aside ? height : width
    readonly property real down: aside ? width : height
    // A hundredth of the height, from which all sizes follow. An upright screen is narrower than its letters are high.
    readonly property real v: Math.min(down, 1.25 * across) / 100
    readonly property real small: 3.95 * v
    readonly property bool portrait: down > across

    color: "#000000"
    title: options.title || ui.office

    Binding { target: Theme; property: "windowWidth"; value: root.across }
    Binding { target: Theme; property: "windowHeight"; value: root.down }
    Binding { target: Theme; property: "inches"; value: root.inches }
    Binding { target: Theme; property: "reduceMotion"; value: root.options.reduce_motion || false }
    Binding { target: Theme; property: "highContrast"; value: root.options.high_contrast || false }

    Item {
        anchors.centerIn: parent
        width: root.across
        height: root.down
        rotation: ui.rotation
        clip: true

        // A little larger than the glass, and moved about by a few pixels now and then: nothing burns in.
        Item {
            id: stage
            readonly property real spare: 0.4 * root.v
            readonly property int step: ui.drift % 8
            x: Math.round(-spare * (1 + [1, 0.7, 0, -0.7, -1, -0.7, 0, 0.7][step]))
            y: Math.round(-spare * (1 + [0, 0.7, 1, 0.7, 0, -0.7, -1, -0.7][step]))
            width: root.across + 2 * spare
            height: root.down + 2 * spare
            visible: !root.inEmergency && !ui.dark

            readonly property real bannerHeight: ui.training ? (root.portrait ? 15 : 9.6) * root.v : 0
            readonly property real barHeight: (root.portrait ? 17 : 10.8) * root.v
            readonly property real stripHeight: strip.visible ? (root.portrait ? strip.shown * 13 : 17.5) * root.v : 0
            readonly property real mainHeight: height - bannerHeight - barHeight - stripHeight - told.implicitHeight
            readonly property bool alone: table.count === 0 || ui.mode === "closed" || !look.counters

            Training {
                id: banner
                v: root.v
                small: root.small
                portrait: root.portrait
                width: parent.width
                height: stage.bannerHeight
            }
            Hero {
                id: hero
                v: root.v
                small: root.small
                most: root.portrait ? 0 : 3
                y: stage.bannerHeight
                visible: ui.mode !== "media"
                width: root.portrait || stage.alone ? parent.width : Math.round(parent.width * 2 / 3)
                height: root.portrait && !stage.alone ? Math.round(Math.min(stage.mainHeight * 0.7, 62 * root.v)) : stage.mainHeight
            }
            Media {
                v: root.v
                small: root.small
                most: root.portrait ? 1 : 2
                shown: ui.mode === "media" && stage.visible
                x: hero.x
                y: hero.y
                width: hero.width
                height: hero.height
            }
            Counters {
                id: table
                v: root.v
                small: root.small
                visible: !stage.alone
                x: root.portrait ? 0 : hero.width
                y: stage.bannerHeight + (root.portrait ? hero.height : 0)
                width: root.portrait ? parent.width : parent.width - x
                height: stage.bannerHeight + stage.mainHeight - y
            }
            Strip {
                id: strip
                v: root.v
                small: root.small
                columns: root.portrait ? 1 : 3
                rows: 1
                y: stage.bannerHeight + stage.mainHeight
                width: parent.width
                height: stage.stripHeight
            }
            Told {
                id: told
                v: root.v
                small: root.small
                y: parent.height - stage.barHeight - height
                width: parent.width
                height: implicitHeight
            }
            Bar {
                v: root.v
                small: root.small
                portrait: root.portrait
                y: parent.height - height
                width: parent.width
                height: stage.barHeight
            }
        }

        // At night, where no screen can be switched off: black, with a faint time that wanders.
        Label {
            visible: ui.dark && !root.inEmergency
            x: (parent.width - width) * [0.2, 0.5, 0.8, 0.65, 0.35][ui.drift % 5]
            y: (parent.height - height) * [0.3, 0.7, 0.45, 0.15, 0.85, 0.6, 0.25][ui.drift % 7]
            text: ui.clock
            color: "#ffffff"
            opacity: 0.3
            font.pixelSize: 9 * root.v
        }
        Emergency {
            v: root.v
            small: root.small
            visible: root.inEmergency
            anchors.fill: parent
        }
    }
}
