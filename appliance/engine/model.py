"""What a queue is made of: the office as its head defined it, and the state of one business day."""

from __future__ import annotations

from typing import Annotated, Final, Literal, NewType

import msgspec

ServiceId = NewType("ServiceId", str)
CounterId = NewType("CounterId", str)
TicketNumber = NewType("TicketNumber", str)

MINUTE: Final = 60_000
SECOND: Final = 1_000

TicketState = Literal["waiting", "called", "serving", "served", "no_show", "cancelled", "expired"]
AT_COUNTER: Final = ("called", "serving")

Seconds = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Names = Annotated[dict[str, str], msgspec.Meta(min_length=1)]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something citizens come for. ``minutes`` is the usual service time, until the day has taught a better one."""

    id: Identifier
    prefix: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,2}$")]
    names: Names
    digits: Annotated[int, msgspec.Meta(ge=2, le=6)] = 3
    minutes: Annotated[float, msgspec.Meta(gt=0, le=600)] = 5.0
    bring: dict[str, tuple[str, ...]] = {}


class Counter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place where an officer serves. It calls from all its ``services`` alike."""

    id: Identifier
    names: Names
    services: tuple[Identifier, ...]
    open_with_day: bool = True


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an office may set about its queue. Every default works for a small office."""

    seconds_between_calls: Seconds = 2
    """A second press within this time is a slip of the finger, not a wish for one more citizen."""
    no_show_min_calls: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    no_show_min_seconds: Seconds = 15
    """Nobody is written off before this many calls, and this long after the last one."""


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The office as its head defined it. Its changes are events, so the log knows who changed what."""

    names: Names
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    rules: Rules = Rules()
    zone: str = "Asia/Jakarta"
    hours: dict[Weekday, tuple[tuple[TimeOfDay, TimeOfDay], ...]] = {}
    """Opening spans for each weekday; a weekday left out is closed. Empty: always open."""
    holidays: tuple[str, ...] = ()
    """Dates (YYYY-MM-DD) on which the office stays closed."""
    day_closes_at: TimeOfDay = "23:00"
    follow_url: str = ""
    """Address under which a ticket can be followed on a phone; the ticket's token is put behind it."""

    def problems(self) -> list[str]:
        """Return what is wrong, each with the key's path; an empty list if nothing is."""
        wrong = []
        ids = [service.id for service in self.services]
        prefixes = [service.prefix for service in self.services]
        if not ids:
            wrong.append("services: the office needs at least one")
        wrong += [f"services: the id {i!r} is used twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
        wrong += [
            f"services: the prefix {p!r} is used twice; two services would give out the same numbers"
            for p in sorted({p for p in prefixes if prefixes.count(p) > 1})
        ]
        counter_ids = [counter.id for counter in self.counters]
        wrong += [
            f"counters: the id {i!r} is used twice"
            for i in sorted({i for i in counter_ids if counter_ids.count(i) > 1})
        ]
        for counter in self.counters:
            unknown = [s for s in counter.services if s not in ids]
            wrong += [f"counters.{counter.id}.services: there is no service {s!r}" for s in unknown]
            if not counter.services:
                wrong.append(f"counters.{counter.id}.services: a counter serves at least one service")
        for weekday, spans in self.hours.items():
            flat = [moment for span in spans for moment in span]
            if flat != sorted(set(flat)):
                wrong.append(f"hours.{weekday}: spans must follow each other, each ending after it began")
        return wrong


class Span(msgspec.Struct, frozen=True):
    """A stretch of time during which tickets are given out."""

    opens: int
    closes: int


class Ticket(msgspec.Struct):
    """One citizen's place. ``order`` is the sequence number of the event that issued it."""

    number: TicketNumber
    service: ServiceId
    arrived_at: int
    order: int
    priority: bool = False
    state: TicketState = "waiting"
    counter: CounterId | None = None
    called_at: int | None = None
    last_call_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    calls: int = 0

    @property
    def place(self) -> tuple[int, int, TicketNumber]:
        """Return what tickets are ordered by: arrival, then sequence."""
        return (self.arrived_at, self.order, self.number)


class CounterNow(msgspec.Struct):
    """A counter at this moment; ``changed_at`` and ``seq`` are those of the last event that concerned it."""

    open: bool = False
    ticket: TicketNumber | None = None
    called_at: int | None = None
    changed_at: int = 0
    seq: int = 0


class LastCall(msgspec.Struct, frozen=True):
    """A call as a lobby shows it. ``seq`` is the sequence number of its event."""

    seq: int
    at: int
    number: TicketNumber
    counter: CounterId
    service: ServiceId
    recall: bool


class Tally(msgspec.Struct):
    """What the day has taught about a service's time."""

    served: int = 0
    total_ms: int = 0


class Day(msgspec.Struct):
    """The state of one business day. Changed by ``evolve`` alone."""

    definition: Definition | None = None
    date: str = ""
    is_open: bool = False
    spans: tuple[Span, ...] = ()
    ends_at: int = 0
    seq: int = 0
    at: int = 0
    tickets: dict[TicketNumber, Ticket] = {}
    waiting: dict[ServiceId, list[tuple[int, int, TicketNumber]]] = {}
    counters: dict[CounterId, CounterNow] = {}
    last_numbers: dict[str, int] = {}
    last_calls: list[LastCall] = []
    tallies: dict[ServiceId, Tally] = {}
    services: dict[ServiceId, Service] = {}
    counter_definitions: dict[CounterId, Counter] = {}

    @property
    def rules(self) -> Rules:
        """Return the rules in force."""
        return self.definition.rules if self.definition else Rules()

    def gives_tickets(self, now: int) -> bool:
        """Tell whether opening hours allow someone to take a number now."""
        return self.is_open and any(span.opens <= now < span.closes for span in self.spans)
