// Kawung, an old Javanese batik figure: four kernels around a point, repeated. Ours is drawn here, as one faint texture.
import QtQuick

Image {
    property real tile: 120 * Theme.unit

    source: Qt.resolvedUrl("kawung.svg")
    sourceSize: Qt.size(tile, tile)
    fillMode: Image.Tile
    horizontalAlignment: Image.AlignLeft
    verticalAlignment: Image.AlignTop
    opacity: Theme.highContrast ? 0 : 0.055
}
