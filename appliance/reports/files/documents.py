"""Reports as PDF: the daily one on a single A4 page, longer ones with their charts, tables and definitions.

What stands where is in ``templates/report.typ``; here is what stands in it. Typst sets it in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.reports import charts_of, tables, words
from appliance.reports.report import Report
from appliance.reports.tables import Cell, Table
from appliance.texts import find, pick, text

SECONDS: Final = 60.0
"""After which the PDF tool is ended; a year's report takes three."""
FONTS: Final = Path("/usr/share/fonts/truetype/noto")
FACES: Final = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSans-Italic.ttf")
COMPARED: Final = (
    "arrived", "priority", "served", "abandoned", "left", "wait_median", "wait_nine", "wait_longest", "within_promise",
    "service_mean", "told_inside", "picked", "idle",
)  # fmt: skip
COLUMNS: Final = {
    "service": ("arrived", "served", "abandoned", "left", "wait_median", "wait_nine", "within_promise", "service_mean"),
    "counter": ("calls", "service_mean", "walk_mean", "gap_mean", "picked", "open", "idle"),
    "officer": ("calls", "service_mean", "walk_mean", "gap_mean", "picked", "open", "idle"),
    "": ("arrived", "served", "abandoned", "left", "wait_median", "wait_nine", "within_promise"),
}
"""What has room on paper, by the table; the empty key is that of all others. Files have every figure."""
ON_A_DAY: Final = ("service",)
ROWS_OF_A_DAY: Final = 12
REMARKS_OF_A_DAY: Final = 3
LONGEST_REMARK: Final = 110
LONGEST_NAME: Final = 34
"""Letters on the page of a day: with these limits it stays one page."""
ROWS: Final = 400
"""Of one table on paper; a list of thousands is read in a file."""
LOGOS: Final = frozenset({".png", ".jpg", ".jpeg", ".svg"})


class TypesettingFailed(Exception):
    """No PDF was made. ``code`` is the key of the reason below ``forms.making``, with its values."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        """Return the reason in the log's language."""
        return self.sentence("en")

    def sentence(self, language: str) -> str:
        """Return the reason in words."""
        return text(f"forms.making.{self.code}", language, **self.values)


