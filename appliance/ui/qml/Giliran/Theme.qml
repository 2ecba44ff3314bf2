// The one place for colours, sizes and motion. A window tells it its size; everything else follows from that.
pragma Singleton
import QtQuick

QtObject {
    id: theme

    property real windowWidth: 1024
    property real windowHeight: 600
    property real inches: 10.1
    property bool reduceMotion: false
    property bool highContrast: false
    // Extra large type; and every control in the lower half, for whoever sits.
    property bool large: false
    property bool low: false
    // Where the lower half begins, seen from the top of a screen's own area.
    property real halfway: 0

    readonly property bool portrait: windowHeight > windowWidth
    // One unit is one pixel on the reference screens: 1024 × 600, or 600 wide when upright.
    readonly property real unit: portrait ? windowWidth / 600 : Math.min(windowWidth / 1024, windowHeight / 600)
    readonly property real pixelsPerMillimetre: Math.hypot(windowWidth, windowHeight) / inches / 25.4
    // A finger needs 20 mm; on a 7 inch panel, which stands close, 15 mm.
    readonly property real finger: pixelsPerMillimetre * (inches < 7.6 ? 15 : 20)
    readonly property real touch: Math.max(84 * unit, finger)

    readonly property color paper: highContrast ? "#ffffff" : "#f7f4ed"
    readonly property color surface: "#ffffff"
    readonly property color sunk: highContrast ? "#ffffff" : "#ece7db"
    readonly property color line: highContrast ? "#000000" : "#dcd5c6"
    readonly property color shade: highContrast ? "#ffffff" : "#dcd5c6" // behind the sign of what is closed
    readonly property color ink: highContrast ? "#000000" : "#0f2a31"
    readonly property color inkSoft: highContrast ? "#000000" : "#4a6068"
    readonly property color brand: highContrast ? "#00262b" : "#0b3b43"
    readonly property color brandLight: highContrast ? "#00262b" : "#124c55"
    readonly property color overBrand: "#ffffff"
    readonly property color overBrandSoft: highContrast ? "#ffffff" : "#bcd6d5"
    readonly property color accent: highContrast ? "#00403d" : "#0b6a66"
    readonly property color accentDown: highContrast ? "#001f1e" : "#074a47"
    readonly property color accentSoft: highContrast ? "#ffffff" : "#deeeea"
    readonly property color sun: "#f6bd3a"
    readonly property color overSun: highContrast ? "#000000" : "#0f2a31"
    readonly property color ring: "#b3261e"
    readonly property color sunDown: "#dda222"
    readonly property color sunSoft: highContrast ? "#ffffff" : "#fdf1d3"
    readonly property color clay: highContrast ? "#5c1f06" : "#9c3d18"
    readonly property color claySoft: highContrast ? "#ffffff" : "#fae9df"

    // 24 is the smallest text on a kiosk.
    readonly property real type: unit * (large ? 1.32 : 1)
    readonly property real small: 24 * type
    readonly property real body: 27 * type
    readonly property real lead: 32 * type
    readonly property real title: 38 * type
    readonly property real display: unit * (large ? 74 : 62)

    readonly property real margin: 30 * unit
    readonly property real gap: 18 * unit
    readonly property real radius: 18 * unit

    readonly property int quick: reduceMotion ? 0 : 90
    readonly property int calm: reduceMotion ? 0 : 180
}
