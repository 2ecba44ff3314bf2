"""Charts, each described once and drawn as SVG: on screen, in print and in documents (pure).

A drawing stands by itself: its colours are attributes, which a page's style sheet overrules by class (for the dark
theme). Shapes tell series apart as well as colours do (dashes, hatching), and the colours are those that are told apart
with every kind of colour blindness. Its numbers are in the language of the description.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

import msgspec

INKS: Final = ("#0b5c69", "#b3541e", "#5b4a9c")
FILLS: Final = ("#2f8f9d", "#e0a32e", "#8d7cc9")
GRID: Final = "#d9d3c6"
TEXT: Final = "#52666a"
SHADES: Final = ("#eef3f1", "#cfe3e1", "#9cc9c9", "#5ba3a8", "#2b7580", "#0b3b43")
"""From few to many; the last two carry light figures."""
DASHES: Final = ("", "7 4", "2 4")
WIDE: Final = 620
NARROW: Final = 340
HEIGHT: Final = 250
ROW: Final = 12
"""The room around a lying bar; each bar takes as much as a line of text."""
BAR: Final = 16
CELL: Final = 30
TOP: Final = 30
BOTTOM: Final = 42
LEFT: Final = 46
RIGHT: Final = 10
LETTER: Final = 6.4
"""About the width of a letter of 12 px, to leave out labels that would overlap."""
PLAIN: Final[Callable[[float], str]] = "{:g}".format


class Series(msgspec.Struct, frozen=True):
    """Values along a chart's labels; None where there is none.

    ``ranges``: between which ends each value may lie; empty if that is not known.
    """

    name: str
    values: Sequence[float | None]
    ranges: Sequence[tuple[float, float] | None] = ()

    def said(self, place: int, say: Callable[[float], str]) -> str | None:
        """Return the value at one label with its range; None if there is none."""
        value, ends = self.values[place], self.ranges[place] if self.ranges else None
        if value is None:
            return None
        return say(value) + (f" ({say(ends[0])}–{say(ends[1])})" if ends else "")


class Chart(msgspec.Struct, frozen=True):
    """What a chart shows.

    Args:
        kind: ``line``: values along time, the first one filled. ``bar``: standing bars. ``rows``: lying bars, one a
            label, for names. ``range``: from the first series to the second, the first marked. ``heat``: a series is a
            row, labels are its columns.
        title: what it is about.
        labels: along it.
        series: at least one, each with a value for every label.
        x: what the labels are.
        y: what the values are, with their unit.
        source: where they come from.
        links: where each label leads; empty if nowhere.
        say: writes a value.
        limit: a value that is drawn as a line across, such as the promise; with its name.
    """

    kind: Literal["line", "bar", "rows", "range", "heat"]
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    x: str = ""
    y: str = ""
    source: str = ""
    links: Sequence[str] = ()
    say: Callable[[float], str] = PLAIN
    limit: tuple[float, str] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value is not None for series in self.series for value in series.values)

    def told(self, place: int) -> str:
        """Return what stands at one label, for who points at it."""
        values = [(series.name, series.said(place, self.say)) for series in self.series]
        said = [f"{name}: {value}" for name, value in values if value is not None]
        return f"{self.labels[place]} – {'; '.join(said) or '–'}"


def svg(chart: Chart, width: int = WIDE) -> str:
    """Return the drawing of a chart, ``width`` units wide; text in it is 12 units high."""
    height, body = _DRAWN[chart.kind](chart, width)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="Noto Sans, sans-serif" font-size="12" class="plot" aria-hidden="true">'
        f"{''.join(body)}</svg>"
    )


def ticks(most: float, about: int = 4) -> list[float]:
    """Return round values from 0 to at least ``most`` for an axis, about so many; whole ones if they can be."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough - 1e-12)
    if most >= about:
        step = max(1.0, math.ceil(step - 1e-9)) if step < 10 else step
    return [step * place for place in range(math.ceil(most / step - 1e-9) + 1)]


# -- parts ---------------------------------------------------------------------------------------------------------


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(x: float, y: float, said: str, anchor: str = "middle", extra: str = "") -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{TEXT}" class="label"{extra}>{escape(said)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" {look}/>'


def _rect(x: float, y: float, width: float, height: float, look: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(max(height, 0))}" {look}/>'


def _hit(chart: Chart, place: int, x: float, y: float, width: float, height: float) -> str:
    """Return what catches a pointer at a label; without script a browser shows its title."""
    link = f" data-href={quoteattr(chart.links[place])}" if chart.links and chart.links[place] else ""
    title = f"<title>{escape(chart.told(place))}</title>"
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="#000" fill-opacity="0" '
        f'class="hit"{link}>{title}</rect>'
    )


