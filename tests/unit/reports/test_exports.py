"""Reports as files for spreadsheets and programs: read back by other readers, every number of its own type."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import openpyxl
import pytest
from played_office import FIRST, NOW, SECOND, history, made

from appliance.reports import tables
from appliance.reports.files import exports, xlsx
from appliance.reports.report import Gatherer, office_of
from appliance.store.reports.spans import parse


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    made(folder)
    return folder


@pytest.fixture(scope="module")
def gatherer(folder):
    return Gatherer(history(folder), office_of(folder / "giliran.db"), "en", officers=True)


@pytest.fixture(scope="module")
def month(gatherer):
    return gatherer.gather(parse("2026-04"), NOW)


@pytest.fixture(scope="module")
def book(month):
    return openpyxl.load_workbook(io.BytesIO(xlsx.book(month)))


def rows_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_spreadsheet_has_a_sheet_for_each_table_and_one_of_definitions(month, book):
    assert book.sheetnames[0] == "Report of the queue" or book.sheetnames[0].startswith("Monthly report")
    for name in (
        "By service",
        "By counter",
        "By officer",
        "By hour",
        "Day by day",
        "Picked by hand",
        "What each figure means",
    ):
        assert name in book.sheetnames
    defined = rows_of(book["What each figure means"])
    assert len(defined) == len(month.definitions.rows)
    assert all(row["Meaning"] for row in defined)


def test_cells_have_the_types_of_what_they_hold(book):
    sheet = book["Day by day"]
    (first, *_) = rows_of(sheet)
    assert first["From"] == datetime(2026, 4, 1)  # noqa: DTZ001  # a spreadsheet has no zones
    assert first["Numbers given"] == 16
    assert isinstance(first["Within the promise"], float | int)
    row = {cell.value: sheet.cell(2, cell.column) for cell in sheet[1]}
    assert row["Within the promise"].number_format == "0.0%"
    assert row["Mean service"].number_format == "0.0"
    assert row["From"].is_date
    picked = rows_of(book["Picked by hand"])
    assert [one["Number"] for one in picked] != []


def test_the_main_figures_have_the_unit_of_each_row(book):
    sheet = book["Main figures"]
    formats = {sheet.cell(row, 1).value: sheet.cell(row, 3).number_format for row in range(2, sheet.max_row + 1)}
    assert formats["Numbers given"] == "#,##0"
    assert formats["Within the promise"] == "0.0%"
    assert formats["Mean wait"] == "0.0"


def test_a_name_that_looks_like_a_formula_is_a_text(book, gatherer):
    sheet = book["By officer"]
    names = [sheet.cell(row, 1) for row in range(2, sheet.max_row + 1)]
    assert {cell.value for cell in names} == {"=Ani", "Budi Santoso"}
    assert {cell.data_type for cell in names} == {"s"}
    (_, row, *_) = exports.as_csv(gatherer.table("officer", parse("2026-04"))).splitlines()
    assert row.startswith("'=Ani,")


def test_csv_has_points_units_and_a_mark_for_spreadsheets(gatherer):
    written = exports.as_csv(gatherer.table("day", parse("2026-W14")))
    assert written.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    assert [row["From"] for row in rows] == [FIRST, SECOND, "2026-04-03"]
    assert rows[0]["Numbers given"] == "16"
    assert rows[0]["Mean service (min)"] == "7.0"
    assert 0 <= float(rows[0]["Within the promise (%)"]) <= 100
    assert rows[0]["Told right (%)"] == ""


def test_json_tells_keys_units_and_nothing_measured(month):
    told = json.loads(exports.as_json(month, month.all_tables))
    assert told["span"] == "2026-04"
    assert told["business_days"] == 3
    assert told["open"] is True
    services = told["tables"]["service"]
    assert services["units"]["wait_median"] == "minutes"
    assert sum(row["arrived"] for row in services["rows"]) == 52
    compared = {row["figure"]: row for row in told["tables"]["compared"]["rows"]}
    assert compared["Numbers given"]["now"] == 52
    assert compared["Numbers given"]["before"] is None


def test_a_table_for_the_terminal_stands_in_columns(gatherer):
    lines = exports.as_text(gatherer.table("service", parse(SECOND)), "en").splitlines()
    assert lines[0] == "By service"
    head, rule, *rows = lines[2:]
    assert len(rows) == 3
    assert len(rule) == max(map(len, [head, rule, *rows]))


def test_the_sums_of_services_are_those_of_the_office(month):
    by = {table.key: table for table in month.tables}
    place = [column.key for column in by["service"].columns].index("served")
    assert sum(row[place] for row in by["service"].rows) == month.total.served
    weekdays = [column.key for column in by["weekday"].columns].index("arrived")
    assert sum(row[weekdays] for row in by["weekday"].rows) == month.total.arrived == 52


def test_figures_that_a_dimension_does_not_have_are_not_shown():
    assert "arrived" not in tables.measures_of("officer")
    assert "idle" not in tables.measures_of("service")
    assert {"arrived", "idle"} <= set(tables.measures_of("hour"))


def test_every_figure_has_its_words_in_both_languages():
    for language in ("id", "en"):
        assert all(tables.column(name, language).title for name in tables.MEASURES)
