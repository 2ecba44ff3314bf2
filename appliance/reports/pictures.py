"""The pictures of a report on paper, as SVG: curves over a day or a span, and the heat map of weekday and hour (pure).

They are drawn in dark blue and grey that a black-and-white printer keeps apart, with the typeface of the document.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

import msgspec

WIDTH: Final = 520
HEIGHT: Final = 190
LEFT: Final = 40
RIGHT: Final = 12
TOP: Final = 26
BOTTOM: Final = 26
INK: Final = "#1d3557"
SECOND: Final = "#b04a00"
GREY: Final = "#6b7280"
FAINT: Final = "#e5e7eb"
_NICE: Final = (1, 2, 2.5, 5, 10)


class Line(msgspec.Struct, frozen=True):
    """One curve: its name (empty if it is the only one) and its values; None where there is none."""

    name: str
    values: tuple[float | None, ...]


def curve(title: str, unit: str, labels: Sequence[str], lines: Sequence[Line], width: int = WIDTH) -> str:
    """Return curves over time.

    Args:
        title: above them.
        unit: of their values.
        labels: below, one a value; so many are shown as have room.
        lines: at most two, each with as many values as there are labels.
        width: of the picture.
    """
    plot = _Plot(title, unit, labels, lines, width)
    drawn = [
        plot.lines(line, color, dash) for line, color, dash in zip(lines, (INK, SECOND), ("", "5 3"), strict=False)
    ]
    return plot.framed([*([plot.area(lines[0])] if len(lines) == 1 else []), *drawn, plot.legend()])


def bars(title: str, unit: str, labels: Sequence[str], values: Sequence[float], width: int = WIDTH) -> str:
    """Return bars over time; the arguments are those of ``curve``."""
    plot = _Plot(title, unit, labels, [Line("", tuple(values))], width)
    return plot.framed([plot.bars(values)])


def heat(title: str, rows: Sequence[str], columns: Sequence[str], values: dict[tuple[int, int], float | None]) -> str:
    """Return a heat map: the darker, the more; each field says its value.

    Args:
        title: above it.
        rows: names of them.
        columns: names of them.
        values: by the places of row and column.
    """
    width, side = WIDTH, 22
    across = (width - 62 - RIGHT) / max(1, len(columns))
    most = max((value for value in values.values() if value), default=0)
    parts = [_text(0, 14, title, size=12, bold=True)]
    for place, name in enumerate(columns):
        parts.append(_text(62 + across * (place + 0.5), 34, name, size=9, anchor="middle", color=GREY))
    for row, name in enumerate(rows):
        top = 40 + row * side
        parts.append(_text(56, top + 15, name, size=10, anchor="end"))
        for column in range(len(columns)):
            value = values.get((row, column))
            left = 62 + across * column
            share = (value or 0) / most if most else 0
            fill = "#ffffff" if value is None else _shade(share)
            parts.append(
                f'<rect x="{left:.1f}" y="{top}" width="{across - 1:.1f}" height="{side - 1}" '
                f'fill="{fill}" stroke="{FAINT}"/>'
            )
            if value is not None:
                ink = "#ffffff" if share > 0.5 else "#111827"
                parts.append(_text(left + across / 2, top + 15, f"{value:.0f}", size=9, anchor="middle", color=ink))
    return _svg(width, 44 + len(rows) * side, parts)


class _Plot:
    def __init__(self, title: str, unit: str, labels: Sequence[str], lines: Sequence[Line], width: int) -> None:
        self._title, self._unit, self._labels, self._lines, self._width = title, unit, labels, lines, width
        most = max((value for line in lines for value in line.values if value is not None), default=0)
        self._step = _step(most)
        self._most = max(self._step, math.ceil(most / self._step) * self._step)

    def x(self, place: float) -> float:
        room = self._width - LEFT - RIGHT
        return LEFT + room * (place + 0.5) / max(1, len(self._labels))

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self._most

    def lines(self, line: Line, color: str, dash: str) -> str:
        runs: list[list[str]] = [[]]
        for place, value in enumerate(line.values):
            if value is None:
                runs.append([])
            else:
                runs[-1].append(f"{self.x(place):.1f},{self.y(value):.1f}")
        style = f'fill="none" stroke="{color}" stroke-width="1.8" stroke-linejoin="round"'
        style += f' stroke-dasharray="{dash}"' if dash else ""
        drawn = []
        for run in runs:
            if len(run) == 1:
                x, y = run[0].split(",")
                drawn.append(f'<circle cx="{x}" cy="{y}" r="2.2" fill="{color}"/>')
            elif run:
                drawn.append(f'<polyline points="{" ".join(run)}" {style}/>')
        return "".join(drawn)

    def area(self, line: Line) -> str:
        points = [f"{self.x(place):.1f},{self.y(value or 0):.1f}" for place, value in enumerate(line.values)]
        if len(points) < 2:
            return ""
        foot = f"{self.x(len(points) - 1):.1f},{self.y(0):.1f} {self.x(0):.1f},{self.y(0):.1f}"
        return f'<polygon points="{" ".join(points)} {foot}" fill="{INK}" fill-opacity="0.12"/>'

    def bars(self, values: Sequence[float]) -> str:
        across = (self._width - LEFT - RIGHT) / max(1, len(values)) * 0.7
        return "".join(
            f'<rect x="{self.x(place) - across / 2:.1f}" y="{self.y(value):.1f}" width="{across:.1f}" '
            f'height="{self.y(0) - self.y(value):.1f}" fill="{INK}"/>'
            for place, value in enumerate(values)
        )

    def legend(self) -> str:
        if len(self._lines) < 2:
            return ""
        parts, left = [], LEFT
        for line, color in zip(self._lines, (INK, SECOND), strict=False):
            parts.append(f'<rect x="{left}" y="{TOP - 6}" width="12" height="3" fill="{color}"/>')
            parts.append(_text(left + 16, TOP - 1, line.name, size=9))
            left += 30 + 6 * len(line.name)
        return "".join(parts)

    def framed(self, drawn: Sequence[str]) -> str:
        parts = [_text(0, 12, self._title, size=12, bold=True)]
        parts.append(_text(self._width - RIGHT, 12, self._unit, size=9, anchor="end", color=GREY))
        value = 0.0
        while value <= self._most + 1e-9:
            y = self.y(value)
            parts.append(f'<line x1="{LEFT}" x2="{self._width - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{FAINT}"/>')
            parts.append(_text(LEFT - 5, y + 3, f"{value:g}", size=9, anchor="end", color=GREY))
            value += self._step
        longest = max((len(label) for label in self._labels), default=1)
        room = max(1, int((self._width - LEFT - RIGHT) // (longest * 5.5 + 10)))
        every = max(1, -(-len(self._labels) // room))
        shown = range(0, len(self._labels), every)
        parts += [
            _text(self.x(place), HEIGHT - 8, self._labels[place], size=9, anchor="middle", color=GREY)
            for place in shown
        ]
        return _svg(self._width, HEIGHT, [*parts, *drawn])


def _step(most: float) -> float:
    """Return a round step that makes three to five of ``most``."""
    if most <= 4:
        return 1
    power = 10.0 ** math.floor(math.log10(most / 4))
    return next(nice * power for nice in _NICE if nice * power >= most / 5)


def _shade(share: float) -> str:
    light, dark = (235, 241, 248), (29, 53, 87)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(light, dark, strict=True))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _text(
    x: float, y: float, text: str, *, size: int, anchor: str = "start", color: str = "#111827", bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    look = f'font-size="{size}" text-anchor="{anchor}" fill="{color}"{weight}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(text)}</text>'


def _svg(width: int, height: int, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'{head} font-family="Noto Sans, sans-serif">{"".join(parts)}</svg>'
