// The calls before this one, for whoever looked away.
import QtQuick
import Giliran

Row {
    id: calls

    property real v: 10
    property real small: 40
    property int most: 3
    property color ink: look.overBrand
    property color inkSoft: look.overBrandSoft
    readonly property int count: rows.count

    spacing: 2.2 * v

    Repeater {
        id: rows
        model: lastCalls

        Row {
            id: one
            required property int index
            required property var model
            visible: index < calls.most
            spacing: 1.1 * calls.v

            Rectangle {
                visible: one.index > 0
                anchors.verticalCenter: parent.verticalCenter
                width: Math.max(1, 0.2 * calls.v)
                height: 4.4 * calls.v
                color: calls.inkSoft
                opacity: 0.5
            }
            Item {
                visible: one.index > 0
                width: calls.v
                height: 1
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: one.model.number
                color: calls.ink
                font.pixelSize: 1.12 * calls.small
                font.bold: true
            }
            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: "arrow"
                size: 3.4 * calls.v
                weight: 2.4
                color: calls.inkSoft
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                objectName: "elided"
                width: Math.min(implicitWidth, 20 * calls.v)
                text: one.model.counter
                color: calls.inkSoft
                font.pixelSize: calls.small
                elide: Text.ElideRight
            }
        }
    }
}
