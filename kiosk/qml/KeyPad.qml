// Signs to type with a finger. Each key is as large as a finger needs: where not all fit, a few stand behind one key.
import QtQuick
import Giliran

Item {
    id: pad

    property bool letters: true
    property bool digitsOnly: false
    // Several pages: somebody outside has to offer the switch.
    readonly property bool switched: !digitsOnly && !bunched && places < 37
    readonly property real gap: 6 * Theme.unit
    readonly property int mostColumns: Math.floor((width + gap) / (Theme.finger + gap))
    readonly property int mostRows: Math.floor((height + gap) / (Theme.finger + gap))
    readonly property int places: mostColumns * mostRows
    readonly property bool bunched: places < (digitsOnly ? 11 : 27)
    property string bunch: ""
    readonly property var bunches: digitsOnly ? ["123", "456", "789", "0"] : ["ABCDE", "FGHIJ", "KLMNO", "PQRST", "UVWXYZ", "01234", "56789"]
    readonly property var figures: "1234567890".split("")
    readonly property var signs: {
        const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("")
        if (bunched)
            return bunch === "" ? bunches : bunch.split("")
        if (digitsOnly)
            return figures
        return switched ? (letters ? alphabet : figures) : alphabet.concat(figures)
    }
    // Digits stand as on a telephone where there is height for it.
    readonly property bool telephone: digitsOnly && mostRows >= 4
    readonly property var cells: telephone ? figures.slice(0, 9).concat("", "0") : signs.concat("")
    readonly property int rows: telephone ? 4 : digitsOnly && !bunched ? Math.min(2, mostRows) : Math.max(1, Math.min(mostRows, Math.ceil(cells.length / Math.min(mostColumns, width > 1.6 * height ? 12 : 7))))
    readonly property int columns: telephone ? 3 : Math.ceil(cells.length / rows)
    readonly property real keyWidth: Math.min((width - (columns - 1) * gap) / columns, 2.2 * Theme.touch)
    readonly property real keyHeight: Math.min((height - (rows - 1) * gap) / rows, 1.5 * Theme.touch)

    signal typed(string sign)
    signal erased

    onBunchedChanged: bunch = ""

    // The keys may be others afterwards: nothing of the one that was pressed is looked at any more.
    function press(sign) {
        if (sign.length > 1) {
            bunch = sign
            return
        }
        const erases = sign === "" && bunch === ""
        bunch = ""
        if (sign !== "")
            typed(sign)
        else if (erases)
            erased()
    }

    Repeater {
        model: pad.cells

        Rectangle {
            id: key
            required property int index
            required property string modelData
            readonly property bool erases: modelData === ""
            objectName: erases ? "key-erase" : "key-" + modelData
            x: (pad.width - pad.columns * (pad.keyWidth + pad.gap) + pad.gap) / 2 + (index % pad.columns) * (pad.keyWidth + pad.gap)
            y: (pad.height - pad.rows * (pad.keyHeight + pad.gap) + pad.gap) + Math.floor(index / pad.columns) * (pad.keyHeight + pad.gap)
            width: pad.keyWidth
            height: pad.keyHeight
            radius: Theme.radius * 0.7
            color: area.down ? Theme.accentSoft : erases ? Theme.sunk : Theme.surface
            border.width: Math.max(1, (area.down ? 3 : 1) * Theme.unit)
            border.color: area.down ? Theme.accent : Theme.line

            Label {
                anchors.centerIn: parent
                visible: !key.erases
                width: parent.width - 4 * Theme.unit
                horizontalAlignment: Text.AlignHCenter
                text: key.modelData.length > 3 ? key.modelData.slice(0, 3) + "\n" + key.modelData.slice(3) : key.modelData
                font.pixelSize: key.modelData.length > 1 ? Theme.small : Math.min(Theme.title, pad.keyHeight * 0.7, pad.keyWidth * 0.8)
                font.bold: true
                lineHeight: 0.86
            }
            Icon {
                anchors.centerIn: parent
                visible: key.erases
                name: "erase"
                size: 42 * Theme.unit
            }
            Touch {
                id: area
                radius: key.radius
                spoken: key.erases ? tr.erase : key.modelData
                onClicked: pad.press(key.modelData)
            }
        }
    }
}
