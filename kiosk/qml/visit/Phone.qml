// Where a message may be sent, for those who want one; and what becomes of the number, before it is typed.
import QtQuick
import Giliran
import ".."

Item {
    Column {
        id: field
        width: parent.width
        y: Math.max(0, (pad.y - height) / 2)
        spacing: 6 * Theme.unit

        Label {
            id: privacy
            visible: !pad.tight || ui.phone === ""
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: tr.phone_privacy
            font.pixelSize: Theme.small
            color: Theme.inkSoft
            lineHeight: 0.92
            wrapMode: Text.Wrap
        }
        Label {
            id: number
            objectName: "phone-number"
            visible: !pad.tight || ui.phone !== ""
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            text: ui.phone === "" ? tr.phone_hint : ui.phone
            font.pixelSize: ui.phone === "" ? Theme.lead : Theme.title
            font.bold: true
            lineHeight: 0.9
        }
    }
    KeyPad {
        id: pad
        readonly property real least: 2 * Theme.finger + gap
        onBunchChanged: act.touched()
        // Where the keys leave little room, the number takes the place of what was read before.
        readonly property real words: privacy.implicitHeight + number.implicitHeight + field.spacing + gap
        readonly property bool tight: y < words
        y: Theme.low ? Math.max(0, Theme.halfway) : Math.min(parent.height - least, Math.max(words, parent.height * 0.3))
        width: parent.width
        height: parent.height - y
        digitsOnly: true
        onTyped: sign => act.type(sign)
        onErased: act.erase()
    }
}
