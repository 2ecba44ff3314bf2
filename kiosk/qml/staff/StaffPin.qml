// The door: the PIN of the kiosk, or one's own staff number and PIN. PINs are shown as dots.
import QtQuick
import Giliran
import ".."

Item {
    Label {
        id: hint
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: su.typed !== "" ? su.typed : su.step === "number" ? st.number : su.step === "own" ? st.own_pin : su.step === "" ? st.pin : ""
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
