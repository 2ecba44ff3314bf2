"""What takes long, in its own process: ``python -m appliance.reports.trial.job compare|table``, from stdin to stdout.

The pages start it, at low priority and with a limit on its memory: a small spreadsheet may unfold to gigabytes.
Exit code 2: what came cannot be read; the reason is on stderr.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

import msgspec

from appliance.node.job import give_way
from appliance.reports.trial.comparison import Compared, Comparison, compare, compared
from appliance.reports.trial.register import Row, table_of, text_of

SEED: Final = 20_260_407
"""The same registers give the same ranges, whoever compares them."""
MOST_BYTES: Final = 160 * 1024 * 1024
"""A comparison of 50,000 rows a side takes 70; the unit of the web has 300 for all its processes."""
ZIP: Final = b"PK\x03\x04"
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
MOST_CELLS: Final = 400_000
UNREADABLE: Final = 2


class Asked(msgspec.Struct, frozen=True):
    """Two registers, and for each aspect of the questionnaire the answers before and after (1: content, 0: not)."""

    old: tuple[Row, ...] = ()
    new: tuple[Row, ...] = ()
    answers: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {}


class Found(msgspec.Struct, frozen=True):
    """The comparison, and the shares of each aspect."""

    registers: Comparison
    aspects: dict[str, Compared]


class Unreadable(ValueError):
    """A file is no table."""


def found(asked: Asked) -> Found:
    """Return everything that is compared."""
    chance = random.Random(SEED)  # noqa: S311  # chance for statistics, not for secrets
    registers = compare(asked.old, asked.new, chance)
    aspects = {name: compared(before, after, chance) for name, (before, after) in asked.answers.items()}
    return Found(registers, aspects)


def table(content: bytes) -> list[list[str]]:
    """Return the cells of a file: CSV in any usual way, or the first sheet of a spreadsheet that has any.

    Raises:
        Unreadable: if it is neither.
    """
    if content[:4] in (ZIP, OLD_EXCEL):
        return _sheet(content)
    if b"\0" in content[:2000] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("this is no text and no spreadsheet")
    return table_of(text_of(content))


def _sheet(content: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        for place in range(len(book.sheet_names)):
            sheet = book.get_sheet_by_index(place)
            if sheet.total_height and sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Unreadable("the sheet is too large")
            rows = sheet.to_python(skip_empty_area=False)
            if any(cell != "" for row in rows for cell in row):
                return [[_text(cell) for cell in row] for row in rows]
    except (CalamineError, OSError, ValueError, RuntimeError) as error:
        raise Unreadable(str(error)) from error
    return []


def _text(cell: object) -> str:
    """Return a typed cell as people would have written it."""
    match cell:
        case bool():
            return str(cell)
        case dt.datetime():
            if cell.year <= 1900:  # a time alone, as a spreadsheet counts from its first day
                return cell.time().replace(microsecond=0).isoformat()
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
        case dt.date():
            return cell.isoformat()
        case dt.time():
            return cell.replace(microsecond=0).isoformat()
        case dt.timedelta():
            return str(cell).partition(".")[0]
        case float():
            return str(int(cell)) if cell.is_integer() else str(cell)
        case _:
            return " ".join(str(cell).split())


def _compare(content: bytes) -> Any:
    return found(msgspec.json.decode(content, type=Asked))


_VERBS: Final[dict[str, Callable[[bytes], Any]]] = {"compare": _compare, "table": table}


def main(verb: str) -> int:
    """Read, work, write; return the exit code."""
    give_way()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the reader of spreadsheets aborts where there is no more
    content = sys.stdin.buffer.read()
    try:
        sys.stdout.buffer.write(msgspec.json.encode(_VERBS[verb](content)))
    except (ValueError, msgspec.MsgspecError, MemoryError) as error:
        sys.stderr.write(f"{error or 'too large'}\n")
        return UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
