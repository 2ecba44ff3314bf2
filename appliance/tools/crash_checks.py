"""What must be true after any number of crashes, checked from outside: the file, and what a stranger saw on the bus."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from appliance.store.database import Database, StorageFault
from appliance.store.event_log import EventLog
from appliance.store.projections import rebuild
from appliance.wire import messages as m

SHOWN = 3
"""How many examples of each kind of fault are named."""
Record = tuple[str, str, str | None, str | None]
"""Business day, type, number, request id."""


def faults(
    file: Path, scratch: Path, replies: Iterable[m.AnyReply], calls: Iterable[m.Call], changed: list[str]
) -> list[str]:
    """Return what is wrong, in words; an empty list if nothing is.

    Args:
        file: the hub's database; nobody writes to it now.
        scratch: a place for a copy of it.
        replies: everything that the hub answered to anybody.
        calls: everything that was announced.
        changed: requests that got another answer when they were asked again.
    """
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        log = {row[0]: tuple(row[1:]) for row in connection.execute(_LOG)}
    accepted = [reply for reply in replies if isinstance(reply, m.Accepted)]
    seen = list(calls)
    found = [
        _lost(log, accepted),
        _twice(accepted),
        _answers(accepted),
        ("requests asked again and answered otherwise", changed),
        _called_twice(log, seen),
        _unheard(log, seen),
    ]
    lines = [f"{what}: {len(bad)}, such as {', '.join(map(str, bad[:SHOWN]))}" for what, bad in found if bad]
    return lines + list(_file_faults(file, scratch))


def committed_calls(file: Path) -> set[int]:
    """Return the sequence numbers of all calls in the log; works while the hub runs."""
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return {row[0] for row in connection.execute(_CALLS)}


_LOG = "SELECT seq, day, type, json_extract(body, '$.number'), lower(hex(request_id)) FROM event"
_CALLS = "SELECT seq FROM event WHERE type IN ('TicketCalled', 'TicketRecalled')"


def _lost(log: dict[int, Any], accepted: list[m.Accepted]) -> tuple[str, list[Any]]:
    bad = []
    for reply in accepted:
        day, kind, number, request = log.get(reply.seq, ("", "", None, ""))
        right = request == reply.id and number == reply.number
        if reply.ticket is not None:
            right = right and (day, kind, number) == (reply.ticket.day, "TicketIssued", reply.ticket.number)
        if not right:
            bad.append(f"{reply.number} (event {reply.seq})")
    return "acknowledged but not in the log", bad


def _twice(accepted: list[m.Accepted]) -> tuple[str, list[Any]]:
    holder: dict[tuple[str, str], str] = {}
    bad = []
    for reply in accepted:
        if reply.ticket is not None:
            key = (reply.ticket.day, reply.ticket.number)
            if holder.setdefault(key, reply.id) != reply.id:
                bad.append(key)
    return "numbers given to two people", bad


def _answers(accepted: list[m.Accepted]) -> tuple[str, list[Any]]:
    first: dict[str, m.Accepted] = {}
    return "requests answered in two ways", [r.id for r in accepted if first.setdefault(r.id, r) != r]


def _called_twice(log: dict[int, Any], calls: list[m.Call]) -> tuple[str, list[Any]]:
    first: dict[tuple[str, str], int] = {}
    bad: list[Any] = []
    for call in calls:
        day, _, number, _ = log.get(call.seq, ("", "", None, ""))
        if number != call.number:
            bad.append(f"{call.number} (event {call.seq}, which is not in the log)")
        elif not call.recall and first.setdefault((day, call.number), call.seq) != call.seq:
            bad.append(f"{call.number} on {day}")
    return "tickets called twice, or called without a record", bad


def _unheard(log: dict[int, Any], calls: list[m.Call]) -> tuple[str, list[Any]]:
    heard = {call.seq for call in calls}
    bad = [
        f"{number} (event {seq})"
        for seq, (_, kind, number, _) in log.items()
        if kind in ("TicketCalled", "TicketRecalled") and seq not in heard
    ]
    return "calls in the log that nobody on the bus has seen", bad


def _file_faults(file: Path, scratch: Path) -> Iterator[str]:
    copy = scratch / "copy.db"
    copy.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(file)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        if (answer := target.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            yield f"the file is damaged: {answer}"
        kept = target.execute(_TICKETS).fetchall()
    try:
        database = Database(copy)
        with database.transaction() as connection:
            rebuild(connection, EventLog(database))
        made = database.connection.execute(_TICKETS).fetchall()
        database.close()
    except StorageFault as error:
        yield str(error)
        return
    if kept != made:
        different = [row[:2] for row in set(kept) ^ set(made)]
        yield f"ticket rows that differ from what the log says: {different[:SHOWN]}"


_TICKETS = "SELECT * FROM ticket ORDER BY day, number"
