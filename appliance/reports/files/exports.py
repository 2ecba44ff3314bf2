"""Tables as CSV, JSON and plain text (pure)."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec

from appliance.reports import words
from appliance.reports.report import Report
from appliance.reports.tables import Cell, Column, Table, Unit

MARK: Final = "\ufeff"
"""Before a CSV file, so that spreadsheets read its signs as UTF-8."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_DECIMALS: Final = 3


def as_csv(table: Table) -> str:
    """Return a table as CSV: commas between cells, points in numbers, shares of one in per cent, lines end with CRLF.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_plain(_head(column)) for column in table.columns])
    for place, row in enumerate(table.rows):
        writer.writerow([_csv(cell, table.unit(place, at)) for at, cell in enumerate(row)])
    return MARK + out.getvalue()


def as_json(report: Report, chosen: Sequence[Table]) -> bytes:
    """Return tables as JSON: each a list of objects by the columns' keys; shares are of one, times in minutes."""
    body = {
        "span": str(report.span),
        "first": report.span.first,
        "last": report.span.last,
        "office": report.office.names,
        "zone": report.office.zone,
        "business_days": report.days,
        "open": report.is_open,
        "tables": {table.key: _objects(table) for table in chosen},
        "remarks": report.remarks,
    }
    return msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n"


def as_text(table: Table, language: str) -> str:
    """Return a table for a terminal, its numbers one below the other."""
    heads = [column.title for column in table.columns]
    rows = [
        [words.cell(cell, table.unit(place, at), language) for at, cell in enumerate(row)]
        for place, row in enumerate(table.rows)
    ]
    widths = [max(_width(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    left = [column.unit in ("text", "date") for column in table.columns]
    lines = [table.title, "", _line(heads, widths, left), _line(["─" * width for width in widths], widths, left)]
    return "\n".join([*lines, *(_line(row, widths, left) for row in rows)]) + "\n"


def _objects(table: Table) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    units = {column.key: column.unit for column in table.columns if column.unit != "text"}
    rows = [dict(zip(keys, map(_rounded, row), strict=True)) for row in table.rows]
    if table.row_units:
        rows = [{**row, "unit": unit} for row, unit in zip(rows, table.row_units, strict=True)]
        units = {}
    return {"title": table.title, "units": units, "rows": rows}


def _rounded(cell: Cell) -> Cell:
    return round(cell, _DECIMALS) if isinstance(cell, float) else cell


def _csv(cell: Cell, unit: Unit) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _plain(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return str(round(100 * cell, 1) if unit == "share" else _rounded(cell))


def _head(column: Column) -> str:
    """Return a column's title, with the unit of its numbers."""
    sign = {"minutes": "min", "share": "%"}.get(column.unit, "")
    return f"{column.title} ({sign})" if sign else column.title


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Sequence[str], widths: Sequence[int], left: Sequence[bool]) -> str:
    padded = []
    for cell, width, is_left in zip(cells, widths, left, strict=True):
        room = " " * (width - _width(cell))
        padded.append(cell + room if is_left else room + cell)
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return how many places of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
