// The staff's screen: its own title, one page, and a way back.
import QtQuick
import Giliran

Rectangle {
    id: service

    readonly property var titles: ({
        "pin": st.title, "menu": st.title, "tickets": st.tickets, "health": st.health, "touch": st.touch,
        "sound": st.sound, "clock": st.clock, "restart": st.restart
    })
    readonly property var pages: ({
        "pin": "StaffPin.qml", "menu": "StaffMenu.qml", "tickets": "StaffTickets.qml", "health": "StaffHealth.qml",
        "touch": "StaffTouch.qml", "sound": "StaffSound.qml", "clock": "StaffClock.qml", "restart": "StaffRestart.qml"
    })
    readonly property bool typing: staff.page === "pin" || (staff.page === "clock" && (su.step === "officer" || su.step === "pin"))

    color: Theme.paper

    MultiPointTouchArea {
        anchors.fill: parent
        onPressed: staff.touched()
    }
    Rectangle {
        id: head
        width: parent.width
        height: 70 * Theme.unit
        color: Theme.ink

        Label {
            x: Theme.margin
            anchors.verticalCenter: parent.verticalCenter
            text: service.titles[staff.page] || ""
            color: Theme.overBrand
            font.pixelSize: Theme.lead
            font.bold: true
        }
        Label {
            anchors.right: parent.right
            anchors.rightMargin: Theme.margin
            anchors.verticalCenter: parent.verticalCenter
            visible: !Theme.portrait || staff.page === "menu" || staff.page === "pin"
            width: Math.min(implicitWidth, parent.width * 0.65) // a name may be long
            elide: Text.ElideRight
            text: su.node
            color: Theme.overBrand
            font.pixelSize: Theme.small
        }
    }
    Loader {
        id: page
        x: Theme.margin
        anchors.top: head.bottom
        anchors.topMargin: Theme.gap
        anchors.bottom: foot.top
        anchors.bottomMargin: Theme.gap
        width: parent.width - 2 * Theme.margin
        source: service.pages[staff.page] || ""
    }
    Item {
        id: foot
        x: Theme.margin
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 22 * Theme.unit
        width: parent.width - 2 * Theme.margin
        height: Theme.touch

        BigButton {
            id: back
            objectName: "staff-back"
            icon: staff.page === "menu" || staff.page === "pin" ? "close" : "back"
            label: staff.page === "menu" || staff.page === "pin" ? st.leave : st.back
            onClicked: staff.back()
        }
        Label {
            anchors.left: back.right
            anchors.right: actions.left
            anchors.margins: Theme.gap
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: su.note
            color: su.good ? Theme.ink : Theme.clay
            font.pixelSize: Theme.small
            font.bold: true
            wrapMode: Text.Wrap
            lineHeight: 0.9
            maximumLineCount: 3
            elide: Text.ElideRight
        }
        Row {
            id: actions
            anchors.right: parent.right
            spacing: Theme.gap

            BigButton {
                objectName: "staff-signs"
                visible: staff.page === "clock" && service.typing && page.item.switched
                label: visible && page.item.letters ? tr.digits : tr.letters
                onClicked: page.item.letters = !page.item.letters
            }
            BigButton {
                objectName: "staff-enter"
                visible: service.typing || (staff.page === "clock" && (su.step === "time" || su.step === "sure"))
                enabled: !service.typing || su.typed !== ""
                kind: "main"
                icon: "check"
                label: staff.page === "pin" ? (su.step === "number" ? st.next : st.enter) : su.step === "pin" ? st.vouch : su.step === "sure" ? st.vouch_sure : st.next
                onClicked: staff.enter()
            }
        }
    }
}
