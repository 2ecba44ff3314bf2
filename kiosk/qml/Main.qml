// The kiosk's window: title above, one row of controls below, one screen between them.
import QtQuick
import QtQuick.Window
import Giliran

Window {
    id: root

    property var options: ({})
    property real inches: options.inches || 10.1
    readonly property string screenName: ui.screen
    readonly property string language: ui.language
    readonly property bool dark: ui.screen === "attract"
    readonly property bool timed: ui.fraction > 0
    readonly property var sources: ({
        "attract": "Attract.qml", "services": "Services.qml", "confirm": "Confirm.qml",
        "issuing": "Issuing.qml", "ticket": "Ticket.qml"
    })

    // The second tap of a double tap must not hit what has just appeared under the finger.
    property bool settling: false
    onScreenNameChanged: { settling = true; settle.restart() }

    Timer {
        id: settle
        interval: (root.screenName === "ticket" ? 1000 : 300) / ui.rate
        onTriggered: root.settling = false
    }

    color: dark ? Theme.brand : Theme.paper
    title: ui.office

    Binding { target: Theme; property: "windowWidth"; value: root.width }
    Binding { target: Theme; property: "windowHeight"; value: root.height }
    Binding { target: Theme; property: "inches"; value: root.inches }
    Binding { target: Theme; property: "reduceMotion"; value: root.options.reduce_motion || false }
    Binding { target: Theme; property: "highContrast"; value: root.options.high_contrast || false }

    // Any touch tells that somebody is still there.
    MouseArea {
        anchors.fill: parent
        onPressed: act.touched()
    }

    Kawung {
        anchors.fill: parent
        visible: root.dark
    }

    // The whole first screen is one button.
    MouseArea {
        objectName: "begin"
        anchors.fill: parent
        visible: root.dark
        enabled: visible
        onClicked: act.begin()
    }

    Item {
        id: top
        x: Theme.margin
        width: parent.width - 2 * Theme.margin
        height: 76 * Theme.unit

        Label {
            anchors.left: parent.left
            anchors.right: seconds.visible ? seconds.left : clock.left
            anchors.rightMargin: Theme.gap
            anchors.verticalCenter: parent.verticalCenter
            text: root.dark || ui.title === "" ? ui.office : ui.title
            color: root.dark ? Theme.overBrand : Theme.ink
            font.pixelSize: root.dark || ui.title === "" ? Theme.body : Theme.title
            font.bold: true
            wrapMode: Text.Wrap
            maximumLineCount: 2
            lineHeight: text.length * font.pixelSize * 0.56 > width ? 0.84 : 1
            elide: Text.ElideRight
        }
        Rectangle {
            id: seconds
            anchors.right: clock.left
            anchors.rightMargin: Theme.gap
            anchors.verticalCenter: parent.verticalCenter
            visible: root.timed && ui.urgent && !finish.visible
            width: left.implicitWidth + 28 * Theme.unit
            height: 44 * Theme.unit
            radius: height / 2
            color: Theme.sunSoft

            Label {
                id: left
                anchors.centerIn: parent
                text: ui.secondsText
                font.pixelSize: Theme.small
            }
        }
        Label {
            id: clock
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            text: ui.clock
            color: root.dark ? Theme.overBrand : Theme.ink
            font.pixelSize: Theme.lead
            font.bold: true
        }
    }

    CountdownBar {
        anchors.top: top.bottom
        width: parent.width
        fraction: ui.fraction
    }

    Loader {
        id: screen
        x: Theme.margin
        anchors.top: top.bottom
        anchors.topMargin: 16 * Theme.unit
        anchors.bottom: controls.top
        anchors.bottomMargin: Theme.gap
        width: parent.width - 2 * Theme.margin
        source: root.sources[ui.screen] || "Message.qml"
        onLoaded: appear.restart()

        NumberAnimation {
            id: appear
            target: screen
            property: "opacity"
            from: Theme.reduceMotion ? 1 : 0.25
            to: 1
            duration: Theme.calm
            easing.type: Easing.OutCubic
        }
    }

    Item {
        id: controls
        x: Theme.margin
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 22 * Theme.unit
        width: parent.width - 2 * Theme.margin
        // An upright screen is narrow and has height to spare: what leads on gets a row of its own.
        height: Theme.portrait && actions.width > 0 ? 2 * Theme.touch + Theme.gap : Theme.touch

        Row {
            id: ways
            anchors.bottom: parent.bottom
            spacing: Theme.gap

            BigButton {
                objectName: "back"
                visible: ui.canGoBack
                enabled: !ui.busy
                icon: "back"
                label: tr.back
                onClicked: act.back()
            }
            LanguageSwitch {
                id: languages
                codes: ui.languages
                current: ui.language
                onDark: root.dark
                onChosen: code => act.setLanguage(code)
            }
        }

        Label {
            visible: root.timed && finish.visible
            anchors.right: Theme.portrait ? parent.right : actions.left
            anchors.rightMargin: Theme.portrait ? 0 : 26 * Theme.unit
            anchors.bottom: parent.bottom
            height: Theme.touch
            width: Theme.portrait ? parent.width - ways.width - Theme.gap
                : Math.min(implicitWidth, actions.x - ways.width - 2 * Theme.gap)
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            text: ui.secondsText
            font.pixelSize: Theme.small
            color: Theme.inkSoft
            wrapMode: Text.Wrap
        }

        Row {
            id: actions
            readonly property real wide: Theme.portrait ? controls.width : 0
            anchors.right: parent.right
            anchors.top: parent.top
            spacing: Theme.gap

            BigButton {
                objectName: "page-previous"
                readonly property var pages: screen.item
                visible: ui.screen === "services" && pages !== null && pages.pageCount > 1
                enabled: visible && pages.page > 0
                icon: "previous"
                label: tr.page_previous
                width: Theme.portrait ? (controls.width - Theme.gap) / 2 : implicitWidth
                onClicked: { act.touched(); screen.item.page -= 1 }
            }
            BigButton {
                objectName: "page-next"
                readonly property var pages: screen.item
                visible: ui.screen === "services" && pages !== null && pages.pageCount > 1
                enabled: visible && pages.page < pages.pageCount - 1
                icon: "next"
                iconLast: true
                label: tr.page_next
                width: Theme.portrait ? (controls.width - Theme.gap) / 2 : implicitWidth
                onClicked: { act.touched(); screen.item.page += 1 }
            }
            BigButton {
                kind: "sun"
                visible: root.dark
                icon: "arrow"
                iconLast: true
                pixels: Theme.lead
                label: tr.begin_button
                width: Math.max(implicitWidth, actions.wide)
                onClicked: act.begin()
            }
            BigButton {
                objectName: "take"
                kind: "main"
                visible: ui.screen === "confirm"
                enabled: !ui.busy
                icon: "ticket"
                pixels: Theme.lead
                label: tr.take
                width: Math.max(implicitWidth, actions.wide)
                onClicked: act.take()
            }
            BigButton {
                objectName: "retry"
                kind: "main"
                visible: ui.trouble === "unanswered"
                icon: "repeat"
                pixels: Theme.lead
                label: tr.retry
                width: Math.max(implicitWidth, actions.wide)
                onClicked: act.retry()
            }
            BigButton {
                id: finish
                objectName: "done"
                kind: "main"
                visible: ui.screen === "ticket" || ui.screen === "refused"
                icon: "check"
                pixels: Theme.lead
                label: tr.done
                width: Math.max(implicitWidth, actions.wide)
                onClicked: act.done()
            }
        }
    }

    MouseArea {
        anchors.fill: parent
        visible: root.settling
    }
}
