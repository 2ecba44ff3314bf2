"""Registers as people and spreadsheets write them: what is understood, and what is named with its line and column."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile

import pytest

from appliance.reports.trial import typed
from appliance.reports.trial.job import Unreadable, _text, table
from appliance.reports.trial.register import HEADER, MOST_ROWS, Row, cells_of, csv_of, read, table_of, text_of

DAY = "2026-11-27"
HEAD = "Nomor;Tanggal;Datang;Dipanggil;Selesai\n"


def rows(text, day=DAY):
    got = read(table_of(text), day)
    assert got.problems == ()
    return got.rows


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0815", 29_700), ("815", 29_700), ("8:15", 29_700), ("08.15", 29_700), ("08:15:30", 29_730), ("0.34375", 29_700)],
)
def test_a_time_is_read_however_it_is_written(text, seconds):
    assert typed.clock(text) == seconds


@pytest.mark.parametrize("text", ["", "8", "24:00", "0860", "8:5", "08:15x", "٠٨١٥", "-815", "08:15:60", "81515"])
def test_what_no_clock_shows_is_not_taken_for_a_time(text):
    with pytest.raises(typed.NotUnderstood):
        typed.clock(text)


def test_a_day_is_read_however_it_is_written_and_never_the_american_way():
    for text in ("2026-11-28", "28/11/2026", "28-11-2026", "28.11.2026", "2026-11-28 00:00:00"):
        assert typed.day(text) == "2026-11-28"
    for text in ("11/28/2026", "2026-02-30", "28/11/26", "28", "", "0000-01-01"):
        with pytest.raises(typed.NotUnderstood):
            typed.day(text)


def test_a_time_becomes_an_instant_of_the_offices_own_clock():
    assert typed.instant("2026-04-06", typed.clock("0800"), "Asia/Jakarta") == 1_775_437_200_000
    assert typed.clock_text(29_700) == "08:15"
    assert typed.clock_text(29_730) == "08:15:30"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_any_usual_encoding_and_separator_gives_the_same_rows(encoding, separator):
    text = "No.;Tanggal;Jam Datang;Dipanggil;Selesai;Catatan é\r\nA1;28/11/2026;08.05;08.10;08.20;x\r\n"
    got = read(table_of(text_of(text.replace(";", separator).encode(encoding))), DAY)
    assert got.rows == (Row("2026-11-28", "A1", 29_100, 29_400, None, 30_000),)
    assert got.ignored == ("Catatan é",)


def test_excels_own_first_line_and_quoted_cells_are_understood():
    assert rows('sep=;\nnomor;datang\n"A;1";0805\n') == (Row(DAY, "A;1", 29_100),)


def test_a_title_with_more_commas_than_columns_is_one_title():
    assert rows("\nnomor,datang\n1,0805\n") == (Row(DAY, "1", 29_100),)
    text = "nomor;datang;keterangan (a, b, c, d)\n1;0805;x\n"
    assert rows(text) == (Row(DAY, "1", 29_100),)
    got = read(table_of(text), DAY)
    assert rows(csv_of(got.header, [("1", "0805", "x")])) == got.rows


def test_a_row_without_a_day_gets_the_one_that_was_named_and_dashes_are_nothing():
    assert rows(HEAD + "a 1;;0805;-;–\n\n") == (Row(DAY, "A 1", 29_100),)


def test_every_bad_row_is_named_with_line_column_and_what_it_says_and_is_kept():
    text = (
        HEAD
        + "1;;0805;0810;0820\n2;;2561;0810;0820\n3;31/02/2026;0805;;\n4;;0805;0800;\n;;;;\n;x;;;\n5;;0805;;;;extra\n"
    )
    got = read(table_of(text), DAY)
    assert [r.number for r in got.rows] == ["1"]
    assert [(p.line, p.column, p.code, p.value) for p in got.problems] == [
        (3, "Datang", "time", "2561"),
        (4, "Tanggal", "day", "31/02/2026"),
        (5, "Dipanggil", "order", "0800"),
        (7, "Tanggal", "day", "x"),
        (8, "Selesai", "too_long", "extra"),
    ]
    assert len(got.left) == 5
    again = read(table_of(csv_of(got.header, got.left)), DAY)
    assert len(again.left) == 5


def test_a_register_that_was_taken_away_is_read_in_as_it_was():
    given = (Row(DAY, "A 1", 29_100, 29_400, 29_430, 30_000), Row("2026-01-02", "", 60), Row(DAY, "9", 60, left=True))
    assert rows(csv_of(HEADER, [cells_of(row) for row in given])) == given


@pytest.mark.parametrize("number", ["=1+1", "@A", "+1", "-A1", "A" * 17, "A\u202e1"])
def test_what_a_spreadsheet_would_carry_out_or_nobody_sees_is_no_number(number):
    (problem,) = read([["nomor", "datang"], [number, "0805"]], DAY).problems
    assert (problem.column, problem.code) == ("nomor", "number")


def test_who_left_unserved_is_yes_or_no_and_nothing_else():
    got = read(table_of("number;came;begun;left unserved\n1;0805;;yes\n2;0805;0810;no\n3;0805;;-\n4;0805;;0830\n"), DAY)
    assert [row.left for row in got.rows] == [True, False, False]
    assert got.rows[1].started == 29_400
    assert [(one.line, one.code, one.value) for one in got.problems] == [(5, "left", "0830")]


def test_a_row_that_says_nothing_is_named():
    (problem,) = read(table_of("nomor;datang;catatan\n;;lupa\n"), DAY).problems
    assert (problem.line, problem.code) == (2, "nothing")


def test_a_table_without_what_is_needed_says_so():
    assert read([], DAY).problems[0].code == "empty"
    assert read([[""], ["", ""]], DAY).problems[0].code == "empty"
    assert [p.code for p in read(table_of("a;b\n1;2\n"), DAY).problems] == ["no_column", "no_column"]
    assert [p.code for p in read(table_of("nomor;no;datang\n1;2;0805\n"), DAY).problems] == ["column_twice"]
    long = "nomor;datang\n" + "1;0805\n" * (MOST_ROWS + 1)
    assert [p.code for p in read(table_of(long), DAY).problems] == ["too_many"]
    assert len(read(table_of(long), DAY).left) == MOST_ROWS + 1


def test_typed_cells_of_a_spreadsheet_are_as_if_typed():
    cells = [
        dt.datetime(2026, 11, 28),  # noqa: DTZ001
        dt.date(2026, 11, 28),
        dt.time(8, 15),
        dt.datetime(1899, 12, 31, 8, 15),  # noqa: DTZ001
        815.0,
        "x ",
    ]
    assert [_text(cell) for cell in cells] == ["2026-11-28", "2026-11-28", "08:15:00", "08:15:00", "815", "x"]
    assert typed.clock(_text(dt.timedelta(hours=8, minutes=15))) == 29_700


def workbook(rows):
    """Return a small XLSX made by hand."""
    cells = "".join(
        f'<row r="{y}">'
        + "".join(
            f'<c r="{chr(65 + x)}{y}" t="inlineStr"><is><t>{c}</t></is></c>'
            if isinstance(c, str)
            else f'<c r="{chr(65 + x)}{y}" s="1"><v>{c}</v></c>'
            for x, c in enumerate(row)
        )
        + "</row>"
        for y, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>',  # noqa: E501
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',  # noqa: E501
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',  # noqa: E501
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{office}/styles" Target="styles.xml"/></Relationships>',  # noqa: E501
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="20"/></cellXfs></styleSheet>',  # noqa: E501
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return out.getvalue()


def test_a_spreadsheet_is_read_with_its_typed_times():
    got = read(table(workbook([["Nomor", "Datang", "Selesai"], ["A1", 0.34375, "08.30"]])), DAY)
    assert (got.problems, got.rows) == ((), (Row(DAY, "A1", 29_700, None, None, 30_600),))


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 broken", b"\x00\x01\x02", workbook([])[:-40]]
)
def test_what_is_no_table_is_refused(content):
    with pytest.raises(Unreadable):
        table(content)


def test_a_table_whose_quotation_is_never_closed_is_refused():
    with pytest.raises(typed.NotUnderstood):
        table_of('"' + "x" * 200_000)
    with pytest.raises(typed.NotUnderstood):
        table_of('nomor;datang\n"' + "x" * 200_000)


def test_a_spreadsheet_that_unfolds_to_gigabytes_ends_its_own_process_alone():
    with zipfile.ZipFile(io.BytesIO(workbook([["Nomor", "Datang"]]))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content.replace(b"</sheetData>", corner))
    command = [sys.executable, "-m", "appliance.reports.trial.job", "table"]
    job = subprocess.run(command, input=out.getvalue(), capture_output=True, timeout=60)
    assert job.returncode != 0
    assert job.stdout == b""
