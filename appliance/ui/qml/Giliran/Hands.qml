// What all fingers and keys have in common: whether touches count yet, and which control the four keys have reached.
pragma Singleton
import QtQuick

QtObject {
    id: hands

    // The second tap of a double tap must not hit what has just appeared under the finger.
    property bool settling: false
    // The control that the keys have reached; the ring is around it.
    property Item current: null

    signal reached(string spoken)

    // Move the ring by one control within one part of the scene: what leads on first, the others in reading order.
    function move(within, by) {
        const all = []
        collect(within, all)
        if (all.length === 0) {
            current = null
            return
        }
        all.sort((a, b) => b.first - a.first || a.top - b.top || a.left - b.left)
        const at = all.findIndex(one => one.touch === current)
        current = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length].touch
        reached(current.spoken)
    }

    function choose() {
        if (current !== null && current.visible && current.enabled && !settling)
            current.clicked()
    }

    function collect(item, all) {
        for (const child of item.children) {
            if (!child.visible)
                continue
            if (child.isTouch === true && child.byKeys && child.enabled) {
                const at = child.mapToItem(null, 0, 0)
                // Controls of one row need not stand at the same height to the pixel.
                const row = Math.round((at.y + child.height / 2) / Theme.finger * 2)
                all.push({ "touch": child, "first": child.first ? 1 : 0, "top": row, "left": at.x })
            }
            collect(child, all)
        }
    }
}
