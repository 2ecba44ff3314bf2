"""``docs/data.md``: every kind of event and every column, from the code and a fresh database."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from appliance.engine.events import VERSION, Event
from appliance.store.database import Database
from appliance.tools.pages.columns import default, type_of, words

HEAD: Final = """# Events and rows

Made from the code by `./dev run pages`; a test keeps it true. `giliran.db` is one SQLite file. What counts is the log
(`event`): nothing in it is ever changed, each record holds the hash of the one before, and all other tables can be made
anew from it. Read with a connection of your own (`mode=ro`); the hub is the only writer. Instants are milliseconds
since 1970 (UTC).
"""
TABLES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "event": (
        "The log: what happened, in order.",
        {
            "seq": "its place, from 1 without gaps",
            "at": "when, on the office's clock; it never runs backwards but after a `TimeVouched` that says so",
            "day": "the business day, YYYY-MM-DD",
            "type": "the kind of event, below",
            "version": "of the kind; older ones are brought up to date when they are read",
            "actor": "the node that asked and, behind a space, the officer; `hub` for what it does by itself",
            "request_id": "of the command, 16 bytes; a command is carried out once",
            "part": "the place among all that one command caused",
            "body": "the event as JSON",
            "hash": "SHA-256 over the hash before it and all of this",
        },
    ),
    "ticket": (
        "A row for each number given out, as its citizen stands now. A transfer overwrites what was: see `visit`.",
        {
            "day": "the business day",
            "number": "as printed",
            "service": "which the citizen waits for, or was served in last",
            "priority": "1 for the elderly, the disabled and the pregnant",
            "state": "waiting, called, serving, parked, served, no_show, cancelled, voided or expired",
            "arrived_at": "when the number was given, or printed by a kiosk alone",
            "seq": "of the event that gave it",
            "counter": "where the citizen is, or was last",
            "called_at": "the latest first call",
            "started_at": "when service began there",
            "ended_at": "when it ended, or the ticket did",
            "calls": "how often it was called there",
            "channel": "kiosk, desk, online (by another system), booked, offline (a kiosk's series), paper (sheets)",
            "node": "the box that asked for it",
            "told_ahead": "people ahead, as the citizen was told; empty for a number that a kiosk gave alone",
            "told_low": "the shortest wait in minutes that was told, rounded as the citizen read it; empty if none was",
            "told_high": "the longest",
        },
    ),
    "visit": (
        "One row for each visit at a counter, from the first call to the end. A call that was taken back has none.",
        {
            "day": "the business day",
            "seq": "of the event of the first call",
            "number": "the ticket's",
            "service": "for which it was called",
            "counter": "which called",
            "officer": "who asked, or whose session it was; empty where only the keypad was used",
            "reason": "first_come, priority_turn, regular_turn, booked, promise, early_booking, or picked_… by hand",
            "waited_ms": "from arrival to this call",
            "called_at": "the first call",
            "calls": "with all recalls",
            "started_at": "when the citizen had come; empty if they never did",
            "ended_at": "empty while it lasts",
            "ending": "served, no_show, parked, transferred, returned (the counter closed), voided; or empty",
            "outcomes": "what was done, by keys of `rules.outcomes`, with a blank between two; empty if none was noted",
        },
    ),
    "quick_serve": (
        "One row for each citizen who was served at once, without a number (`quick_serve`).",
        {
            "day": "the business day",
            "seq": "of the event",
            "at": "when",
            "service": "of which",
            "counter": "where; empty if nobody said so",
            "officer": "who",
        },
    ),
    "cursor": (
        "How far each reader of the log has come.",
        {
            "reader": "`relay`: calls sent to the lobby; `backfill`: rows of past days, while any are missing",
            "seq": "up to which record",
        },
    ),
}


def document() -> str:
    """Return the page.

    Raises:
        ValueError: if a column is not explained, or one is explained that is not there.
    """
    parts = [HEAD]
    for table, columns in _columns().items():
        purpose, meaning = TABLES[table]
        if set(columns) != set(meaning):
            raise ValueError(f"{table}: explain just these columns in data_page.py: {', '.join(columns)}")
        parts.append(f"\n## `{table}`\n\n{purpose}\n\n| column | type | |\n|---|---|---|\n")
        parts += [f"| `{name}` | {kind} | {meaning[name]} |\n" for name, kind in columns.items()]
    parts.append(f"\n## Kinds of events\n\nVersion {VERSION}. `type` in the body repeats the kind.\n\n")
    parts.append("| kind | fields | meaning |\n|---|---|---|\n")
    parts += [f"| `{kind.__name__}` | {_fields(kind)} | {words(kind)} |\n" for kind in get_args(Event)]
    return "".join(parts)


def _fields(kind: Any) -> str:
    shown = []
    for field in msgspec.structs.fields(kind):
        kept = "" if field.required else f" = {default(field)!r}" if _is_short(default(field)) else " = …"
        shown.append(f"`{field.encode_name}`: {type_of(field.type).split(', `^')[0]}{kept}")
    return "; ".join(shown)


def _is_short(value: object) -> bool:
    return not isinstance(value, msgspec.Struct)


def _columns() -> dict[str, dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "giliran.db"
        Database(file).close()
        with contextlib.closing(sqlite3.connect(file)) as connection:
            found = {}
            for table in TABLES:
                rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
                found[table] = {row[1]: row[2].lower() for row in rows}
            return found
