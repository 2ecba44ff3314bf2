"""The rows that reports read: tickets, visits at counters, and whoever needed no number.

They are made from the log through the engine, so that they cannot disagree with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from appliance.engine.events import Event, PaperRecorded, QuickServed, TicketIssued, TicketMerged, TicketRated
from appliance.engine.evolve import evolve
from appliance.engine.model import Day, Ticket
from appliance.engine.told import for_people
from appliance.engine.visits import Changes, Visit, Visits
from appliance.store.event_log import EventLog, Record

INSERT_TICKET: Final = "INSERT INTO ticket VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_VISIT: Final = "INSERT OR REPLACE INTO visit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_QUICK: Final = "INSERT INTO quick_serve VALUES (?, ?, ?, ?, ?, ?)"
_UPDATE: Final = """UPDATE ticket SET service = ?, priority = ?, state = ?, arrived_at = ?, seq = ?, counter = ?,
    called_at = ?, started_at = ?, ended_at = ?, calls = ? WHERE day = ? AND number = ?"""
_SET_ORIGIN: Final = """UPDATE ticket SET channel = ?, node = ?, told_ahead = ?, told_low = ?, told_high = ?
    WHERE day = ? AND number = ?"""
GIVEN: Final = (TicketIssued, TicketMerged)
ON_PAPER: Final = "paper"
"""The channel of what was entered from contingency sheets, and the reason of its calls."""
CHANNELS: Final = {"kiosk": "kiosk", "web": "desk"}
"""By the role of the node that gave a number; booked, online and offline ones go by their event."""


class Projection:
    """Keeps the rows in step with the log.

    It follows the visits of the current business day in memory: from the day's first entry on, tell it everything.
    """

    def __init__(self) -> None:
        self._visits = Visits()

    def follow(self, record: Record) -> None:
        """Take in what has its rows already."""
        self._visits.take(record.entry, officer(record.actor), Changes())

    def project(self, connection: sqlite3.Connection, day: Day, happened: Iterable[Record]) -> None:
        """Bring all rows that something touched to their state in ``day``, which has seen it all.

        Raises:
            sqlite3.IntegrityError: if a number is given out twice.
        """
        changes = Changes()
        quick: list[tuple[Any, ...]] = []
        papers: list[tuple[Record, PaperRecorded]] = []
        issued: dict[str, Record] = {}
        touched: dict[str, Ticket] = {}
        for record in happened:
            event = record.entry.event
            self._visits.take(record.entry, officer(record.actor), changes)
            if isinstance(event, QuickServed):
                quick.append((day.date, *_of_quick(record, event)))
            if isinstance(event, PaperRecorded):
                papers.append((record, event))  # it never stood in a queue
                continue
            for number in (getattr(event, "number", None), getattr(event, "finished", None)):
                if number is None or isinstance(event, TicketRated):  # no row changes; it may be of another day
                    continue
                touched[number] = day.tickets[number]
                if isinstance(event, GIVEN):
                    if number in issued:
                        raise sqlite3.IntegrityError(f"{number} was given out twice")
                    issued[number] = record
        new = [(day.date, n, *_values(touched[n]), *origin(record)) for n, record in issued.items()]
        old = [(*_values(t), day.date, n) for n, t in touched.items() if n not in issued]
        if quick:
            connection.executemany(INSERT_QUICK, quick)
        if papers:
            connection.executemany(INSERT_TICKET, [_of_paper(*paper) for paper in papers])
            connection.executemany(INSERT_VISIT, [_visit_on_paper(*p) for p in papers if p[1].called_at is not None])
        if new:
            connection.executemany(INSERT_TICKET, new)
        if old:
            connection.executemany(_UPDATE, old)
        write_visits(connection, day.date, changes)

    @property
    def date(self) -> str:
        """The day that was opened last, also if it is void since: what was before it is another day's."""
        return self._visits.date

    def write_today(self, connection: sqlite3.Connection) -> None:
        """Write all visits of the day that was opened last anew."""
        connection.execute("DELETE FROM visit WHERE day = ? AND reason <> ?", (self.date, ON_PAPER))
        write_visits(connection, self.date, self._visits.today())


