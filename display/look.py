"""An office's own colours, logo and panels (pure): from a few keys to every colour of the board, all readable."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

Color = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")]
Panel = Literal["counters", "services", "last_calls", "running_text", "clock", "date"]
Direction = Literal["right", "left", "up", "down"]
PANELS: Final[tuple[Panel, ...]] = ("counters", "services", "last_calls", "running_text", "clock", "date")
TURNS: Final[dict[Direction, int]] = {"right": 0, "down": 90, "left": 180, "up": 270}
DARK: Final = "#0f2a31"
LIGHT: Final = "#ffffff"
PLENTY: Final = 4.5
LARGE: Final = 3.0
"""Contrast of ordinary and of large text (WCAG 2.2, 1.4.3)."""


class LookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``look``: taken over while the program runs, whenever the file changes."""

    brand: Color = "#0b3b43"
    """Behind the number that is called."""
    highlight: Color = "#f6bd3a"
    """What was called just now."""
    logo: str = ""
    """A picture file, shown beside the office's name."""
    panels: tuple[Panel, ...] = PANELS
    arrows: dict[str, Direction] = {}
    """By a counter's id, where it is as seen from this screen: ``{ c1 = "left" }``. Others point to the right."""

    def __post_init__(self) -> None:
        """Refuse colours that cannot be told apart from across a room."""
        found = contrast(self.brand, self.highlight)
        if found < LARGE:
            raise ValueError(f"brand and highlight are too much alike (contrast {found:.1f}, at least {LARGE:.0f})")


def palette(look: LookSettings, *, high_contrast: bool = False) -> dict[str, Any]:
    """Return every value that the board's look consists of, for QML.

    Args:
        look: the office's wishes.
        high_contrast: no soft tones.
    """
    over = _on(look.brand)
    soft = _mixed(over, look.brand, 0.22)
    readable = contrast(soft, look.brand) >= PLENTY and not high_contrast
    return {
        "brand": look.brand,
        "brandLight": _mixed(look.brand, over, 0.12),
        "overBrand": over,
        "overBrandSoft": soft if readable else over,
        "highlight": look.highlight,
        "overHighlight": _on(look.highlight),
        "logo": look.logo,
        **{panel: panel in look.panels for panel in PANELS},
    }


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _on(ground: str) -> str:
    return max(LIGHT, DARK, key=lambda ink: contrast(ink, ground))


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _mixed(color: str, other: str, share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(_parts(color), _parts(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _luminance(color: str) -> float:
    linear = [v / 12.92 if (v := part / 255) <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for part in _parts(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