def _legend(chart: Chart, width: int) -> Iterator[str]:
    """Yield the series' names above the drawing, with the shape that each is drawn in; of one, only the unit."""
    taken = sum(len(series.name) * LETTER + 38 for series in chart.series) if len(chart.series) > 1 else 0.0
    if chart.y and taken + len(chart.y) * LETTER < width:  # else whoever shows it says the unit beside the title
        yield _text(2, 14, chart.y, "start")
    if len(chart.series) < 2:
        return
    x = float(width) - 6
    for place in reversed(range(len(chart.series))):
        name = chart.series[place].name
        x -= len(name) * LETTER
        yield _text(x, 14, name, "start")
        x -= 24
        dash = f' stroke-dasharray="{DASHES[place]}"' if DASHES[place] and chart.kind == "line" else ""
        yield _line(x, 10, x + 18, 10, f'stroke="{INKS[place]}" stroke-width="4"{dash} class="ink{place}"')
        x -= 14


class _Frame:
    """The grid of a standing chart: where a value and a label lie."""

    def __init__(self, chart: Chart, width: int) -> None:
        values = [value for series in chart.series for value in series.values if value is not None]
        values += [ends[1] for series in chart.series for ends in series.ranges if ends]
        self.marks = ticks(max([*values, chart.limit[0] if chart.limit else 0.0], default=0.0))
        self.width, self.bottom = width, HEIGHT - BOTTOM
        self.step = (width - LEFT - RIGHT) / max(len(chart.labels), 1)
        self.chart = chart

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - TOP) * value / self.marks[-1]

    def x(self, place: int) -> float:
        """Return the middle of a label."""
        return LEFT + self.step * (place + 0.5)

    def grid(self) -> Iterator[str]:
        yield from _legend(self.chart, self.width)
        for mark in self.marks:
            y = self.y(mark)
            yield _line(LEFT, y, self.width - RIGHT, y, f'stroke="{GRID}" class="grid"')
            yield _text(LEFT - 6, y + 4, self.chart.say(mark), "end")
        room = max((len(label) for label in self.chart.labels), default=1) * LETTER + 8
        every = max(1, math.ceil(room / self.step))
        for place in range(0, len(self.chart.labels), every):
            yield _text(self.x(place), self.bottom + 18, self.chart.labels[place])
        if self.chart.x:
            yield _text(self.width - RIGHT, HEIGHT - 4, self.chart.x, "end")

    def over(self) -> Iterator[str]:
        """Yield what lies over the values: the limit, and what catches a pointer."""
        if self.chart.limit:
            value, name = self.chart.limit
            y = self.y(value)
            yield _line(
                LEFT,
                y,
                self.width - RIGHT,
                y,
                f'stroke="{INKS[1]}" stroke-width="2" stroke-dasharray="3 3" class="ink1"',
            )
            yield _text(self.width - RIGHT, y - 5, name, "end")
        for place in range(len(self.chart.labels)):
            yield _hit(self.chart, place, LEFT + self.step * place, TOP, self.step, self.bottom - TOP)


# -- kinds ---------------------------------------------------------------------------------------------------------


