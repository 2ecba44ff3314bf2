// The kiosk's window: title above, one row of controls below, one screen between them; staff and settings over all.
import QtQuick
import QtQuick.Window
import Giliran
import "visit"

Window {
    id: root

    property var options: ({})
    property real inches: options.inches || 10.1
    readonly property string screenName: staff.page !== "" ? "staff-" + staff.page : ui.screen
    readonly property string language: ui.language
    readonly property string slip: ui.slip
    readonly property var modes: ["low", "large", "contrast"].filter(mode => ui[mode])
    readonly property bool dark: ui.screen === "attract"
    readonly property bool settling: Hands.settling
    readonly property var sources: ({
        "attract": "visit/Attract.qml", "services": "visit/Services.qml", "confirm": "visit/Confirm.qml", "phone": "visit/Phone.qml", "check_in": "visit/CheckIn.qml",
        "issuing": "visit/Issuing.qml", "ticket": "visit/Ticket.qml", "turn": "visit/Turn.qml",
        "rate": "visit/CheckIn.qml", "rating": "visit/Rating.qml"
    })
    readonly property string place: screenName + ui.question + ui.group + ui.rateStep

    // What can be touched now.
    readonly property Item front: staff.page !== "" ? service : ui.access ? access : visit

    // The second tap of a double tap must not hit what has just appeared under the finger.
    onPlaceChanged: {
        Hands.settling = true
        Hands.current = null
        settle.restart()
    }

    Timer {
        id: settle
        interval: (root.screenName === "ticket" ? 1000 : 300) / ui.rate
        onTriggered: Hands.settling = false
    }

    color: dark ? Theme.brand : Theme.paper
    title: options.title || ui.office

    Binding { target: Theme; property: "windowWidth"; value: root.width }
    Binding { target: Theme; property: "windowHeight"; value: root.height }
    Binding { target: Theme; property: "inches"; value: root.inches }
    Binding { target: Theme; property: "reduceMotion"; value: root.options.reduce_motion || ui.contrast || false }
    Binding { target: Theme; property: "highContrast"; value: root.options.high_contrast || ui.contrast || false }
    Binding { target: Theme; property: "large"; value: ui.large }
    Binding { target: Theme; property: "low"; value: ui.low }
    Binding { target: Theme; property: "halfway"; value: root.height / 2 - screen.y }

    // The four keys, as a keyboard sends them.
    Connections {
        target: keys

        function onPressed(action) {
            act.touched()
            if (action === "next" || action === "previous")
                Hands.move(root.front, action === "next" ? 1 : -1)
            else if (action === "choose")
                Hands.choose()
            else if (staff.page !== "")
                staff.back()
            else if (ui.access)
                act.closeAccess()
            else
                controls.goBack()
        }
    }
    Connections {
        target: Hands
        function onReached(spoken) { guide.reached(spoken) }
    }

    Item {
        id: visit
        anchors.fill: parent
        visible: staff.page === ""

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
        Item {
            objectName: "begin"
            anchors.fill: parent
            visible: root.dark && !Theme.low

            Touch {
                byKeys: false
                onClicked: act.begin()
            }
        }
        Banner {
            id: banner
            width: parent.width
        }
        TopBar {
            id: top
            x: Theme.margin
            anchors.top: banner.bottom
            width: parent.width - 2 * Theme.margin
            dark: root.dark
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
            source: root.sources[ui.screen] || "visit/Message.qml"
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
        Controls {
            id: controls
            x: Theme.margin
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 22 * Theme.unit
            width: parent.width - 2 * Theme.margin
            dark: root.dark
            pages: screen.item
            onAccess: act.openAccess()
        }
    }

    Access {
        id: access
        anchors.fill: parent
    }
    Loader {
        id: service
        anchors.fill: parent
        active: staff.page !== ""
        visible: active
        source: "staff/Staff.qml"
    }
}
