// One service: how long it will take, what to bring, whether priority applies.
import QtQuick
import Giliran

Item {
    id: confirm

    readonly property bool split: !Theme.portrait && ui.bring.length > 0
    readonly property real half: split ? (width - Theme.gap) * 0.55 : width

    Card {
        id: facts
        width: confirm.half
        height: Theme.portrait ? Math.min(parent.height * 0.36, 300 * Theme.unit) : parent.height - question.height - Theme.gap

        Column {
            id: lines
            x: 24 * Theme.unit
            width: parent.width - 2 * x
            anchors.verticalCenter: parent.verticalCenter
            spacing: 8 * Theme.unit

            Row {
                width: parent.width
                spacing: 18 * Theme.unit
                bottomPadding: 10 * Theme.unit

                PrefixMark {
                    id: mark
                    size: 70 * Theme.unit
                    prefix: ui.prefix
                }
                Label {
                    anchors.verticalCenter: mark.verticalCenter
                    width: parent.width - mark.width - parent.spacing
                    text: ui.service
                    font.pixelSize: text.length > 40 ? Theme.small : text.length > 22 ? Theme.body : Theme.lead
                    font.bold: true
                    lineHeight: 0.9
                    wrapMode: Text.Wrap
                    maximumLineCount: 3
                    elide: Text.ElideRight
                }
            }
            Repeater {
                model: [{ "icon": "people", "text": ui.ahead }, { "icon": "clock", "text": ui.wait }]

                Row {
                    id: line
                    required property var modelData
                    spacing: 16 * Theme.unit

                    Icon {
                        y: (words.firstLine - height) / 2
                        name: line.modelData.icon
                        color: Theme.accent
                        size: 36 * Theme.unit
                    }
                    Label {
                        id: words
                        readonly property real firstLine: contentHeight / Math.max(1, lineCount)
                        width: lines.width - 52 * Theme.unit
                        text: line.modelData.text
                        font.pixelSize: text.length > 30 ? Theme.small : Theme.body
                        lineHeight: 0.9
                        wrapMode: Text.Wrap
                        maximumLineCount: 2
                        elide: Text.ElideRight
                    }
                }
            }
        }
    }

    Card {
        id: papers
        visible: ui.bring.length > 0
        x: Theme.portrait ? 0 : confirm.half + Theme.gap
        y: Theme.portrait ? facts.height + Theme.gap : 0
        width: Theme.portrait ? parent.width : parent.width - x
        height: Theme.portrait ? Math.min(parent.height - facts.height - question.height - 2 * Theme.gap, list.height + 40 * Theme.unit)
            : facts.height
        color: Theme.sunSoft
        border.color: Theme.highContrast ? Theme.line : "#f0dca6"

        Column {
            id: list
            x: 24 * Theme.unit
            y: 16 * Theme.unit
            width: parent.width - 2 * x
            spacing: Theme.unit

            Label {
                width: parent.width
                text: tr.bring
                font.pixelSize: Theme.small
                font.bold: true
                elide: Text.ElideRight
                bottomPadding: 3 * Theme.unit
            }
            Repeater {
                model: ui.bring

                Row {
                    id: paper
                    required property string modelData
                    spacing: 12 * Theme.unit

                    Icon {
                        y: 4 * Theme.unit
                        name: "box"
                        size: 26 * Theme.unit
                    }
                    Label {
                        width: list.width - 38 * Theme.unit
                        text: paper.modelData
                        font.pixelSize: Theme.small
                        wrapMode: Text.Wrap
                        lineHeight: text.length * font.pixelSize * 0.56 > width ? 0.9 : 1
                    }
                }
            }
        }
    }

    Card {
        id: question
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.touch + 2 * 10 * Theme.unit + (Theme.portrait ? who.height + 16 * Theme.unit : 0)
        color: Theme.surface

        Icon {
            id: care
            x: 24 * Theme.unit
            y: (Theme.portrait ? who.height / 2 + 14 * Theme.unit : parent.height / 2) - height / 2
            name: "care"
            size: 40 * Theme.unit
            color: Theme.accent
        }
        Column {
            id: who
            anchors.left: care.right
            anchors.leftMargin: 16 * Theme.unit
            anchors.right: Theme.portrait ? parent.right : choices.left
            anchors.rightMargin: Theme.gap
            y: Theme.portrait ? 14 * Theme.unit : (parent.height - height) / 2

            Label {
                width: parent.width
                text: tr.priority
                font.bold: true
                lineHeight: 0.9
            }
            Label {
                width: parent.width
                text: tr.priority_who
                font.pixelSize: Theme.small
                color: Theme.inkSoft
                lineHeight: 0.92
                wrapMode: Text.Wrap
                maximumLineCount: Theme.portrait ? 3 : 2
                elide: Text.ElideRight
            }
        }
        Row {
            id: choices
            anchors.right: parent.right
            anchors.rightMargin: 10 * Theme.unit
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 10 * Theme.unit
            spacing: 10 * Theme.unit

            Repeater {
                model: [{ "name": "priority-no", "on": false }, { "name": "priority-yes", "on": true }]

                BigButton {
                    required property var modelData
                    readonly property bool chosen: ui.priority === modelData.on
                    objectName: modelData.name
                    kind: chosen ? "main" : "quiet"
                    icon: chosen ? "check" : ""
                    label: modelData.on ? tr.yes : tr.no
                    width: Theme.portrait ? (question.width - 30 * Theme.unit) / 2 : 1.45 * Theme.touch
                    enabled: !ui.busy
                    onClicked: act.setPriority(modelData.on)
                }
            }
        }
    }
}