def _lines(chart: Chart, width: int) -> tuple[int, list[str]]:
    frame = _Frame(chart, width)
    body = list(frame.grid())
    for number, series in enumerate(chart.series):
        for run in _runs(series.values):
            points = [(frame.x(place), frame.y(value)) for place, value in run]
            path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
            if number == 0 and len(points) > 1:
                area = f"{_n(points[0][0])},{_n(frame.bottom)} {path} {_n(points[-1][0])},{_n(frame.bottom)}"
                body.append(f'<polygon points="{area}" fill="{FILLS[0]}" fill-opacity=".18" class="fill0"/>')
            dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
            look = f'fill="none" stroke="{INKS[number]}" stroke-width="2.5" stroke-linejoin="round"{dash}'
            body.append(f'<polyline points="{path}" {look} class="ink{number}"/>')
            if len(points) == 1:
                x, y = points[0]
                body.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" fill="{INKS[number]}" class="dot{number}"/>')
    return HEIGHT, [*body, *frame.over()]


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Yield what hangs together."""
    run: list[tuple[int, float]] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _bars(chart: Chart, width: int) -> tuple[int, list[str]]:
    frame = _Frame(chart, width)
    body = list(frame.grid())
    room = min(frame.step * 0.76, 56.0)
    each = room / len(chart.series)
    for number, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            if value is not None:
                x = frame.x(place) - room / 2 + each * number
                look = f'fill="{FILLS[number]}" stroke="{INKS[number]}" class="fill{number} ink{number}"'
                body.append(_rect(x, frame.y(value), max(each - 1, 1), frame.bottom - frame.y(value), look))
                ends = series.ranges[place] if series.ranges else None
                if ends:
                    body += _whisker(x + (each - 1) / 2, frame.y(ends[0]), frame.y(ends[1]), min(each / 4, 5), number)
    return HEIGHT, [*body, *frame.over()]


def _whisker(x: float, low: float, high: float, half: float, number: int) -> Iterator[str]:
    """Yield a range over a bar: a line with a foot at each end."""
    look = f'stroke="{INKS[number]}" stroke-width="2" class="ink{number}"'
    yield _line(x, low, x, high, look)
    yield from (_line(x - half, y, x + half, y, look) for y in (low, high))


def _ranges(chart: Chart, width: int) -> tuple[int, list[str]]:
    frame = _Frame(chart, width)
    body = list(frame.grid())
    room = min(frame.step * 0.5, 22.0)
    low, high = chart.series[0].values, chart.series[1].values
    for place, (at, to) in enumerate(zip(low, high, strict=True)):
        if at is None or to is None:
            continue
        x = frame.x(place)
        look = f'rx="3" fill="{FILLS[1]}" stroke="{INKS[1]}" class="fill1 ink1"'
        body.append(_rect(x - room / 2, frame.y(to), room, frame.y(at) - frame.y(to), look))
        body.append(f'<circle cx="{_n(x)}" cy="{_n(frame.y(at))}" r="4.5" fill="{INKS[0]}" class="dot0"/>')
    return HEIGHT, [*body, *frame.over()]


def _rows(chart: Chart, width: int) -> tuple[int, list[str]]:
    letters = int(width * 0.36 / LETTER)
    left = min(max((len(label) for label in chart.labels), default=0), letters) * LETTER + 12
    most = max([value for series in chart.series for value in series.values if value is not None], default=0.0) or 1.0
    end = max((len(chart.say(v)) for s in chart.series for v in s.values if v is not None), default=1) * LETTER + 12
    row = ROW + BAR * len(chart.series)
    height = TOP + row * len(chart.labels) + 6
    body = list(_legend(chart, width))
    for place, label in enumerate(chart.labels):
        y = TOP + row * place
        said = label if len(label) <= letters else f"{label[: letters - 1]}…"
        body.append(_text(left - 8, y + row / 2 + 2, said, "end", ' direction="ltr" unicode-bidi="plaintext"'))
        for number, series in enumerate(chart.series):
            value = series.values[place]
            if value is None:
                continue
            long = (width - left - end) * value / most
            top = y + ROW / 2 + BAR * number
            look = f'rx="2" fill="{FILLS[number]}" stroke="{INKS[number]}" class="fill{number} ink{number}"'
            body.append(_rect(left, top, max(long, 1), BAR - 2, look))
            body.append(_text(left + long + 6, top + BAR / 2 + 3.5, chart.say(value), "start"))
        body.append(_hit(chart, place, 0, y, width, row))
    return height, body


def _heat(chart: Chart, width: int) -> tuple[int, list[str]]:
    letters = 4 if width < WIDE else 12
    left = max((min(len(series.name), letters) for series in chart.series), default=0) * LETTER + 10
    step = min((width - left) / max(len(chart.labels), 1), 64.0)
    most = max([value for series in chart.series for value in series.values if value is not None], default=0.0) or 1.0
    body = [_text(2, 14, chart.y, "start")] if chart.y else []
    every = max(1, math.ceil((max(map(len, chart.labels), default=1) * LETTER + 4) / step))
    foot = TOP + CELL * len(chart.series)
    body += [
        _text(left + step * (place + 0.5), foot + 16, chart.labels[place])
        for place in range(0, len(chart.labels), every)
    ]
    for row, series in enumerate(chart.series):
        y = TOP + CELL * row
        body.append(_text(left - 6, y + CELL / 2 + 4, series.name[:letters], "end"))
        for place, value in enumerate(series.values):
            if value is None:
                continue
            shade = min(int(len(SHADES) * value / most), len(SHADES) - 1)
            x, said = left + step * place, chart.say(value)
            title = f"<title>{escape(f'{series.name} {chart.labels[place]} – {said}')}</title>"
            look = f'rx="3" fill="{SHADES[shade]}" class="shade{shade} hit"'
            body.append(_rect(x + 1, y + 1, step - 2, CELL - 2, look).removesuffix("/>") + f">{title}</rect>")
            if len(said) * LETTER < step:
                ink = "#fff" if shade >= len(SHADES) - 2 else "#14292d"
                x, y_text = x + step / 2, y + CELL / 2 + 4
                body.append(
                    f'<text x="{_n(x)}" y="{_n(y_text)}" text-anchor="middle" fill="{ink}" class="on{shade}" '
                    f'pointer-events="none">{escape(said)}</text>'
                )
    if chart.x:
        body.append(_text(left + step * len(chart.labels), foot + 32, chart.x, "end"))
    return foot + 38, body


_DRAWN: Final = {"line": _lines, "bar": _bars, "range": _ranges, "rows": _rows, "heat": _heat}