def rebuild(connection: sqlite3.Connection, log: EventLog) -> None:
    """Make the rows anew from the whole log, inside the caller's transaction. Raises ``BrokenChain``."""
    connection.execute("DELETE FROM ticket")
    connection.execute("DELETE FROM visit")
    connection.execute("DELETE FROM quick_serve")
    day, projection = Day(), Projection()
    for record in log.verified():
        evolve(day, record.entry)
        projection.project(connection, day, [record])


def write_visits(connection: sqlite3.Connection, date: str, changes: Changes) -> None:
    """Write what changed of the visits of one business day."""
    if changes.gone:
        connection.executemany("DELETE FROM visit WHERE day = ? AND seq = ?", [(date, seq) for seq in changes.gone])
    if changes.written:
        connection.executemany(INSERT_VISIT, [(date, *_of_visit(visit)) for visit in changes.written.values()])


def write_origins(connection: sqlite3.Connection, date: str, records: Iterable[Record]) -> None:
    """Write where the tickets came from that were given in ``records``, all of one business day."""
    given = [(*origin(r), date, r.entry.event.number) for r in records if isinstance(r.entry.event, GIVEN)]
    if given:
        connection.executemany(_SET_ORIGIN, given)


def origin(record: Record) -> tuple[Any, ...]:
    """Return what a ticket's row tells of how its number was given: channel, node, and what the citizen was told."""
    event, node = record.entry.event, record.actor.partition(" ")[0]
    said = event.told if isinstance(event, TicketIssued) else None
    ahead, low, high = (said.ahead, *for_people(said.low, said.high)) if said else (None, None, None)
    return _channel(event, node), node, ahead, low, high


def _channel(event: Event, node: str) -> str:
    if isinstance(event, TicketMerged):
        return "offline"
    if isinstance(event, TicketIssued) and event.booking is not None:
        return "booked"
    if isinstance(event, TicketIssued) and event.channel:
        return event.channel
    role = node.partition("-")[0]
    return CHANNELS.get(role, role)


def officer(actor: str) -> str:
    """Return the officer's name in an actor of the log; empty if none is named."""
    return actor.partition(" ")[2]


def _of_quick(record: Record, event: QuickServed) -> tuple[Any, ...]:
    return record.entry.seq, record.entry.at, event.service, event.counter or "", officer(record.actor)


def _of_paper(record: Record, event: PaperRecorded) -> tuple[Any, ...]:
    """Return the ticket's row of a contingency sheet's number. Nobody was told how long it would take."""
    node, served, called = record.actor.partition(" ")[0], event.served_at, event.called_at
    state = "served" if served is not None else "expired" if called is None else "no_show"
    return (
        *(event.date, event.number, event.service, event.priority, state, event.arrived_at, record.entry.seq),
        *(event.counter, called, called if served is not None else None, served, 0 if called is None else 1),
        *(ON_PAPER, node, None, None, None),
    )


def _visit_on_paper(record: Record, event: PaperRecorded) -> tuple[Any, ...]:
    """Return the visit's row of one who was called. A sheet knows no walk: service begins with the call."""
    called = event.called_at or 0
    served = event.served_at is not None
    return (
        *(event.date, record.entry.seq, event.number, event.service, event.counter or "", "", ON_PAPER),
        *(called - event.arrived_at, called, 1, called if served else None, event.served_at),
        *("served" if served else "no_show", ""),
    )


def _of_visit(visit: Visit) -> tuple[Any, ...]:
    return (
        visit.seq,
        visit.number,
        visit.service,
        visit.counter,
        visit.officer,
        visit.reason,
        visit.waited_ms,
        visit.called_at,
        visit.calls,
        visit.started_at,
        visit.ended_at,
        visit.ending,
        " ".join(visit.outcomes),
    )


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