def pdf(report: Report, out: Path, logo: str = "") -> None:
    """Write a report as PDF.

    Args:
        report: what stands in it.
        out: the file; written whole or not at all.
        logo: file of a picture for the letterhead; one that is not there is left out.

    Raises:
        TypesettingFailed: if the PDF tool died or took too long.
        OSError: if a file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="giliran-report-") as folder:
        place = Path(folder)
        source = resources.files("appliance.reports.files").joinpath("templates", "report.typ")
        (place / "main.typ").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        pictures = charts_of.drawn(report)
        for name, picture in enumerate(pictures):
            (place / f"chart{name}.svg").write_text(picture, encoding="utf-8")
        content = {**_content(report), "charts": [f"chart{name}.svg" for name in range(len(pictures))]}
        content["logo"] = _copy_logo(Path(logo), place) if logo else ""
        (place / "data.json").write_bytes(msgspec.json.encode(content))
        _set(place, out, "pdf")


def png(svg: str, out: Path) -> None:
    """Write a chart as PNG. Raises as ``pdf``."""
    with tempfile.TemporaryDirectory(prefix="giliran-chart-") as folder:
        place = Path(folder)
        (place / "chart.svg").write_text(svg, encoding="utf-8")
        page = '#set page(width: auto, height: auto, margin: 8pt)\n#image("chart.svg")\n'
        (place / "main.typ").write_text(page, encoding="utf-8")
        _set(place, out, "png")


def _set(place: Path, out: Path, form: str) -> None:
    """Run the PDF tool on a folder; its file comes into place when it is whole."""
    fonts = place / "fonts"
    fonts.mkdir()
    for face in FACES:
        if (FONTS / face).exists():
            (fonts / face).symlink_to(FONTS / face)
    made = place / f"made.{form}"
    command = [sys.executable, "-m", "appliance.reports.files.typesetting", str(place), str(made), form]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise TypesettingFailed("why_time", seconds=round(SECONDS)) from error
    if done.returncode or not made.is_file():
        told = done.stderr.decode(errors="replace").strip().splitlines()
        detail = f"{done.returncode}: {told[-1][:200]}" if told else str(done.returncode)
        raise TypesettingFailed("why_typst", detail=detail)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(made.read_bytes())
    part.replace(out)


def _copy_logo(logo: Path, place: Path) -> str:
    ending = logo.suffix.lower()
    if ending not in LOGOS or not logo.is_file():
        return ""
    (place / f"logo{ending}").write_bytes(logo.read_bytes())
    return f"logo{ending}"


def _content(report: Report) -> dict[str, Any]:
    language, daily = report.language, report.span.kind == "day"
    zone = report.office.zone
    time = words.clock(report.made_at, zone, language)
    made = text("forms.page.made", language, day=words.day(words.on(report.made_at, zone), language), time=time)
    shown = [table for table in report.tables if _is_shown(table, daily=daily)]
    return {
        "daily": daily,
        "language": language,
        "office": pick(report.office.names, language) or "Giliran",
        "title": report.title,
        "when": report.when,
        "notes": _notes(report, time),
        "made": made,
        "empty": "" if report.days else text("forms.page.none", language),
        "compared": _compared(report),
        "tables": [_table(table, daily=daily, language=language) for table in shown],
        "remarks_title": text("forms.page.remarks" if daily else "forms.page.remarks_long", language),
        "remarks": _remarks(report),
        "hash": report.day.last_hash if report.day else "",
        "records": [report.day.first, report.day.last] if report.day else [],
        "definitions": [list(row) for row in report.definitions.rows] if not daily else [],
        "definitions_title": report.definitions.title,
        "words": {name: text(f"forms.page.{name}", language) for name in WORDS},
    }


WORDS: Final = (
    "at_a_glance", "source", "by_hand", "hash", "hash_what", "signed", "signed_by", "place_and_date", "name_line",
    "page", "of", "unmeasured",
)  # fmt: skip


def _notes(report: Report, time: str) -> list[str]:
    language = report.language
    found = [] if report.span.kind == "day" else [text("forms.page.days", language, count=report.days)]
    if report.day and report.day.promise_minutes:
        found.append(text("forms.page.promise", language, minutes=report.day.promise_minutes))
    if report.is_open:
        found.append(text("forms.page.still_open", language, time=time))
    return found


def _compared(report: Report) -> dict[str, Any]:
    """Return the main figures, each with its unit behind its name."""
    language = report.language
    units = dict(zip(tables.MEASURES, report.compared.rows, strict=True))
    rows = []
    for name in COMPARED:
        _, _, *cells = units[name]
        unit = tables.MEASURES[name][0]
        rows.append([_named(name, language), *(words.cell(cell, unit, language) for cell in cells)])
    return {"heads": [column.title for column in report.compared.columns[2:]], "rows": rows}


def _named(name: str, language: str) -> str:
    unit = tables.MEASURES[name][0]
    title = text(f"forms.figure.{name}", language)
    return f"{title} ({text('forms.unit.minutes', language)})" if unit == "minutes" else title


def _is_shown(table: Table, *, daily: bool) -> bool:
    if daily:
        return table.key in ON_A_DAY and bool(table.rows)
    return table.key != "weekday_hour" and bool(table.rows)  # the heat map shows that


def _table(table: Table, *, daily: bool, language: str) -> dict[str, Any]:
    if table.key != "picked":
        measures = COLUMNS.get(table.key, COLUMNS[""])
        table = table.only([table.columns[1 if table.columns[0].unit == "date" else 0].key, *measures])
    if table.key == "hour":  # counters that stayed open made rows of hours without anybody
        table = msgspec.structs.replace(table, rows=tuple(row for row in table.rows if any(row[1:4])))
    most = ROWS_OF_A_DAY if daily else ROWS
    rows = _largest(table, most) if daily else list(table.rows[:most])
    return {
        "title": table.title,
        "heads": [find(f"forms.short.{column.key}", language) or column.title for column in table.columns],
        "left": [column.unit in ("text", "date") for column in table.columns],
        "rows": [
            [
                _cut(words.cell(cell, column.unit, language), LONGEST_NAME if daily else LONGEST_REMARK)
                for cell, column in zip(row, table.columns, strict=True)
            ]
            for row in rows
        ],
        "more": len(table.rows) - len(rows),
    }


def _cut(said: str, most: int) -> str:
    return said if len(said) <= most else f"{said[: most - 1].rstrip()}…"


def _largest(table: Table, most: int) -> list[tuple[Cell, ...]]:
    """Return the rows with the most numbers, in their own order: what is more does not fit on the page of a day."""

    def numbers(place: int) -> float:
        value = table.rows[place][1]
        return value if isinstance(value, int | float) else 0

    kept = set(sorted(range(len(table.rows)), key=numbers, reverse=True)[:most])
    return [row for place, row in enumerate(table.rows) if place in kept]


def _remarks(report: Report) -> list[str]:
    language = report.language
    daily = report.span.kind == "day"
    most = REMARKS_OF_A_DAY if daily else ROWS
    found = [_cut(one, LONGEST_REMARK) if daily else one for one in report.remarks[:most]] or [
        text("forms.page.nothing_special", language)
    ]
    if len(report.remarks) > most:
        found.append(text("forms.page.more_remarks", language, count=len(report.remarks) - most))
    return found
