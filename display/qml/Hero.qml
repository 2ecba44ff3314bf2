// The large area: the call, a welcome, or why nothing is called. A new call inverts it three times, slower than 3 Hz.
import QtQuick
import Giliran

Rectangle {
    id: hero

    property real v: 10
    property real small: 40
    property int most: 3
    property bool inverted: false
    readonly property bool calling: ui.mode === "call"
    // Whoever practises sees at a glance that it is practice.
    readonly property color ground: ui.training ? "#6d2f7a" : look.brand
    readonly property color groundLight: ui.training ? "#82438f" : look.brandLight
    readonly property color ink: inverted ? look.overHighlight : ui.training ? "#ffffff" : look.overBrand
    readonly property color inkSoft: inverted ? look.overHighlight : ui.training ? "#f1ddf4" : look.overBrandSoft
    readonly property color inkStrong: inverted ? look.overHighlight : look.highlight
    readonly property real pad: 3 * v

    color: inverted ? look.highlight : ground
    clip: true

    readonly property int flash: ui.flash
    // The words first, then what draws the eye to them.
    onFlashChanged: Qt.callLater(hero.announce)
    function announce() {
        if (Theme.reduceMotion) {
            inverted = flash >= 0; // it stays inverted for as long as the call has its moment
        } else if (ui.rate > 1.5) {
            // Under a fast clock three pulses, or one for each call, would be faster than is safe.
            if (flash >= 0)
                once.restart();
        } else if (flash >= 0) {
            pulses.restart();
        } else {
            pulses.stop();
            inverted = false;
        }
    }
    SequentialAnimation {
        id: pulses
        loops: 3
        PropertyAction { target: hero; property: "inverted"; value: true }
        PauseAnimation { duration: 250 }
        PropertyAction { target: hero; property: "inverted"; value: false }
        PauseAnimation { duration: 250 }
    }
    SequentialAnimation {
        id: once
        PropertyAction { target: hero; property: "inverted"; value: true }
        PauseAnimation { duration: 350 }
        PropertyAction { target: hero; property: "inverted"; value: false }
    }

    Kawung {
        anchors.fill: parent
        tile: 17 * hero.v
        visible: !hero.inverted
    }

    Image {
        id: logo
        objectName: "logo"
        visible: status === Image.Ready
        x: hero.pad
        anchors.verticalCenter: officeName.verticalCenter
        width: visible ? Math.min(implicitWidth, 24 * hero.v) : 0
        height: 6.6 * hero.v
        sourceSize.height: 6.6 * hero.v
        source: look.logo !== "" ? (look.logo.startsWith("/") ? "file://" : "") + look.logo : ""
        fillMode: Image.PreserveAspectFit
        horizontalAlignment: Image.AlignLeft
    }
    Label {
        id: officeName
        x: hero.pad + (logo.visible ? logo.width + 1.4 * hero.v : 0)
        y: hero.pad * 0.8
        width: (pill.visible ? pill.x : parent.width - hero.pad) - x - 2 * hero.v
        // With a recall beside it, a long name would be cut short: it stands elsewhere often enough.
        visible: !pill.visible || implicitWidth <= width
        text: ui.office
        color: hero.inkSoft
        font.pixelSize: hero.small
        elide: Text.ElideRight
    }
    Rectangle {
        id: pill
        anchors.right: parent.right
        anchors.rightMargin: hero.pad
        anchors.verticalCenter: officeName.verticalCenter
        visible: hero.calling && ui.recall
        width: again.width + 4 * hero.v
        height: 6.4 * hero.v
        radius: height / 2
        color: hero.inverted ? look.overHighlight : look.highlight

        Row {
            id: again
            anchors.centerIn: parent
            spacing: 1.2 * hero.v

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: "repeat"
                size: 4.4 * hero.v
                weight: 2.2
                color: hero.inverted ? look.highlight : look.overHighlight
            }
            Label {
                text: tr.recall
                color: hero.inverted ? look.highlight : look.overHighlight
                font.pixelSize: hero.small
                font.bold: true
            }
        }
    }

    // The call.
    Item {
        id: call
        visible: hero.calling
        anchors.fill: parent
        anchors.topMargin: officeName.y + officeName.height
        anchors.bottomMargin: before.visible ? hero.height - before.y : hero.pad

        readonly property real counterPixels: Math.min(13 * hero.v, hero.height * 0.17)
        readonly property real numberPixels: Math.min(hero.width * 0.355, (height - counterPixels * 1.25 - caption.height - 0.6 * hero.small) * 0.9)
        readonly property real block: caption.height + number.height + target.height

        Label {
            id: caption
            anchors.horizontalCenter: parent.horizontalCenter
            y: (parent.height - call.block) * 0.45
            width: parent.width - 2 * hero.pad
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            maximumLineCount: 2
            lineHeight: text.length * font.pixelSize * 0.56 > width ? 0.84 : 1
            text: ui.service !== "" ? ui.service : tr.now_calling
            color: hero.inkSoft
            font.pixelSize: hero.small * 1.12
            elide: Text.ElideRight
        }
        Label {
            id: number
            objectName: "number"
            anchors.top: caption.bottom
            x: hero.pad
            width: parent.width - 2 * hero.pad
            height: call.numberPixels * 1.02
            text: ui.number
            color: hero.ink
            // Estimated, not fitted by trial: a bold digit is 0.57 em wide, a capital up to 0.93, on average 0.7.
            readonly property int letters: Math.max(0, text.search(/[0-9]/))
            readonly property real ems: Math.max(1, 0.74 * letters + 0.58 * (text.length - letters))
            font.pixelSize: Math.min(call.numberPixels, width / ems)
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
        }
        Row {
            id: target
            anchors.top: number.bottom
            anchors.horizontalCenter: parent.horizontalCenter
            height: call.counterPixels * 1.25
            spacing: call.counterPixels * 0.28

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: "arrow"
                rotation: ui.turn
                size: call.counterPixels * 0.92
                weight: 2.8
                color: hero.inkStrong
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, hero.width - 2 * hero.pad - call.counterPixels * 1.2)
                text: ui.counter
                color: hero.inkStrong
                font.pixelSize: call.counterPixels
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: hero.small
                font.bold: true
                elide: Text.ElideRight
            }
        }
    }

    LastCalls {
        id: before
        v: hero.v
        small: hero.small
        most: hero.most
        ink: hero.ink
        inkSoft: hero.inkSoft
        visible: hero.calling && look.last_calls && count > 0 && most > 0 && !ui.training
        x: (parent.width - width) / 2
        y: parent.height - height - 2.6 * hero.v
    }

    // Nothing to call. It stands in another place now and then, for it may stand for hours.
    Column {
        visible: !hero.calling
        anchors.centerIn: parent
        anchors.horizontalCenterOffset: [0, 2, 0, -2, -1, 1][ui.drift % 6] * hero.v
        anchors.verticalCenterOffset: [1.5, 3.5, 5, 3, 0, -1.5, -0.5][ui.drift % 7] * hero.v
        width: parent.width - 4 * hero.pad
        spacing: 1.6 * hero.v

        Rectangle {
            visible: ui.icon !== ""
            anchors.horizontalCenter: parent.horizontalCenter
            width: 17 * hero.v
            height: width
            radius: width / 2
            color: hero.groundLight

            Icon {
                anchors.centerIn: parent
                name: ui.icon
                size: parent.width * 0.52
                weight: 1.7
                color: look.highlight
            }
        }
        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.title
            color: hero.ink
            // An office may welcome people in more words than we do.
            font.pixelSize: ui.mode === "welcome" ? Math.min(12 * hero.v, 0.1 * hero.width) * Math.min(1, 22 / Math.max(1, text.length)) : 8.6 * hero.v
            font.bold: true
            lineHeight: 0.9
            wrapMode: Text.Wrap
        }
        Label {
            visible: text !== ""
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.time
            color: look.highlight
            font.pixelSize: 6.4 * hero.v
            font.bold: true
            wrapMode: Text.Wrap
        }
        Label {
            visible: text !== ""
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.hint
            color: hero.inkSoft
            font.pixelSize: hero.small
            wrapMode: Text.Wrap
        }
    }
}
