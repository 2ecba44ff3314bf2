"""The ticket table: what reports read. Made from the log through the engine, so it cannot disagree with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from appliance.engine.events import Entry, TicketIssued, TicketMerged
from appliance.engine.evolve import evolve
from appliance.engine.model import Day, Ticket
from appliance.store.event_log import EventLog

INSERT: Final = "INSERT INTO ticket VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPDATE: Final = """UPDATE ticket SET service = ?, priority = ?, state = ?, arrived_at = ?, seq = ?, counter = ?,
    called_at = ?, started_at = ?, ended_at = ?, calls = ? WHERE day = ? AND number = ?"""


def project(connection: sqlite3.Connection, day: Day, entries: Iterable[Entry]) -> None:
    """Bring the rows of all tickets that ``entries`` touched to their state in ``day``, which has seen them all.

    Raises:
        sqlite3.IntegrityError: if a number is given out twice.
    """
    issued: set[str] = set()
    touched: dict[str, Ticket] = {}
    for entry in entries:
        for number in (getattr(entry.event, "number", None), getattr(entry.event, "finished", None)):
            if number is None:
                continue
            touched[number] = day.tickets[number]
            if isinstance(entry.event, TicketIssued | TicketMerged):
                if number in issued:
                    raise sqlite3.IntegrityError(f"{number} was given out twice")
                issued.add(number)
    new = [(day.date, n, *_values(t)) for n, t in touched.items() if n in issued]
    old = [(*_values(t), day.date, n) for n, t in touched.items() if n not in issued]
    if new:
        connection.executemany(INSERT, new)
    if old:
        connection.executemany(_UPDATE, old)


def rebuild(connection: sqlite3.Connection, log: EventLog) -> None:
    """Make the ticket table anew from the whole log, inside the caller's transaction. Raises ``BrokenChain``."""
    connection.execute("DELETE FROM ticket")
    day = Day()
    for entry in log.verified():
        evolve(day, entry)
        project(connection, day, [entry])


def _values(ticket: Ticket) -> tuple[Any, ...]:
    return (
        ticket.service,
        ticket.priority,
        ticket.state,
        ticket.arrived_at,
        ticket.order,
        ticket.counter,
        ticket.called_at,
        ticket.started_at,
        ticket.ended_at,
        ticket.calls,
    )
