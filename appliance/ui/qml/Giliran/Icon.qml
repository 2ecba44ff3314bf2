// Line icons on a 24 × 24 grid, drawn for this project.
import QtQuick
import QtQuick.Shapes

Item {
    id: icon

    property string name: ""
    property color color: Theme.ink
    property real size: 32 * Theme.unit
    property real weight: 2

    readonly property var paths: ({
        "people": "M9 11.5 a3.5 3.5 0 1 0 0 -7 a3.5 3.5 0 1 0 0 7 Z M2.5 20 c0 -4 2.8 -6 6.5 -6 s6.5 2 6.5 6 M15.5 5 a3.2 3.2 0 0 1 0 6.2 M17.5 14.4 c2.6 .7 4 2.6 4 5.6",
        "clock": "M12 21 a9 9 0 1 0 0 -18 a9 9 0 1 0 0 18 Z M12 7 V12 L15.5 14",
        "next": "M9 5 L16 12 L9 19",
        "previous": "M15 5 L8 12 L15 19",
        "arrow": "M3.5 12 H20 M13.5 5.5 L20 12 L13.5 18.5",
        "down": "M12 3.5 V20 M5.5 13.5 L12 20 L18.5 13.5",
        "back": "M20.5 12 H4 M10.5 5.5 L4 12 L10.5 18.5",
        "check": "M4.5 12.5 L9.8 18 L19.5 6.5",
        "box": "M6 4 H18 a2 2 0 0 1 2 2 V18 a2 2 0 0 1 -2 2 H6 a2 2 0 0 1 -2 -2 V6 a2 2 0 0 1 2 -2 Z",
        "ticket": "M3 8 a2 2 0 0 1 2 -2 H19 a2 2 0 0 1 2 2 V10 a2 2 0 0 0 0 4 V16 a2 2 0 0 1 -2 2 H5 a2 2 0 0 1 -2 -2 V14 a2 2 0 0 0 0 -4 Z M14.5 9 V9.6 M14.5 11.7 V12.3 M14.5 14.4 V15",
        "printer": "M7 8.5 V3.5 H17 V8.5 M7 17 H5 a2 2 0 0 1 -2 -2 V10.5 a2 2 0 0 1 2 -2 H19 a2 2 0 0 1 2 2 V15 a2 2 0 0 1 -2 2 H17 M7 13.5 H17 V20.5 H7 Z",
        "desk": "M12 8.5 a3 3 0 1 0 0 -6 a3 3 0 1 0 0 6 Z M6.5 15 c0 -3 2.2 -4.5 5.5 -4.5 s5.5 1.5 5.5 4.5 M2.5 15 H21.5 M4.5 15 V21 M19.5 15 V21",
        "moon": "M20 14.5 A8.5 8.5 0 1 1 9.5 4 A7 7 0 0 0 20 14.5 Z",
        "cup": "M4.5 9 H16.5 V14.5 a5 5 0 0 1 -5 5 H9.5 a5 5 0 0 1 -5 -5 Z M16.5 10.5 H18 a2.5 2.5 0 0 1 0 5 H16.4 M8 3 V5.5 M13 3 V5.5",
        "door": "M6 21 V4.5 a1.5 1.5 0 0 1 1.5 -1.5 H16.5 a1.5 1.5 0 0 1 1.5 1.5 V21 M3.5 21 H20.5 M14.5 11.5 V12.8",
        "care": "M12 20.5 C5 15.5 3 12 3 8.8 A4.6 4.6 0 0 1 12 6.9 A4.6 4.6 0 0 1 21 8.8 C21 12 19 15.5 12 20.5 Z",
        "phone": "M8 2.5 H16 a2 2 0 0 1 2 2 V19.5 a2 2 0 0 1 -2 2 H8 a2 2 0 0 1 -2 -2 V4.5 a2 2 0 0 1 2 -2 Z M11 18.5 H13",
        "repeat": "M4 11 a8 8 0 0 1 13.8 -4.5 L20 9 M20 4 V9 H15 M20 13 a8 8 0 0 1 -13.8 4.5 L4 15 M4 20 V15 H9",
        "access": "M10.2 6 a1.9 1.9 0 1 0 0 -3.8 a1.9 1.9 0 1 0 0 3.8 Z M10.2 8.2 V14 H15.2 L17.8 19.6 L20 18.6 M10.2 10.6 H14.6 M7.6 11.6 a5.4 5.4 0 1 0 7.2 6.6",
        "contrast": "M12 21 a9 9 0 1 0 0 -18 a9 9 0 1 0 0 18 Z M12 3 V21 M14.2 4 V20 M16.4 5.2 V18.8 M18.6 7.4 V16.6",
        "letters": "M2.5 19 L8 5 L13.5 19 M4.4 14.4 H11.6 M15.5 12 H21.5 M18.5 9 V15",
        "lower": "M4 3.5 H20 M12 6.5 V13 M8.8 10 L12 13.2 L15.2 10 M5.5 16.5 H18.5 a1.5 1.5 0 0 1 1.5 1.5 V19.5 a1.5 1.5 0 0 1 -1.5 1.5 H5.5 a1.5 1.5 0 0 1 -1.5 -1.5 V18 a1.5 1.5 0 0 1 1.5 -1.5 Z",
        "headphones": "M4 14.5 V12 a8 8 0 0 1 16 0 V14.5 M4 14.5 a2 2 0 0 1 4 0 V18 a2 2 0 0 1 -4 0 Z M20 14.5 a2 2 0 0 0 -4 0 V18 a2 2 0 0 0 4 0 Z",
        "loudspeaker": "M4 9.5 H7.5 L12.5 5 V19 L7.5 14.5 H4 Z M15.5 9 a4.2 4.2 0 0 1 0 6 M18 6.5 a7.8 7.8 0 0 1 0 11",
        "calendar": "M5 5 H19 a1.5 1.5 0 0 1 1.5 1.5 V19 a1.5 1.5 0 0 1 -1.5 1.5 H5 a1.5 1.5 0 0 1 -1.5 -1.5 V6.5 a1.5 1.5 0 0 1 1.5 -1.5 Z M3.5 10 H20.5 M8 3 V6.5 M16 3 V6.5 M9 15 L11.2 17.2 L15.2 13",
        "scan": "M4 8 V5.5 a1.5 1.5 0 0 1 1.5 -1.5 H8 M16 4 H18.5 a1.5 1.5 0 0 1 1.5 1.5 V8 M20 16 V18.5 a1.5 1.5 0 0 1 -1.5 1.5 H16 M8 20 H5.5 a1.5 1.5 0 0 1 -1.5 -1.5 V16 M3 12 H21",
        "lock": "M6.5 10.5 H17.5 a1.5 1.5 0 0 1 1.5 1.5 V19 a1.5 1.5 0 0 1 -1.5 1.5 H6.5 a1.5 1.5 0 0 1 -1.5 -1.5 V12 a1.5 1.5 0 0 1 1.5 -1.5 Z M8 10.5 V7.5 a4 4 0 0 1 8 0 V10.5 M12 14.5 V16.5",
        "erase": "M8.5 5.5 H20 a1.2 1.2 0 0 1 1.2 1.2 V17.3 a1.2 1.2 0 0 1 -1.2 1.2 H8.5 L2.8 12 Z M11.5 9.5 L16.5 14.5 M16.5 9.5 L11.5 14.5",
        "folder": "M3.5 6.5 a1.5 1.5 0 0 1 1.5 -1.5 H9.5 L12 7.5 H19 a1.5 1.5 0 0 1 1.5 1.5 V17.5 a1.5 1.5 0 0 1 -1.5 1.5 H5 a1.5 1.5 0 0 1 -1.5 -1.5 Z",
        "close": "M6 6 L18 18 M18 6 L6 18",
        "plus": "M12 5 V19 M5 12 H19",
        "minus": "M5 12 H19",
        "power": "M12 3.5 V12 M7 6.5 a8 8 0 1 0 10 0",
        "target": "M12 19.5 a7.5 7.5 0 1 0 0 -15 a7.5 7.5 0 1 0 0 15 Z M12 2 V8 M12 16 V22 M2 12 H8 M16 12 H22",
        "list": "M4 6 H5 M9 6 H20 M4 12 H5 M9 12 H20 M4 18 H5 M9 18 H20",
        "touch": "M9 12.5 V5.5 a1.9 1.9 0 0 1 3.8 0 V11 L17.6 12 a2.6 2.6 0 0 1 2.1 3 L19 19 a3 3 0 0 1 -3 2.5 H11.8 a3.5 3.5 0 0 1 -2.9 -1.5 L5.2 15 a1.8 1.8 0 0 1 2.7 -2.3 L9 13.8"
    })

    implicitWidth: size
    implicitHeight: size
    width: size
    height: size

    Shape {
        anchors.centerIn: parent
        width: 24
        height: 24
        scale: icon.size / 24

        ShapePath {
            strokeColor: icon.color
            strokeWidth: icon.weight
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg { path: icon.paths[icon.name] || "" }
        }
    }
}
