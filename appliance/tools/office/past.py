"""An office's past, made quickly: thousands of days of served citizens, in a log whose chain holds."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine import events as e
from appliance.engine.commands import DefineOffice
from appliance.engine.model import Definition, Span, Told
from appliance.store import event_log, hash_chain
from appliance.store.projections import INSERT_TICKET, INSERT_VISIT
from appliance.tools.office.clerk import Clerk
from appliance.tools.office.sample_office import DATE, ZONE, office

TICKETS_A_DAY: Final = 2_000
COUNTERS: Final = 4
FIRST_SECOND: Final = 7 * 3600
DAY_SECONDS: Final = 8 * 3600
FAST: Final = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -3000000", "locking_mode = EXCLUSIVE")
"""Safe here alone: a made-up file has nothing to lose. The index of request ids has to fit into the cache."""


def definition() -> Definition:
    """Return the office whose past it is: the sample office, so that its hub takes the file as it is."""
    return msgspec.convert(office(COUNTERS, seconds_between_calls=0), Definition)


def make(file: Path, tickets: int, seed: int = 1) -> None:
    """Make a database with so many past tickets, all of days before the sample office's ``DATE``.

    Args:
        file: must not exist.
        tickets: how many, each issued, called, started and finished.
        seed: of the request ids.
    """
    days = -(-tickets // TICKETS_A_DAY)
    first = date.fromisoformat(DATE) - timedelta(days=days)
    _define(file, first)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in FAST:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("BEGIN")
        # The index of request ids grows along, though making it at the end would be faster: its pages would then be
        # packed full, and every later command would have to split one, which no index that grew in an office does.
        seq, last = connection.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        chance = random.Random(seed)
        for number in range(days):
            writer = _DayWriter(seq, last, first + timedelta(days=number), chance)
            writer.play(min(TICKETS_A_DAY, tickets - number * TICKETS_A_DAY))
            connection.executemany(event_log.INSERT, writer.records)
            connection.executemany(INSERT_TICKET, writer.tickets)
            connection.executemany(INSERT_VISIT, writer.visits)
            seq, last = writer.seq, writer.hash
        connection.execute("INSERT OR REPLACE INTO cursor VALUES ('relay', ?)", (seq,))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()


def _define(file: Path, first: date) -> None:
    clerk = Clerk(file)
    clerk.do(DefineOffice(definition()), _instant(first, 0))
    clerk.close()


class _DayWriter:
    """Writes one day's records and ticket rows as the engine would have: each citizen is called and served at once."""

    def __init__(self, seq: int, last: bytes, day: date, chance: random.Random) -> None:
        self.seq = seq
        self.hash = last
        self.records: list[hash_chain.Row] = []
        self.tickets: list[tuple[Any, ...]] = []
        self.visits: list[tuple[Any, ...]] = []
        self._date = day
        self._day = day.isoformat()
        self._chance = chance

    def play(self, tickets: int) -> None:
        opens, closes = _instant(self._date, FIRST_SECOND), _instant(self._date, FIRST_SECOND + DAY_SECONDS)
        ends = _instant(self._date, 23 * 3600)
        counters = [CounterId(str(n)) for n in range(1, COUNTERS + 1)]
        opened = e.DayOpened(self._day, (Span(opens, closes),), ends)
        self._write("hub", None, opens, opened, *(e.CounterOpened(counter) for counter in counters))
        services = definition().services
        step = (closes - opens) // (tickets + 1)
        for place in range(tickets):
            service = services[place % len(services)]
            number = TicketNumber(f"{service.prefix}{place // len(services) + 1:03d}")
            self._serve(number, ServiceId(service.id), counters[place % COUNTERS], opens + place * step, step)
        self._write("hub", None, ends, *(e.CounterClosed(counter) for counter in counters), e.DayClosed(self._day))

    def _serve(self, number: TicketNumber, service: ServiceId, counter: CounterId, at: int, step: int) -> None:
        called, ended = at + step // 4, at + step // 2
        order = self.seq + 1
        self._write("kiosk-1", self._id(), at, e.TicketIssued(number, service, False, Told(0, 1.5, 0.0, 4.0)))
        call = e.TicketCalled(number, counter, service, "first_come", called - at)
        self._write(f"keypad-{counter}", self._id(), called, call)
        finished = e.ServiceFinished(number, counter)
        self._write(f"keypad-{counter}", self._id(), ended, e.ServiceStarted(number, counter), finished)
        served = (self._day, number, service, False, "served", at, order, counter, called, ended, ended, 1)
        self.tickets.append((*served, "kiosk", "kiosk-1", 0, 0, 5))
        visit = (number, service, counter, "", "first_come", called - at, called, 1, ended, ended, "served", "")
        self.visits.append((self._day, order + 1, *visit))

    def _write(self, actor: str, request_id: str | None, at: int, *events: Any) -> None:
        entries = (e.Entry(self.seq + place, at, event) for place, event in enumerate(events, 1))
        rows = hash_chain.chained(self.hash, entries, self._day, actor, request_id)
        self.seq, self.hash = rows[-1][0], rows[-1][9]
        self.records += rows

    def _id(self) -> str:
        return f"{self._chance.getrandbits(128):032x}"


def _instant(day: date, second: int) -> int:
    midnight = datetime.combine(day, time(), ZoneInfo(ZONE))
    return int((midnight + timedelta(seconds=second)).timestamp() * 1000)
