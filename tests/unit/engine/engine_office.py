"""A small office to try the rules on, in virtual time."""

from __future__ import annotations

from typing import Any

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.decide import Refusal, decide
from appliance.engine.evolve import evolve
from appliance.engine.model import Counter, Day, Definition, Rules, Service, Span

EIGHT = 1_775_437_200_000
"""Monday 6 April 2026, 08:00 in Jakarta, in milliseconds since 1970 (UTC)."""
HOUR = 3_600_000


class Office:
    """An engine with a clock that the test moves."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.day = Day()
        self.now = EIGHT
        self.log: list[e.Entry] = []
        services = tuple(Service(i, i.upper(), {"id": f"Layanan {i.upper()}"}) for i in "abc")
        counters = (
            Counter("1", {"id": "Loket 1"}, ("a", "b")),
            Counter("2", {"id": "Loket 2"}, ("a",)),
            Counter("3", {"id": "Loket 3"}, ("c",), open_with_day=False),
        )
        self.definition = Definition({"id": "Kantor"}, services, counters, rules or Rules())
        self.do(c.DefineOffice(self.definition))
        self.do(c.OpenDay("2026-04-06", (Span(EIGHT, EIGHT + 4 * HOUR),), EIGHT + 15 * HOUR))

    def wait(self, seconds: float) -> None:
        self.now += int(seconds * 1000)

    def spans(self) -> tuple[Span, ...]:
        return (Span(self.now, self.now + 4 * HOUR),)

    def do(self, command: Any) -> list[Any]:
        """Carry out a command that must not be refused; return its events."""
        decision = decide(self.day, command, self.now)
        assert not isinstance(decision, Refusal), decision
        for event in decision:
            entry = e.Entry(self.day.seq + 1, max(self.now, self.day.at), event)
            evolve(self.day, entry)
            self.log.append(entry)
        return decision

    def refusal(self, command: Any) -> str:
        """Return the code with which a command is refused, after checking that it changed nothing."""
        before = repr(self.day)
        decision = decide(self.day, command, self.now)
        assert isinstance(decision, Refusal), decision
        assert decision.advice
        assert repr(self.day) == before
        return decision.code

    def issue(self, service: str = "a") -> str:
        self.wait(1)
        return self.do(c.IssueTicket(service))[0].number

    def call(self, counter: str = "1") -> str | None:
        self.wait(60)
        return next((x.number for x in self.do(c.CallNext(counter)) if isinstance(x, e.TicketCalled)), None)

    def state(self, number: str) -> str:
        return self.day.tickets[number].state
