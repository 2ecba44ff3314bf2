// One service: how long it will take, what to bring, whether priority applies. All at once; or, in large type and with
// low controls, one question after the other.
import QtQuick
import Giliran

Item {
    id: confirm

    readonly property string part: ui.question
    // Of the papers.
    property int page: 0
    readonly property int pageCount: papers.alone ? items.places.pages : 1
    readonly property bool all: part === ""
    readonly property bool split: all && !Theme.portrait && ui.bring.length > 0
    readonly property real half: split ? (width - Theme.gap) * 0.55 : width

    onPartChanged: page = 0
    onPageCountChanged: page = Math.min(page, pageCount - 1)

    // -- the service -----------------------------------------------------------------------------------------------

    Card {
        id: facts
        visible: confirm.all || confirm.part === "take"
        width: confirm.half
        height: !confirm.all ? (Theme.portrait ? Math.min(parent.height, Math.max(parent.height * 0.5, lines.height + 40 * Theme.unit)) : parent.height)
            : Theme.portrait ? Math.min(parent.height * 0.32, 300 * Theme.unit) : parent.height - question.height - Theme.gap

        Column {
            id: lines
            x: 24 * Theme.unit
            width: parent.width - 2 * x - (phone.visible ? phone.width + Theme.gap : 0)
            anchors.verticalCenter: parent.verticalCenter
            // A telephone number is one line more.
            readonly property bool full: confirm.all && ui.phoneTo !== ""
            spacing: (full ? 3 : 8) * Theme.unit

            Row {
                width: parent.width
                spacing: 18 * Theme.unit
                bottomPadding: (lines.full ? 3 : 10) * Theme.unit

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
                model: [
                    { "icon": "people", "text": ui.ahead },
                    { "icon": "clock", "text": ui.wait },
                    { "icon": "phone", "text": phone.visible ? "" : ui.phoneTo },
                    { "icon": "care", "text": !confirm.all && ui.priority ? tr.priority_mark : "" }
                ]

                Row {
                    id: line
                    required property var modelData
                    visible: modelData.text !== ""
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

    // Of the row below, large type leaves no room for a second way on.
    BigButton {
        id: phone
        objectName: "phone"
        visible: confirm.part === "take" && ui.asksPhone && !Theme.portrait
        anchors.right: facts.right
        anchors.bottom: facts.bottom
        anchors.margins: 18 * Theme.unit
        enabled: !ui.busy
        icon: "phone"
        label: ui.phone === "" ? tr.phone_button : ui.phone
        pixels: Theme.small
        onClicked: act.openPhone()
    }

    // -- the papers ------------------------------------------------------------------------------------------------

    Card {
        id: papers
        readonly property bool alone: confirm.part === "papers"
        // More than fits here: the whole card opens the list.
        readonly property bool opens: !alone && ui.bringMore
        visible: alone || (confirm.all && ui.bring.length > 0)
        x: alone || Theme.portrait ? 0 : confirm.half + Theme.gap
        y: !alone && Theme.portrait ? facts.height + Theme.gap : 0
        width: alone || Theme.portrait ? parent.width : parent.width - x
        height: alone ? (Theme.portrait ? Math.min(parent.height, list.height + 60 * Theme.unit) : parent.height)
            : Theme.portrait ? Math.min(parent.height - facts.height - question.height - 2 * Theme.gap, list.height + 40 * Theme.unit)
            : facts.height
        color: area.down ? Theme.accentSoft : Theme.sunSoft
        border.color: opens ? Theme.accent : Theme.highContrast ? Theme.line : "#f0dca6"

        Column {
            id: list
            x: 24 * Theme.unit
            y: papers.alone ? 10 * Theme.unit : 14 * Theme.unit
            width: parent.width - 2 * x
            spacing: Theme.unit

            Label {
                id: asked
                width: parent.width
                text: tr.bring_question
                font.pixelSize: papers.alone ? Theme.lead : Theme.body
                font.bold: true
                lineHeight: lineCount > 1 ? 0.9 : 1
                wrapMode: Text.Wrap
                bottomPadding: 3 * Theme.unit
            }
            // In columns and pages, as many as it takes: nobody is asked for a paper that they cannot read of.
            Item {
                id: items
                // A sentence takes the whole width.
                readonly property bool short: ui.bring.every(paper => paper.length <= 90)
                readonly property int columns: papers.alone && !Theme.portrait && short && ui.bring.length > 5 ? 2 : 1
                readonly property real column: (width - (columns - 1) * 20 * Theme.unit) / columns
                readonly property real room: confirm.height - asked.height - 2 * list.y - Theme.unit
                readonly property var places: arrange(repeated.count)
                width: parent.width
                height: places.height

                function arrange(count) {
                    const found = []
                    let page = 0, at = 0, y = 0, height = 0
                    for (let index = 0; index < count; index++) {
                        const high = repeated.itemAt(index) ? repeated.itemAt(index).height : 0
                        if (papers.alone && y > 0 && y + high > room) {
                            y = 0
                            at += 1
                            if (at === columns) {
                                at = 0
                                page += 1
                            }
                        }
                        found.push({ "page": page, "x": at * (column + 20 * Theme.unit), "y": y })
                        height = Math.max(height, y + high)
                        y += high + Theme.unit
                    }
                    return { "items": found, "pages": page + 1, "height": height }
                }

                Repeater {
                    id: repeated
                    model: ui.bring

                    Row {
                        id: paper
                        required property string modelData
                        required property int index
                        readonly property var place: items.places.items[index] || { "page": 0, "x": 0, "y": 0 }
                        readonly property bool more: papers.opens && index === repeated.count - 1
                        visible: place.page === confirm.page
                        x: place.x
                        y: place.y
                        spacing: 12 * Theme.unit

                        Icon {
                            y: (item.firstLine - height) / 2
                            name: paper.more ? "next" : "box"
                            size: 26 * Theme.type
                            color: paper.more ? Theme.accent : Theme.ink
                        }
                        Label {
                            id: item
                            readonly property real firstLine: contentHeight / Math.max(1, lineCount)
                            width: items.column - 14 * Theme.unit - 26 * Theme.type
                            text: paper.modelData
                            font.pixelSize: Theme.small
                            font.bold: paper.more
                            color: paper.more ? Theme.accent : Theme.ink
                            wrapMode: Text.Wrap
                            lineHeight: ui.bring.length > 5 || text.length * font.pixelSize * 0.56 > width ? 0.9 : 1
                        }
                    }
                }
            }
            Label {
                visible: papers.alone && confirm.pageCount === 1 && items.height + height < items.room
                width: parent.width
                topPadding: 8 * Theme.unit
                text: tr.bring_hint
                font.pixelSize: Theme.small
                color: Theme.inkSoft
                wrapMode: Text.Wrap
            }
        }
        Touch {
            id: area
            objectName: "papers"
            visible: papers.opens
            spoken: papers.opens ? ui.bring[ui.bring.length - 1] : ""
            onClicked: act.openPapers()
        }
    }

    // -- priority --------------------------------------------------------------------------------------------------

    Card {
        id: question
        readonly property bool alone: confirm.part === "priority"
        visible: alone || confirm.all
        anchors.bottom: parent.bottom
        width: parent.width
        height: alone ? parent.height
            : Theme.touch + 2 * 10 * Theme.unit + (Theme.portrait ? who.height + 16 * Theme.unit : 0)
        color: Theme.surface

        Icon {
            id: care
            x: 24 * Theme.unit
            y: (question.alone ? who.y + 26 * Theme.type : Theme.portrait ? who.height / 2 + 14 * Theme.unit : parent.height / 2) - height / 2
            name: "care"
            size: (question.alone ? 52 : 40) * Theme.unit
            color: Theme.accent
        }
        Column {
            id: who
            anchors.left: care.right
            anchors.leftMargin: 16 * Theme.unit
            anchors.right: Theme.portrait || question.alone ? parent.right : choices.left
            anchors.rightMargin: Theme.gap
            y: question.alone ? Math.max(12 * Theme.unit, (choices.y - height) / 2) : Theme.portrait ? 14 * Theme.unit : (parent.height - height) / 2

            Label {
                id: asks
                width: parent.width
                text: tr.priority
                font.pixelSize: question.alone ? Theme.lead : Theme.body
                font.bold: true
                lineHeight: 0.9
            }
            Label {
                id: whom
                width: parent.width
                text: tr.priority_who
                font.pixelSize: Theme.small
                color: Theme.inkSoft
                lineHeight: 0.92
                wrapMode: Text.Wrap
                maximumLineCount: question.alone || Theme.portrait ? 4 : 2
                elide: Text.ElideRight
            }
            Label {
                // It is a comfort; the question and its answers come first.
                visible: Theme.portrait || (question.alone && asks.height + whom.height + implicitHeight + 16 * Theme.unit <= choices.y)
                width: parent.width
                text: tr.priority_hint
                font.pixelSize: Theme.small
                color: Theme.inkSoft
                lineHeight: 0.92
                wrapMode: Text.Wrap
            }
        }
        Row {
            id: choices
            readonly property real margin: (question.alone ? 18 : 10) * Theme.unit
            anchors.right: parent.right
            anchors.rightMargin: margin
            y: parent.height - height - margin
            spacing: margin

            Repeater {
                model: [{ "name": "priority-no", "on": false }, { "name": "priority-yes", "on": true }]

                BigButton {
                    required property var modelData
                    readonly property bool chosen: ui.priority === modelData.on && !question.alone
                    objectName: modelData.name
                    kind: chosen ? "main" : "quiet"
                    leads: false
                    icon: chosen ? "check" : ""
                    label: modelData.on ? tr.yes : tr.no
                    spoken: tr.priority + " " + label
                    pixels: question.alone ? Theme.lead : Theme.body
                    width: question.alone || Theme.portrait ? (question.width - 3 * choices.margin) / 2 : Math.max(1.45 * Theme.touch, 160 * Theme.unit)
                    enabled: !ui.busy
                    onClicked: act.setPriority(modelData.on)
                }
            }
        }
    }
}
