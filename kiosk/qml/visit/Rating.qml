// One question about the service: four faces, or what may be answered about oneself.
import QtQuick
import Giliran

Item {
    id: rating

    readonly property int count: ui.rateOptions.length
    // Faces stand side by side where there is width for them, else below each other with their words beside.
    readonly property bool wide: width > 1.25 * area.height
    readonly property int columns: wide ? (count > 4 && area.height > 2 * Theme.finger + gap ? 3 : count) : (count > 4 && width > 6 * Theme.touch ? 2 : 1)
    readonly property int rows: Math.ceil(count / columns)
    readonly property real gap: Theme.gap

    Column {
        id: words
        width: parent.width
        spacing: 4 * Theme.unit

        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.busy ? tr.rate_wait : ui.rateStep
            font.pixelSize: Theme.small
            color: Theme.inkSoft
        }
        Label {
            objectName: "question"
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: ui.rateQuestion
            font.pixelSize: Theme.large ? Theme.lead : Theme.title
            font.bold: true
            lineHeight: 0.9
            wrapMode: Text.Wrap
        }
    }

    Item {
        id: area
        readonly property real upper: words.height + 14 * Theme.unit
        y: Theme.low ? Math.max(upper, Theme.halfway) : upper
        width: parent.width
        height: parent.height - y

        Repeater {
            model: ui.rateOptions

            Rectangle {
                id: choice
                required property int index
                required property var modelData
                readonly property bool chosen: ui.rateAnswer === modelData.value
                readonly property bool beside: !rating.wide || !ui.rateFaces
                readonly property real face: ui.rateFaces ? Math.min(height * (beside ? 0.7 : 0.5), width * 0.5, 130 * Theme.unit) : 0
                objectName: "answer-" + modelData.value
                enabled: !ui.busy
                width: (area.width - (rating.columns - 1) * rating.gap) / rating.columns
                height: Math.min((area.height - (rating.rows - 1) * rating.gap) / rating.rows, (ui.rateFaces && rating.wide ? 3.2 : 1.6) * Theme.touch)
                x: (index % rating.columns) * (width + rating.gap)
                y: Math.floor(index / rating.columns) * (height + rating.gap)
                radius: Theme.radius
                color: area_.down || chosen ? Theme.accentSoft : Theme.surface
                border.width: Math.max(1, (area_.down || chosen ? 3 : 1.5) * Theme.unit)
                border.color: area_.down || chosen ? Theme.accent : Theme.line

                Icon {
                    visible: ui.rateFaces
                    name: visible ? "face" + choice.modelData.value : ""
                    size: choice.face
                    weight: 1.6
                    color: Theme.accent
                    x: choice.beside ? 24 * Theme.unit : (parent.width - width) / 2
                    y: choice.beside ? (parent.height - height) / 2 : parent.height * 0.12
                }
                Label {
                    x: choice.beside ? (ui.rateFaces ? choice.face + 44 * Theme.unit : 12 * Theme.unit) : 8 * Theme.unit
                    y: choice.beside ? 0 : parent.height * 0.16 + choice.face
                    width: parent.width - x - 8 * Theme.unit
                    height: parent.height - y - 4 * Theme.unit
                    horizontalAlignment: choice.beside && ui.rateFaces ? Text.AlignLeft : Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    text: choice.modelData.label
                    font.pixelSize: Theme.body
                    font.bold: true
                    fontSizeMode: Text.Fit
                    minimumPixelSize: 18 * Theme.unit
                    lineHeight: 0.9
                    wrapMode: Text.Wrap
                }
                Touch {
                    id: area_
                    radius: choice.radius
                    spoken: choice.modelData.label
                    onClicked: act.answerRate(choice.modelData.value)
                }
            }
        }
    }
}
