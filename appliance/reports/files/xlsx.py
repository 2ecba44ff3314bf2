"""Reports as XLSX: one sheet a table, cells of real types, and a sheet with what each figure means."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any, Final

import xlsxwriter

from appliance.reports import words
from appliance.reports.report import Report
from appliance.reports.tables import Cell, Table, Unit
from appliance.texts import pick, text

_FORMATS: Final[dict[Unit, str]] = {
    "count": "#,##0",
    "minutes": "0.0",
    "share": "0.0%",
    "date": "yyyy-mm-dd",
    "text": "@",
}
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME: Final = 31
"""Of a sheet; what spreadsheets allow."""
WIDEST: Final = 60


def book(report: Report) -> bytes:
    """Return the file of a report."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        office = pick(report.office.names, report.language)
        workbook.set_properties({"title": f"{report.title}, {report.when}", "author": "Giliran", "company": office})
        sheets = _Sheets(workbook)
        sheets.front(report, office)
        for table in report.all_tables:
            sheets.add(table)
    return out.getvalue()


class _Sheets:
    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._title = workbook.add_format({"bold": True, "font_size": 16})
        self._wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._formats = {unit: workbook.add_format({"num_format": form}) for unit, form in _FORMATS.items()}
        self._names: set[str] = set()

    def front(self, report: Report, office: str) -> None:
        """Add the sheet that says what the others are."""
        language = report.language
        sheet = self._sheet(report.title)
        sheet.set_column(0, 0, 90)
        made = text(
            "forms.page.made",
            language,
            day=words.day(words.on(report.made_at, report.office.zone), language),
            time=words.clock(report.made_at, report.office.zone, language),
        )
        lines = [report.when, office, text("forms.page.days", language, count=report.days), made]
        lines += [] if report.days else [text("forms.page.none", language)]
        sheet.write_string(0, 0, report.title, self._title)
        for row, line in enumerate([*lines, "", *report.remarks], 1):
            sheet.write_string(row, 0, line, self._wrapped)

    def add(self, table: Table) -> None:
        """Add a table's sheet."""
        sheet = self._sheet(table.title)
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(table.columns):
            sheet.write_string(0, at, column.title, self._head)
            widest = max(
                [len(column.title) // 2, 10, *(len(str(row[at])) for row in table.rows if isinstance(row[at], str))]
            )
            sheet.set_column(at, at, min(widest + 2, WIDEST), self._wrapped if widest > WIDEST else None)
        for place, row in enumerate(table.rows):
            for at, cell in enumerate(row):
                self._write(sheet, place + 1, at, cell, table.unit(place, at))
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)

    def _write(self, sheet: Any, row: int, at: int, cell: Cell, unit: Unit) -> None:
        form = self._formats[unit]
        if cell is None:
            return
        if isinstance(cell, str):
            sheet.write_string(row, at, cell, self._wrapped)
        elif isinstance(cell, date):
            sheet.write_datetime(row, at, cell, form)
        else:
            sheet.write_number(row, at, cell, form)

    def _sheet(self, title: str) -> Any:
        name = _NOT_IN_A_NAME.sub(" ", title)[:LONGEST_NAME]
        number = 2
        while name.casefold() in self._names:
            name = f"{name[: LONGEST_NAME - 3]} {number}"
            number += 1
        self._names.add(name.casefold())
        return self._workbook.add_worksheet(name)
