// Text in our type. It knows where its glyphs are, so that pictures of it can be checked for contrast.
import QtQuick

Text {
    readonly property rect paintedBox: Qt.rect(
        horizontalAlignment === Text.AlignRight ? width - paintedWidth
            : horizontalAlignment === Text.AlignHCenter ? (width - paintedWidth) / 2 : 0,
        verticalAlignment === Text.AlignBottom ? height - paintedHeight
            : verticalAlignment === Text.AlignVCenter ? (height - paintedHeight) / 2 : 0,
        paintedWidth, paintedHeight)
    readonly property real effectivePixels: fontInfo.pixelSize

    color: Theme.ink
    font.family: Qt.application.font.family
    font.pixelSize: Theme.body
    textFormat: Text.PlainText
    renderType: Text.QtRendering
}
