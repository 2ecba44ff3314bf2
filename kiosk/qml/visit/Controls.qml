// The row below every screen: back, language and help on the left; what leads on, always in the same place, on the right.
import QtQuick
import Giliran

Item {
    id: controls

    property bool dark: false
    // The screen above, if it has pages.
    property Item pages: null
    readonly property int pageCount: pages && pages.pageCount ? pages.pageCount : 1
    readonly property bool paged: (ui.screen === "services" || asksPapers) && pageCount > 1
    readonly property bool asksPapers: ui.screen === "confirm" && ui.question === "papers"
    readonly property bool lastPage: !paged || pages.page === pageCount - 1
    readonly property bool tight: !Theme.portrait && ways.fullWidth + actions.width + Theme.gap > width
    readonly property bool finishing: ["ticket", "refused", "turn", "thanks"].includes(ui.screen)
    readonly property bool twoRows: Theme.portrait && actions.width > 0

    readonly property real pixels: Theme.large ? Theme.body : Theme.lead
    readonly property real half: (width - Theme.gap) / 2
    readonly property bool halves: previous.fullWidth <= half && next.fullWidth <= half

    // Two ways lead on, and all others stay: then the main one does without its picture.
    readonly property bool crowded: phone.visible && !Theme.portrait && languages.implicitWidth + 7.4 * Theme.touch + 4 * Theme.gap > width

    // Only the hub knows bookings.
    readonly property bool bookings: ui.bookings && ui.connected

    signal access

    // One page back, or one screen.
    function goBack() {
        if (asksPapers && paged && pages.page > 0) {
            act.touched()
            pages.page -= 1
        } else {
            act.back()
        }
    }

    // An upright screen is narrow and has height to spare: what leads on gets a row of its own.
    height: twoRows ? 2 * Theme.touch + Theme.gap : Theme.touch

    Row {
        id: ways
        readonly property real fullWidth: (back.visible ? back.fullWidth + spacing : 0)
            + (languages.visible ? languages.implicitWidth + spacing : 0) + help.fullWidth
        anchors.bottom: parent.bottom
        spacing: Theme.gap

        BigButton {
            id: back
            objectName: "back"
            visible: ui.canGoBack
            enabled: !ui.busy
            icon: "back"
            label: tr.back
            short: controls.tight || (Theme.portrait && ways.fullWidth > controls.width)
            onClicked: controls.goBack()
        }
        LanguageSwitch {
            id: languages
            codes: ui.languages
            names: ui.languageNames
            current: ui.language
            onDark: controls.dark
            onChosen: code => act.setLanguage(code)
        }
        BigButton {
            id: help
            objectName: "access"
            kind: controls.dark ? "glass" : "quiet"
            icon: "access"
            label: "A+"
            short: controls.tight && (back.visible ? Theme.touch + Theme.gap : 0) + languages.implicitWidth + fullWidth + actions.width + 2 * Theme.gap > controls.width
            spoken: tr.access_title
            onClicked: controls.access()
        }
    }

    Label {
        visible: ui.fraction > 0 && controls.finishing
        anchors.right: Theme.portrait ? parent.right : actions.left
        anchors.rightMargin: Theme.portrait ? 0 : 26 * Theme.unit
        anchors.bottom: parent.bottom
        height: Theme.touch
        width: Theme.portrait ? parent.width - ways.width - Theme.gap
            : Math.min(implicitWidth, actions.x - ways.width - 2 * Theme.gap)
        horizontalAlignment: Text.AlignRight
        verticalAlignment: Text.AlignVCenter
        text: Theme.large || Theme.portrait && ui.languages.length > 2 ? ui.secondsShort : ui.secondsText
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
            id: previous
            objectName: "page-previous"
            visible: controls.paged && !controls.asksPapers
            enabled: visible && controls.pages.page > 0
            icon: "previous"
            label: tr.page_previous
            short: !(Theme.portrait && controls.halves)
            width: Theme.portrait && controls.halves ? controls.half : implicitWidth
            onClicked: { act.touched(); controls.pages.page -= 1 }
        }
        BigButton {
            id: next
            objectName: "page-next"
            kind: controls.asksPapers ? "main" : "quiet"
            visible: controls.paged && !(controls.asksPapers && controls.lastPage)
            enabled: visible && controls.pages.page < controls.pageCount - 1
            icon: "next"
            iconLast: true
            label: controls.asksPapers ? tr.papers_next : tr.page_next
            short: !Theme.portrait && Theme.large && ui.languages.length > 2
            width: !Theme.portrait ? implicitWidth : !previous.visible ? controls.width : controls.halves ? controls.half : controls.width - Theme.touch - Theme.gap
            onClicked: { act.touched(); controls.pages.page += 1 }
        }
        BigButton {
            id: rate
            objectName: "rate"
            // On the first screen, and for whoever has shown a ticket that does not wait.
            visible: ui.asksRatings && (controls.dark || (ui.screen === "turn" && ui.turnNumber !== "" && !ui.turnWaits))
            kind: controls.dark ? "glass" : "quiet"
            icon: "face4"
            label: tr.rate_button
            readonly property real taken: visible ? Theme.touch + Theme.gap : 0
            short: Theme.portrait || (controls.dark && controls.bookings)
                || languages.implicitWidth + Theme.touch + 3 * Theme.gap + fullWidth + start.fullWidth > controls.width
            onClicked: act.openRate()
        }
        BigButton {
            id: booking
            objectName: "booking"
            visible: controls.bookings && (controls.dark || (ui.screen === "services" && ui.group === "" && !controls.paged))
            kind: controls.dark ? "glass" : "quiet"
            icon: "calendar"
            label: tr.check_in_button
            // Beside the larger type of the button that everybody needs there may be room for its picture only.
            readonly property bool halved: controls.dark && fullWidth <= controls.half - rate.taken
            short: Theme.portrait ? controls.dark && !halved
                : fullWidth + start.fullWidth + languages.implicitWidth + Theme.touch + 3 * Theme.gap + rate.taken > controls.width
            width: !Theme.portrait ? implicitWidth : halved ? controls.half - rate.taken : controls.dark ? Theme.touch : controls.width
            onClicked: act.openCheckIn()
        }
        BigButton {
            id: start
            objectName: "start"
            kind: "sun"
            visible: controls.dark
            icon: "arrow"
            iconLast: true
            pixels: controls.pixels
            label: tr.begin_button
            width: Theme.portrait && controls.bookings ? controls.width - booking.width - Theme.gap - rate.taken
                : Math.max(implicitWidth, actions.wide - rate.taken)
            onClicked: act.begin()
        }
        BigButton {
            objectName: "proceed"
            kind: "main"
            // Who has read everything goes on.
            visible: controls.asksPapers && controls.lastPage
            icon: "arrow"
            iconLast: true
            pixels: controls.pixels
            label: tr.proceed
            width: Math.max(implicitWidth, actions.wide)
            onClicked: act.proceed()
        }
        BigButton {
            id: phone
            objectName: "phone"
            visible: take.visible && ui.asksPhone && (Theme.portrait || ui.question === "")
            enabled: !ui.busy
            icon: "phone"
            label: tr.phone_button
            short: Theme.portrait ? fullWidth + take.implicitWidth + Theme.gap > controls.width : languages.implicitWidth + 2 * Theme.touch + fullWidth + take.implicitWidth + 4 * Theme.gap > controls.width
            onClicked: act.openPhone()
        }
        BigButton {
            objectName: "phone-give"
            kind: "main"
            visible: ui.screen === "phone"
            enabled: ui.phoneComplete
            icon: "check"
            pixels: Theme.large ? Theme.small : Theme.body
            label: tr.phone_give
            width: Math.max(implicitWidth, actions.wide)
            onClicked: act.givePhone()
        }
        BigButton {
            id: take
            objectName: "take"
            kind: "main"
            visible: ui.screen === "confirm" && (ui.question === "" || ui.question === "take")
            enabled: !ui.busy
            icon: controls.crowded ? "" : "ticket"
            pixels: controls.crowded || (Theme.large && label.length > 11) ? Theme.small : controls.pixels
            label: tr.take
            width: Math.max(implicitWidth, actions.wide - (phone.visible ? phone.width + Theme.gap : 0))
            onClicked: act.take()
        }
        BigButton {
            id: signs
            objectName: "signs"
            visible: ["check_in", "rate"].includes(ui.screen) && controls.pages !== null && controls.pages.switched === true
            label: visible && controls.pages.letters ? tr.digits : tr.letters
            onClicked: controls.pages.letters = !controls.pages.letters
        }
        BigButton {
            objectName: "check-in"
            kind: "main"
            visible: ui.screen === "check_in"
            enabled: !ui.busy && ui.codeComplete
            pixels: Theme.large ? Theme.small : Theme.body
            label: tr.check_in
            width: Math.max(implicitWidth, actions.wide - (signs.visible ? signs.width + Theme.gap : 0))
            onClicked: act.checkIn()
        }
        BigButton {
            objectName: "rate-give"
            kind: "main"
            visible: ui.screen === "rate"
            enabled: !ui.busy && ui.rateComplete
            pixels: Theme.large ? Theme.small : Theme.body
            label: tr.rate_next
            width: Math.max(implicitWidth, actions.wide - (signs.visible ? signs.width + Theme.gap : 0))
            onClicked: act.giveRate()
        }
        BigButton {
            id: skip
            objectName: "rate-skip"
            visible: ui.screen === "rating"
            enabled: !ui.busy
            label: tr.rate_skip
            pixels: Theme.large ? Theme.small : Theme.body
            onClicked: act.skipRate()
        }
        BigButton {
            objectName: "rate-send"
            kind: "main"
            leads: false // the faces come first
            visible: ui.screen === "rating"
            enabled: !ui.busy && ui.rateAnswered
            pixels: Theme.large ? Theme.small : Theme.body
            icon: "check"
            label: tr.rate_send
            width: Math.max(implicitWidth, actions.wide - skip.width - Theme.gap)
            onClicked: act.sendRate()
        }
        BigButton {
            objectName: "retry"
            kind: "main"
            visible: ui.trouble === "unanswered"
            icon: "repeat"
            pixels: controls.pixels
            label: tr.retry
            width: Math.max(implicitWidth, actions.wide)
            onClicked: act.retry()
        }
        BigButton {
            objectName: "done"
            kind: "main"
            visible: controls.finishing
            icon: "check"
            pixels: controls.pixels
            label: tr.done
            width: Math.max(implicitWidth, actions.wide - (rate.visible ? rate.width + Theme.gap : 0))
            onClicked: act.done()
        }
    }
}
