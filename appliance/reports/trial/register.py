"""Registers of citizens: a spreadsheet's table becomes rows, and what cannot be read is named (pure).

Nothing is dropped in silence: each line of a table is a row, or a problem with its line, its column and what it says.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Final, Literal

import msgspec

from appliance.reports.trial import typed

Field = Literal["day", "number", "arrived", "called", "started", "served", "left"]
FIELDS: Final[tuple[Field, ...]] = ("day", "number", "arrived", "called", "started", "served", "left")
TIMES: Final[tuple[Field, ...]] = ("arrived", "called", "started", "served")
NEEDED: Final[tuple[Field, ...]] = ("number", "arrived")
MOST_ROWS: Final = 5_000
LONGEST_NUMBER: Final = 16
HEADER: Final = ("nomor", "tanggal", "datang", "dipanggil", "mulai", "selesai", "tidak dilayani")
"""Of a register that is taken away; it can be read in again."""
_NAMES: Final[dict[Field, tuple[str, ...]]] = {
    "day": ("tanggal", "hari", "tgl", "date", "day"),
    "number": (
        "nomor",
        "no",
        "no antrean",
        "nomor antrean",
        "no antrian",
        "nomor antrian",
        "number",
        "ticket",
        "applicant",
    ),
    "arrived": ("datang", "jam datang", "kedatangan", "tiba", "arrived", "arrival", "came"),
    "called": ("dipanggil", "jam dipanggil", "panggil", "called"),
    "started": ("mulai", "mulai dilayani", "jam mulai", "started", "start", "begun"),
    "served": ("selesai", "jam selesai", "selesai dilayani", "dilayani", "served", "done", "finished", "end"),
    "left": ("tidak dilayani", "left unserved"),
}
_COLUMN: Final[dict[str, Field]] = {name: field for field, names in _NAMES.items() for name in names}


_YES: Final = ("ya", "yes", "x")
_NO: Final = ("tidak", "no")


class Row(msgspec.Struct, frozen=True):
    """One citizen of a register. Times are seconds since midnight; None for what nobody wrote down.

    ``left``: it is known that this citizen went unserved. Of others who were not served nobody knows what became.
    """

    day: str
    number: str
    arrived: int | None = None
    called: int | None = None
    started: int | None = None
    served: int | None = None
    left: bool = False


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a line. ``code`` is a key of the catalogues; ``column`` the table's own word for it."""

    line: int
    column: str
    code: str
    value: str = ""


class Read(msgspec.Struct, frozen=True):
    """What came of a table: rows, each with its line; problems; the lines that they concern, as they stood; the rest.

    ``ignored``: columns that no register of ours has. ``header``: the table's own.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    left: tuple[tuple[str, ...], ...]
    ignored: tuple[str, ...]
    header: tuple[str, ...]


def text_of(content: bytes) -> str:
    """Return a text file's content: in UTF-8, in UTF-16 with its mark, else as Windows writes it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def table_of(text: str) -> list[list[str]]:
    """Return the cells of a CSV text, whatever separates them: comma, semicolon or tabulator (Excel: ``sep=;``).

    Raises:
        NotUnderstood: if a cell is longer than any of a table, as where a quotation mark is never closed.
    """
    lines = text.lstrip("\ufeff").splitlines()
    first = lines[0] if lines else ""
    given = first[4:5] if first.lower().startswith("sep=") else ""
    body = "\n".join(["", *lines[1:]] if given else lines)
    head = next((line for line in lines if line.strip()), "")
    try:
        separator = given or max(";\t,", key=lambda sign: (_known(head, sign), head.count(sign)))
        return [[cell.strip() for cell in row] for row in csv.reader(StringIO(body), delimiter=separator)]
    except csv.Error as error:
        raise typed.NotUnderstood(str(error)) from error


def _known(head: str, separator: str) -> int:
    """Return how many columns of ours a first line names: a title may hold more commas than there are columns."""
    cells = next(csv.reader([head], delimiter=separator), [])
    return sum(_field(cell.strip()) is not None for cell in cells)


def _field(title: str) -> Field | None:
    return _COLUMN.get(" ".join(title.lower().replace(".", " ").replace("_", " ").split()))


