"""``./dev past-rows N``: N old tickets as a release without rows for reports left them, and how long those take."""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from appliance.store.backfill import PIECE
from appliance.store.store import Store
from appliance.tools.office import past
from appliance.tools.office.figures import quantile

ROWS: Final = ("SELECT * FROM ticket ORDER BY day, number", "SELECT * FROM visit ORDER BY day, seq")
_AS_BEFORE: Final = (
    "DELETE FROM visit",
    "UPDATE ticket SET channel = '', node = '', told_ahead = NULL, told_low = NULL, told_high = NULL",
    "INSERT INTO cursor VALUES ('backfill', 0)",
)


def forget_rows(file: Path) -> None:
    """Leave a database as a release without these rows had left it, and the migration found it."""
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        for statement in _AS_BEFORE:
            connection.execute(statement)


def rows(file: Path) -> list[list[Any]]:
    """Return all rows that reports read."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return [connection.execute(query).fetchall() for query in ROWS]


def main(arguments: list[str]) -> int:
    """Make the past, have the rows made, and compare them with those that were written at once."""
    parser = argparse.ArgumentParser(prog="giliran past-rows", description=__doc__)
    parser.add_argument("tickets", type=int, nargs="?", default=1_000_000, metavar="N")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="giliran-past-rows-") as folder:
        file = Path(folder) / "giliran.db"
        print(f"making a past of {asked.tickets} tickets …", flush=True)
        past.make(file, asked.tickets)
        wanted = rows(file)
        forget_rows(file)
        spans = _make(file)
        made = rows(file)
    same = made == wanted
    print(f"{asked.tickets} tickets, {len(wanted[1])} visits: {sum(spans):.1f} s of the hub's idle time,")
    print(
        f"in pieces of {PIECE} records: {quantile(spans, 0.5) * 1e3:.1f} ms each, {quantile(spans, 0.99) * 1e3:.1f} p99"
    )
    print("the rows are those that were written at once" if same else "THE ROWS DIFFER from those written at once")
    return 0 if same else 1


def _make(file: Path) -> list[float]:
    spans: list[float] = []
    with contextlib.closing(Store(file)) as store:
        store.load_day()
        store.begin_backfill()
        backfill, said = store.backfill, -1
        while backfill is not None:
            began = time.perf_counter()
            more = backfill.step()
            spans.append(time.perf_counter() - began)
            if backfill.percent // 10 != said:
                said = backfill.percent // 10
                print(f"{backfill.percent:3} %, {sum(spans):.1f} s", flush=True)
            if not more:
                return spans
    return spans


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
