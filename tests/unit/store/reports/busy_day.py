"""Days of a small office on which everything happens that may, by chance from a seed."""

from __future__ import annotations

import random
from datetime import date, timedelta

from appliance.engine import commands as c
from appliance.engine.model import Span, Told
from appliance.tools.office import past
from appliance.tools.office.clerk import Clerk
from appliance.tools.office.sample_office import DATE, instant

DAY_MS = 86_400_000
SERVICES = ("pendaftaran", "konsultasi", "pengambilan")
COUNTERS = ("1", "2", "3", "4")
PROMISE = past.definition().rules.promise_minutes
OFFICERS = {"1": "Siti", "2": "Budi", "3": "Ani", "4": ""}


def date_of(number):
    return (date.fromisoformat(DATE) + timedelta(days=number)).isoformat()


class Office:
    """Carries out what citizens and officers wish; what the rules refuse is left out."""

    def __init__(self, file):
        self.clerk = Clerk(file)
        self.now = 0
        if self.clerk.day.definition is None:
            self.clerk.do(c.DefineOffice(past.definition()), instant(0) - DAY_MS)

    def open(self, number):
        nine = instant(9 * 3600) + number * DAY_MS
        self.now = nine
        self.clerk.do(c.OpenDay(date_of(number), (Span(nine, nine + DAY_MS // 4),), nine + DAY_MS // 3), nine)

    def wish(self, command, officer="", node="web-1"):
        actor = f"{node} {officer}" if officer else node
        try:
            self.clerk.do(command, self.now, actor)
        except ValueError:
            return False
        return True

    def play(self, number, steps, seed, *, close=True):
        """Let a business day pass, the ``number``-th after the sample office's own."""
        chance = random.Random(seed)
        self.open(number)
        for counter in COUNTERS[:3]:
            self.wish(c.OpenCounter(counter, OFFICERS[counter]), OFFICERS[counter])
        for _ in range(steps):
            self.now += chance.choice((0, 700, 5_000, 20_000, 90_000, 240_000))
            self.step(chance)
        if close:
            self.now += 60_000
            self.clerk.do(c.CloseDay(), self.now)

    def step(self, chance):  # noqa: C901  # one line a wish
        counter = chance.choice(COUNTERS)
        who = OFFICERS[counter]
        tickets = list(self.clerk.day.tickets) or ["A001"]
        match chance.randrange(20):
            case 0 | 1 | 2 | 3:
                low = chance.choice((None, 0.0, 7.5, 12.0))
                told = Told(3, low, low, None if low is None else low + chance.choice((1.0, 9.0)))
                node = chance.choice(("kiosk-1", "web-1"))
                self.wish(c.IssueTicket(chance.choice(SERVICES), chance.random() < 0.3, told), node=node)
            case 4 | 5 | 6 | 7:
                self.wish(c.CallNext(counter, who), who)
            case 8:
                self.wish(c.CallNumber(counter, who, number=chance.choice(tickets), reason="urgent"), who)
            case 9:
                self.wish(c.Undo(counter, who), who)
            case 10:
                self.wish(c.Recall(counter, who), who)
            case 11 | 12:
                self.wish(c.Start(counter, who), who)
            case 13:
                self.wish(c.Finish(counter, who), who)
            case 14:
                self.wish(c.NoShow(counter, who), who)
            case 15:
                self.wish(chance.choice((c.Park, c.Finish))(counter, who), who)
            case 16:
                self.wish(c.Transfer(counter, who, service=chance.choice(SERVICES)), who)
            case 17:
                self.wish(chance.choice((c.Return, c.Cancel))(chance.choice(tickets), who), who)
            case 18:
                self.wish(c.QuickServe(chance.choice(SERVICES), counter, who), who)
            case _:
                pause = c.PauseCounter(counter, who, reason="break")
                self.wish(chance.choice((pause, c.OpenCounter(counter, who))), who)

    def close(self):
        self.clerk.close()