def read(table: Sequence[Sequence[str]], day: str) -> Read:
    """Return what a table says.

    Args:
        table: its first line that is not empty names the columns; empty lines count, and say nothing.
        day: of rows that have none of their own, YYYY-MM-DD.
    """
    begin = next((place for place, line in enumerate(table) if any(line)), None)
    if begin is None:
        return Read((), (Problem(1, "", "empty"),), (), (), ())
    header = tuple(table[begin])
    columns = [_field(name) for name in header]
    wrong = [Problem(begin + 1, _NAMES[field][0], "no_column") for field in NEEDED if field not in columns]
    known = [field for field in columns if field]
    wrong += [Problem(begin + 1, _NAMES[field][0], "column_twice") for field in FIELDS if known.count(field) > 1]
    if len(table) - begin - 1 > MOST_ROWS:
        wrong.append(Problem(begin + 1, "", "too_many", str(MOST_ROWS)))
    if wrong:
        return Read((), tuple(wrong), tuple(tuple(line) for line in table[begin + 1 :] if any(line)), (), header)
    rows, problems, left = [], [], []
    for place, line in enumerate(table[begin + 1 :], begin + 2):
        if not any(line):
            continue
        row, found = _row(line, header, columns, place, day)
        if row is not None and not found:
            rows.append(row)
        else:
            problems += found
            left.append(tuple(line))
    ignored = tuple(name for name, field in zip(header, columns, strict=True) if field is None and name)
    return Read(tuple(rows), tuple(problems), tuple(left), ignored, header)


def _row(
    line: Sequence[str], header: Sequence[str], columns: Sequence[Field | None], place: int, day: str
) -> tuple[Row | None, list[Problem]]:
    cells = dict(zip(columns, line, strict=False))
    names = {field: name for field, name in zip(columns, header, strict=True) if field}
    if len(line) > len(header) and any(line[len(header) :]):
        return None, [Problem(place, header[-1], "too_long", " ".join(cell for cell in line[len(header) :] if cell))]
    problems: list[Problem] = []

    def take(field: Field, reads: Callable[[str], str | int], code: str) -> str | int | None:
        text = cells.get(field, "")
        if text in ("", "-", "–"):
            return None
        try:
            return reads(text)
        except typed.NotUnderstood:
            problems.append(Problem(place, names[field], code, text))
            return None

    number = " ".join(cells.get("number", "").upper().split())
    if not may_be_number(number):
        problems.append(Problem(place, names["number"], "number", number))
    on = take("day", typed.day, "day") or day
    times = {field: take(field, typed.clock, "time") for field in TIMES}
    left = bool(take("left", _is_yes, "left"))
    row = msgspec.convert({"day": on, "number": _plain(number), **times, "left": left}, Row) if not problems else None
    if row is not None and (wrong := order_wrong(row)):
        problems.append(Problem(place, names.get(wrong, wrong), "order", cells.get(wrong, "")))
    if row is not None and not number and all(getattr(row, field) is None for field in TIMES):
        problems.append(Problem(place, names["number"], "nothing"))
    return row, problems


def may_be_number(text: str) -> bool:
    """Tell whether this may be a number: it is short, and no spreadsheet takes it for a formula."""
    return len(text) <= LONGEST_NUMBER and text.isprintable() and not text.startswith(("=", "+", "-", "@"))


def cells_of(row: Row) -> list[str]:
    """Return a row's cells under ``HEADER``."""
    times = ("" if at is None else typed.clock_text(at) for at in (row.arrived, row.called, row.started, row.served))
    return [row.number, row.day, *times, _YES[0] if row.left else ""]


def _is_yes(text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise typed.NotUnderstood(text)
    return text.lower() in _YES


def _plain(number: str) -> str:
    """Return a spreadsheet's number without the fraction that it makes of whole ones."""
    return number.removesuffix(".0") if number.removesuffix(".0").isdigit() else number


def order_wrong(row: Row) -> Field | None:
    """Return the first time of a row that is earlier than one before it; None if they follow each other."""
    latest = -1
    for field in TIMES:
        at = getattr(row, field)
        if at is None:
            continue
        if at < latest:
            return field
        latest = at
    return None


def csv_of(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return lines as CSV text."""
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([header, *lines])
    return out.getvalue()
