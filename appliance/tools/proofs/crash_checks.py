"""What must be true after any number of crashes, checked from outside: the file, and what a stranger saw on the bus."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from appliance.store.database import Database, StorageFault
from appliance.store.event_log import EventLog
from appliance.store.projections import rebuild
from appliance.wire import messages as m

SHOWN = 3
"""How many examples of each kind of fault are named."""
Record = tuple[str, str, str | None, str | None, str | None, str | None, str | None]
"""Business day, type, number, request id, counter, the next service if a journey goes on, and who is at the counter
again when a press was taken back."""
AWAY: Final = (
    "CallUndone",
    "FinishUndone",
    "TicketParked",
    "TicketNotShown",
    "TicketTransferred",
    "ServiceFinished",
    "TicketReturned",
)
"""After these a ticket is at no counter any more."""
BACK: Final = ("CallUndone", "TicketTransferred", "TicketReturned")
"""After these it waits again, as it does after ``ServiceFinished`` in the middle of a journey."""
ENDED: Final = ("TicketCancelled", "TicketExpired", "TicketVoided")
_NOTHING: Final[Record] = ("", "", None, "", None, None, None)
Found = tuple[str, list[Any]]
"""What is wrong, and every example of it."""


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
    log = _log(file)
    accepted = [reply for reply in replies if isinstance(reply, m.Accepted)]
    seen = list(calls)
    found = [
        _lost(log, accepted),
        _twice(accepted),
        _answers(accepted),
        ("requests asked again and answered otherwise", changed),
        _called_twice(log),
        _two_at_once(log),
        _unrecorded(log, seen),
        _unheard(log, seen),
    ]
    return _lines(found) + list(_file_faults(file, scratch))


def queue_faults(file: Path) -> list[str]:
    """Return what the log tells against the queue itself, in words: tickets and counters, call by call."""
    log = _log(file)
    return _lines([_called_twice(log), _two_at_once(log)])


def committed_calls(file: Path) -> set[int]:
    """Return the sequence numbers of all calls in the log; works while the hub runs."""
    return {seq for (seq,) in _rows(file, _CALLS)}


def kinds(file: Path) -> dict[str, int]:
    """Return how often each kind of event is in the log, the most frequent first."""
    return dict(_rows(file, _KINDS))


def _log(file: Path) -> dict[int, Record]:
    return {row[0]: row[1:] for row in _rows(file, _LOG)}


def _rows(file: Path, query: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def _lines(found: list[Found]) -> list[str]:
    return [f"{what}: {len(bad)}, such as {', '.join(map(str, bad[:SHOWN]))}" for what, bad in found if bad]


_LOG = """SELECT seq, day, type, json_extract(body, '$.number'), lower(hex(request_id)),
    json_extract(body, '$.counter'), json_extract(body, '$.next_service'),
    CASE type WHEN 'CallUndone' THEN json_extract(body, '$.finished')
              WHEN 'FinishUndone' THEN json_extract(body, '$.number') END FROM event ORDER BY seq"""
_KINDS = "SELECT type, count(*) FROM event GROUP BY type ORDER BY 2 DESC"
_CALLS = "SELECT seq FROM event WHERE type IN ('TicketCalled', 'TicketRecalled')"


def _lost(log: dict[int, Record], accepted: list[m.Accepted]) -> Found:
    concerned = {request: number for _, _, number, request, *_ in log.values() if number is not None}
    bad = []
    for reply in accepted:
        day, kind, number, request, *_ = log.get(reply.seq, _NOTHING)
        right = request == reply.id and concerned.get(request) == reply.number
        if reply.ticket is not None:
            right = right and (day, kind, number) == (reply.ticket.day, "TicketIssued", reply.ticket.number)
        if not right:
            bad.append(f"{reply.number} (event {reply.seq})")
    return "acknowledged but not in the log", bad


def _twice(accepted: list[m.Accepted]) -> Found:
    holder: dict[tuple[str, str], str] = {}
    bad = []
    for reply in accepted:
        if reply.ticket is not None:
            key = (reply.ticket.day, reply.ticket.number)
            if holder.setdefault(key, reply.id) != reply.id:
                bad.append(key)
    return "numbers given to two people", bad


def _answers(accepted: list[m.Accepted]) -> Found:
    first: dict[str, m.Accepted] = {}
    return "requests answered in two ways", [r.id for r in accepted if first.setdefault(r.id, r) != r]


def _called_twice(log: dict[int, Record]) -> Found:
    """Whoever was called waits no more, unless an event put the ticket back into the queue."""
    waiting: set[tuple[str, str | None]] = set()
    bad = []
    for day, kind, number, _, _, next_service, restored in log.values():
        ticket = (day, number)
        waiting.discard((day, restored))
        if kind == "TicketCalled":
            if ticket not in waiting:
                bad.append(f"{number} on {day}")
            waiting.discard(ticket)
        elif kind in ("TicketIssued", "TicketMerged", *BACK) or next_service is not None:
            waiting.add(ticket)
        elif kind in ENDED:
            waiting.discard(ticket)
    return "tickets called that did not wait", bad


def _two_at_once(log: dict[int, Record]) -> Found:
    """A counter has one ticket, a ticket is at one counter, and no night is spent there."""
    held: dict[str, str] = {}
    bad = []
    for day, kind, number, _, counter, _, restored in log.values():
        if kind == "TicketCalled" and number is not None and counter is not None:
            if counter in held or number in held.values():
                bad.append(f"{number} at counter {counter} on {day}, beside {held}")
            held[counter] = number
        elif kind in (*AWAY, *ENDED):
            held = {place: ticket for place, ticket in held.items() if ticket != number}
            if restored is not None and counter is not None:
                bad += [f"{restored} at counter {counter} again, beside {held}"] if counter in held else []
                held[counter] = restored
        elif kind == "DayClosed" and held:
            bad.append(f"{held} when {day} closed")
            held = {}
    return "counters with two tickets, or tickets at two counters", bad


def _unrecorded(log: dict[int, Record], calls: list[m.Call]) -> Found:
    bad = []
    for call in calls:
        _, kind, number, _, counter, *_ = log.get(call.seq, _NOTHING)
        said = ("TicketRecalled" if call.recall else "TicketCalled", call.number, call.counter)
        if (kind, number, counter) != said:
            bad.append(f"{call.number} at counter {call.counter} (event {call.seq})")
    return "calls that are not in the log like that", bad


def _unheard(log: dict[int, Record], calls: list[m.Call]) -> Found:
    heard = {call.seq for call in calls}
    bad = [
        f"{number} (event {seq})"
        for seq, (_, kind, number, *_) in log.items()
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
        kept = [target.execute(rows).fetchall() for rows in _ROWS]
    try:
        database = Database(copy)
        with database.transaction() as connection:
            rebuild(connection, EventLog(database))
        made = [database.connection.execute(rows).fetchall() for rows in _ROWS]
        database.close()
    except (StorageFault, LookupError) as error:
        yield f"the log cannot be read through: {error}"
        return
    if kept != made:
        different = [row[:2] for before, now in zip(kept, made, strict=True) for row in set(before) ^ set(now)]
        yield f"rows that differ from what the log says: {different[:SHOWN]}"


_ROWS = ("SELECT * FROM ticket ORDER BY day, number", "SELECT * FROM visit ORDER BY day, seq")
