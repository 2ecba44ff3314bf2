"""An office with two days behind it on which people waited, left and were picked by hand; and one still open."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from appliance.engine import commands as c
from appliance.engine.commands import DefineOffice
from appliance.engine.model import Definition, Span
from appliance.store.reports.history import History
from appliance.store.reports.summing import sum_up
from appliance.tools.office.clerk import Clerk
from appliance.tools.office.sample_office import SERVICES, ZONE, office

MINUTE = 60_000
FIRST, SECOND, OPEN = "2026-04-01", "2026-04-02", "2026-04-03"
NOW = int(datetime(2026, 4, 6, 12, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def at(day, minutes):
    """Return so many minutes after eight of a day."""
    eight = datetime.fromisoformat(day).replace(hour=8, tzinfo=ZoneInfo(ZONE))
    return int((eight + timedelta(minutes=minutes)).timestamp() * 1000)


class Player:
    """Plays days on a file."""

    def __init__(self, file):
        self.clerk = Clerk(file)
        found = office(2, seconds_between_calls=0, no_show_min_calls=1, no_show_min_seconds=0, promise_minutes=30)
        if self.clerk.day.definition is None:
            self.clerk.do(DefineOffice(msgspec.convert(found, Definition)), at(FIRST, -60))

    def open(self, day):
        spans = (Span(at(day, -60), at(day, 420)),)
        self.clerk.do(c.OpenDay(day, spans, at(day, 600)), at(day, -60))

    def close(self, day, minutes=480):
        self.clerk.do(c.CloseDay(), at(day, minutes))

    def play(self, day, tickets=24, *, closed=True):
        """Every three minutes somebody comes; two counters take ten minutes for each."""
        self.open(day)
        numbers = []
        for place in range(tickets):
            service = SERVICES[place % len(SERVICES)]["id"]
            (entry, *_) = self.clerk.do(c.IssueTicket(service), at(day, 3 * place), "kiosk-1")
            numbers.append(entry.event.number)
        begin = 3 * tickets
        for turn in range(tickets // 2 - 2):
            for counter, officer in (("1", "Budi Santoso"), ("2", "=Ani")):
                who = f"web-1 {officer}"
                now = begin + 10 * turn
                if turn == 3 and counter == "1":
                    self.clerk.do(c.CallNumber("1", officer, number=numbers[-1], reason="urgent"), at(day, now), who)
                else:
                    self.clerk.do(c.CallNext(counter, officer), at(day, now), who)
                if turn == 4 and counter == "2":
                    self.clerk.do(c.NoShow(counter, officer), at(day, now + 2), who)
                else:
                    self.clerk.do(c.Start(counter, officer), at(day, now + 1), who)
                    self.clerk.do(c.Finish(counter, officer), at(day, now + 8), who)
        if closed:
            self.close(day)


def made(folder):
    """Make the office's files; return the hub's database and the sums."""
    hub, reports = folder / "giliran.db", folder / "reports.db"
    player = Player(hub)
    player.play(FIRST, 16)
    player.play(SECOND, 24)
    player.play(OPEN, 12, closed=False)
    player.clerk.close()
    sum_up(hub, reports)
    return hub, reports


def history(folder):
    return History(folder / "giliran.db", folder / "reports.db")


def day_of(text):
    return date.fromisoformat(text)
