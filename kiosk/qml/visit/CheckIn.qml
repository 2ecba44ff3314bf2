// The code of a booking, or the number of a ticket that is to be rated: typed or shown to the scanner.
import QtQuick
import Giliran
import ".."

Item {
    id: checkIn

    property alias letters: pad.letters
    readonly property alias switched: pad.switched

    Column {
        id: field
        // Where the keys leave room for both, the hint stays while the code is typed.
        readonly property bool roomy: pad.y > 118 * Theme.type
        width: parent.width
        y: Math.max(0, (pad.y - height) / 2)
        spacing: 8 * Theme.unit

        Label {
            visible: field.roomy || ui.code === ""
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.busy ? tr.rate_wait : ui.screen === "rate" ? (ui.scanner && field.roomy ? tr.rate_scan : tr.rate_hint)
                : ui.scanner && field.roomy ? tr.check_in_scan : tr.check_in_hint
            font.pixelSize: Theme.small
            color: Theme.inkSoft
            wrapMode: Text.Wrap
        }
        Label {
            objectName: "code"
            visible: field.roomy || ui.code !== ""
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.code === "" ? "····" : ui.code
            font.pixelSize: Theme.title
            font.bold: true
            font.letterSpacing: 6 * Theme.unit
            lineHeight: 0.9
        }
    }
    KeyPad {
        id: pad
        y: Theme.low ? Math.max(0, Theme.halfway) : Math.max(52 * Theme.type, Math.min(parent.height - least, parent.height * 0.22))
        readonly property real least: 3 * (Theme.finger + gap) - gap
        width: parent.width
        height: parent.height - y
        onTyped: sign => act.type(sign)
        onErased: act.erase()
    }
}
