// Vouching for the time of day: the time, then who says so, then that officer's own PIN, which the hub checks.
import QtQuick
import Giliran
import ".."

Item {
    id: clock

    property alias letters: pad.letters
    readonly property alias switched: pad.switched
    readonly property bool typing: su.step === "officer" || su.step === "pin"

    Label {
        id: hint
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        visible: su.step === "time" || clock.typing
        text: su.step === "time" ? (su.known ? st.clock_hint_own : st.clock_hint) : su.typed !== "" ? su.typed : su.step === "officer" ? st.officer : st.officer_pin
        font.pixelSize: clock.typing ? Theme.body : Theme.small
        font.bold: clock.typing
        wrapMode: Text.Wrap
        elide: Text.ElideLeft
    }
    Row {
        id: wheels
        visible: su.step === "time"
        y: hint.height + Math.max(10 * Theme.unit, (parent.height - hint.height - height) / 2)
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: 14 * Theme.unit

        Repeater {
            model: wheels.visible ? su.rows : []

            Column {
                id: wheel
                required property var modelData
                width: Math.max(Theme.finger, Math.min(130 * Theme.unit, (clock.width - 4 * wheels.spacing) / 5))
                spacing: 4 * Theme.unit

                BigButton { objectName: "more-" + wheel.modelData.unit; width: parent.width; icon: "plus"; spoken: wheel.modelData.label + " +"; onClicked: staff.turn(wheel.modelData.unit, 1) }
                Label {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: wheel.modelData.value
                    font.pixelSize: Theme.lead
                    font.bold: true
                    lineHeight: 0.85
                }
                Label {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: wheel.modelData.label
                    font.pixelSize: Theme.small
                    color: Theme.inkSoft
                    lineHeight: 0.8
                }
                BigButton { objectName: "less-" + wheel.modelData.unit; width: parent.width; icon: "minus"; spoken: wheel.modelData.label + " −"; onClicked: staff.turn(wheel.modelData.unit, -1) }
            }
        }
    }
    KeyPad {
        id: pad
        visible: clock.typing
        y: hint.height + 6 * Theme.unit
        width: parent.width
        height: parent.height - y
        digitsOnly: su.step === "pin"
        onTyped: sign => staff.type(sign)
        onErased: staff.erase()
    }
}
