// Indonesian | English | … The chosen one is filled and bold, not only coloured.
import QtQuick

Rectangle {
    id: languages

    property var codes: ["id", "en"]
    property var names: ({})
    property string current: "id"
    property bool onDark: false

    signal chosen(string code)

    visible: codes.length > 1
    implicitWidth: row.width + 2 * row.x
    implicitHeight: Theme.touch
    height: implicitHeight
    radius: Theme.radius
    color: onDark ? Theme.brandLight : Theme.sunk
    border.width: Theme.highContrast ? Math.max(1, 1.5 * Theme.unit) : 0
    border.color: onDark ? Theme.overBrand : Theme.line

    Row {
        id: row
        x: 5 * Theme.unit
        height: parent.height

        Repeater {
            model: languages.codes

            Item {
                id: choice
                required property string modelData
                readonly property bool on: modelData === languages.current
                objectName: "language-" + modelData
                z: Hands.current === area ? 1 : 0
                width: Math.max(Theme.finger, Theme.touch * (languages.codes.length > 2 ? 0.84 : 0.92))
                height: languages.height

                Rectangle {
                    anchors.fill: parent
                    anchors.topMargin: row.x
                    anchors.bottomMargin: row.x
                    radius: languages.radius - row.x
                    color: choice.on ? (languages.onDark ? Theme.overBrand : Theme.ink)
                        : area.down ? (languages.onDark ? Theme.accent : Theme.line) : "transparent"
                }
                Label {
                    anchors.centerIn: parent
                    text: choice.modelData.toUpperCase()
                    font.bold: true
                    color: choice.on ? (languages.onDark ? Theme.brand : Theme.overBrand)
                        : languages.onDark ? Theme.overBrand : Theme.ink
                }
                Touch {
                    id: area
                    spoken: languages.names[choice.modelData] || choice.modelData
                    onClicked: languages.chosen(choice.modelData)
                }
            }
        }
    }
}
