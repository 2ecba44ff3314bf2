"""What every picture of a screen must satisfy: texts whole, on the glass, apart, large enough and dark enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from PIL import Image

PLENTY: Final = 4.5
"""Contrast of ordinary text (WCAG 2.2, 1.4.3)."""
LARGE: Final = 3.0
LARGE_PIXELS: Final = 40
"""From here on text is large on every screen we have: more than 24 px, or 18.7 px in bold, whatever the density."""
FADING: Final = 0.99
SLACK: Final = 1.5
"""Pixels that rounding may take."""
SHORTENED: Final = {"board-service-name", "elided"}
"""Texts that may end in an ellipsis when a name is longer than any we know: the kiosk has it in full."""
Item = dict[str, Any]
Color = tuple[int, int, int]


class Standard(msgspec.Struct, frozen=True):
    """What a picture must satisfy, in pixels.

    ``type``: the smallest allowed; ``touch``: the shortest side of a control; ``contrast``: of ordinary text, and of
    large text too if it is more than usual; ``controls_below``: no control may begin above.
    """

    type: float
    touch: float = 0.0
    contrast: float = PLENTY
    controls_below: float = 0.0


def problems(image: Image.Image, items: list[Item], standard: Standard) -> Iterator[str]:
    """Return what is wrong with one screen, as sentences.

    Args:
        image: the picture.
        items: what the driver listed at the same time.
        standard: what is expected.
    """
    rgb = image.convert("RGB")
    written = [item for item in items if item.get("text") and item["ink"]["w"] > 0]
    for item in written:
        yield from _whole(item, rgb.width, rgb.height)
        if item["pixels"] < standard.type - 1:
            yield f"{item['text']!r} is {item['pixels']} px high; {standard.type:.0f} is the least"
        if item["enabled"] and item["opacity"] > FADING:
            yield from _contrast(rgb, item, standard.contrast)
    yield from _apart(written)
    yield from _on_their_cards(items)
    yield from _clear_of_controls(written, [item for item in items if item["touch"] and item["keys"]])
    for item in items:
        if item["touch"] and item["enabled"]:
            yield from _reachable(item, standard, rgb.width, rgb.height)
    yield from _untangled([item for item in items if item["touch"] and item["keys"]])


def cut_off(items: list[Item], width: float, height: float) -> Iterator[str]:
    """Return which texts of a screen of this size are not whole, or lie over one another, as sentences."""
    written = [item for item in items if item.get("text") and item["ink"]["w"] > 0]
    for item in written:
        yield from _whole(item, width, height)
    yield from _apart(written)
    yield from _on_their_cards(items)
    yield from _clear_of_controls(written, [item for item in items if item["touch"] and item["keys"]])


def _reachable(item: Item, standard: Standard, width: int, height: int) -> Iterator[str]:
    name = item["name"] or item["spoken"]
    if min(item["w"], item["h"]) < standard.touch - SLACK:
        yield f"{name} is {item['w']:.0f} x {item['h']:.0f} px; a finger needs {standard.touch:.0f}"
    if item["y"] < standard.controls_below - SLACK:
        yield f"{name} is {standard.controls_below - item['y']:.0f} px above the lower half"
    right, bottom = item["x"] + item["w"], item["y"] + item["h"]
    if item["x"] < -SLACK or item["y"] < -SLACK or right > width + SLACK or bottom > height + SLACK:
        yield f"{name} leaves the screen"


def _untangled(controls: list[Item]) -> Iterator[str]:
    for at, one in enumerate(controls):
        for other in controls[at + 1 :]:
            across = min(one["x"] + one["w"], other["x"] + other["w"]) - max(one["x"], other["x"])
            down = min(one["y"] + one["h"], other["y"] + other["h"]) - max(one["y"], other["y"])
            if across > SLACK and down > SLACK:
                yield f"the controls {one['name'] or one['spoken']} and {other['name'] or other['spoken']} overlap"


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    linear = [v / 12.92 if (v := c / 255) <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _whole(item: Item, width: float, height: float) -> Iterator[str]:
    text, ink = item["text"], item["ink"]
    if item["truncated"] and item["name"] not in SHORTENED:
        yield f"{text!r} is cut short"
    if item["painted"][0] > item["size"][0] + SLACK:
        yield f"{text!r} is wider than its place ({item['painted'][0]:.0f} in {item['size'][0]:.0f} px)"
    if (
        ink["x"] < -SLACK
        or ink["y"] < -SLACK
        or ink["x"] + ink["w"] > width + SLACK
        or ink["y"] + ink["h"] > height + SLACK
    ):
        yield f"{text!r} leaves the screen"


def _contrast(image: Image.Image, item: Item, wanted_ratio: float) -> Iterator[str]:
    ink = item["ink"]
    box = (
        max(0, int(ink["x"])),
        max(0, int(ink["y"])),
        min(image.width, int(ink["x"] + ink["w"]) + 1),
        min(image.height, int(ink["y"] + ink["h"]) + 1),
    )
    if box[2] <= box[0] or box[3] <= box[1]:
        return
    crop = image.crop(box)
    colors = crop.getcolors(crop.width * crop.height) or []
    said = item["color"].lstrip("#")[-6:]
    wanted = (int(said[0:2], 16), int(said[2:4], 16), int(said[4:6], 16))
    ranked: list[Color] = [color for _, color in sorted(colors, reverse=True)]  # type: ignore[misc]  # RGB pixels
    behind = next((color for color in ranked if _distance(color, wanted) > 60), None)
    shown = min(ranked, key=lambda color: _distance(color, wanted))
    if behind is None or _distance(shown, wanted) > 90:
        yield f"{item['text']!r} cannot be seen"
        return
    ratio = contrast(shown, behind)
    least = LARGE if item["pixels"] >= LARGE_PIXELS and wanted_ratio <= PLENTY else wanted_ratio
    if ratio < least:
        yield f"{item['text']!r} has a contrast of {ratio:.1f}; {least} is the least"


def _apart(written: list[Item]) -> Iterator[str]:
    for at, one in enumerate(written):
        a, (a_top, a_bottom) = one["ink"], _letters(one)
        for other in written[at + 1 :]:
            b, (b_top, b_bottom) = other["ink"], _letters(other)
            across = min(a["x"] + a["w"], b["x"] + b["w"]) - max(a["x"], b["x"])
            down = min(a_bottom, b_bottom) - max(a_top, b_top)
            if across > SLACK and down > SLACK:
                yield f"{one['text']!r} and {other['text']!r} overlap"


def _on_their_cards(items: list[Item]) -> Iterator[str]:
    """Tell what leaves a surface that it is drawn on."""
    for item in items:
        box = _seen(item)
        for card in item.get("cards", []) if item["w"] > 0 else []:
            beside = max(card["x"] - box["x"], box["x"] + box["w"] - card["x"] - card["w"])
            beyond = max(card["y"] - box["y"], box["y"] + box["h"] - card["y"] - card["h"])
            if max(beside, beyond) > SLACK and not _of_control(item, card):
                yield f"{_called(item)} leaves its card by {max(beside, beyond):.0f} px"
                break


def _of_control(item: Item, card: Item) -> bool:
    """Tell whether this is the surface that is itself the control."""
    return bool(item["touch"]) and all(abs(item[side] - card[side]) <= SLACK for side in ("x", "y", "w", "h"))


def _clear_of_controls(written: list[Item], controls: list[Item]) -> Iterator[str]:
    """Tell which texts touch a control that they are no part of."""
    for item in written:
        box = _seen(item)
        for control in controls:
            across = min(box["x"] + box["w"], control["x"] + control["w"]) - max(box["x"], control["x"])
            down = min(box["y"] + box["h"], control["y"] + control["h"]) - max(box["y"], control["y"])
            if across > SLACK and down > SLACK and control["within"][0] not in item["within"]:
                yield f"{item['text']!r} touches the control {_called(control)}"


def _called(item: Item) -> str:
    return repr(item["text"]) if item.get("text") else item["name"] or item.get("spoken") or "an icon"


def _seen(item: Item) -> Item:
    """Return where something is: of a text, its letters."""
    if not item.get("text"):
        return item
    top, bottom = _letters(item)
    return {"x": item["ink"]["x"], "y": top, "w": item["ink"]["w"], "h": bottom - top}


def _letters(item: Item) -> tuple[float, float]:
    """Return where letters begin and end: a line of Noto Sans is 1.36 em high, 0.3 em of it above its capitals."""
    ink, em = item["ink"], item["pixels"]
    below = 0.05 if set(item["text"]) & set("gjpqy,;()QJ") else 0.27
    return ink["y"] + 0.3 * em, ink["y"] + ink["h"] - below * em


def _distance(one: Color, other: Color) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
