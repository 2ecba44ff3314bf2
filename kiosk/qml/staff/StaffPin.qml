// The door: digits, shown as dots.
import QtQuick
import Giliran
import ".."

Item {
    Label {
        id: hint
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: su.typed === "" ? st.pin : su.typed
        font.pixelSize: Theme.lead
        font.bold: true
        elide: Text.ElideLeft
    }
    KeyPad {
        y: hint.height + Theme.gap
        width: parent.width
        height: parent.height - y
        digitsOnly: true
        onTyped: sign => staff.type(sign)
        onErased: staff.erase()
    }
}
