// What makes its parent a control: a finger taps it, the four keys reach it, the voice says what it is.
//
// A resting palm does no harm: each finger has its own tap, and what is held for seconds is no tap.
import QtQuick

Item {
    id: touch

    property string spoken: ""
    property real radius: Theme.radius
    property bool byKeys: true
    property bool first: false // what leads on, for the keys
    property bool rings: true
    readonly property bool isTouch: true
    readonly property bool down: tap.pressed

    signal pressed
    signal clicked

    anchors.fill: parent

    TapHandler {
        id: tap
        enabled: !Hands.settling
        gesturePolicy: TapHandler.ReleaseWithinBounds
        longPressThreshold: 4
        onPressedChanged: {
            if (pressed) {
                Hands.current = null
                touch.pressed()
            }
        }
        onTapped: touch.clicked()
    }

    // Dark and light together stand out from whatever is behind.
    Rectangle {
        visible: touch.rings && Hands.current === touch
        anchors.fill: parent
        anchors.margins: -8 * Theme.unit
        z: 10
        radius: touch.radius + 8 * Theme.unit
        color: "transparent"
        border.width: 8 * Theme.unit
        border.color: "#ffffff"

        Rectangle {
            anchors.fill: parent
            anchors.margins: 2 * Theme.unit
            radius: parent.radius - 2 * Theme.unit
            color: "transparent"
            border.width: 5 * Theme.unit
            border.color: Theme.ring
        }
    }
}
