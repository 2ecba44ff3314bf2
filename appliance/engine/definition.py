"""What an office's head defines: services, counters, rules, hours. Its keys are those of docs/rules.md."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from appliance.units import DEFAULT_ZONE, SECOND

Seconds = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}\Z")]
Names = Annotated[dict[str, str], msgspec.Meta(min_length=1)]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
OfflineLetter = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]\Z")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something citizens come for. ``minutes`` is the usual service time, until the day has taught a better one."""

    id: Identifier
    prefix: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,2}\Z")]
    names: Names
    digits: Annotated[int, msgspec.Meta(ge=2, le=6)] = 3
    minutes: Annotated[float, msgspec.Meta(gt=0, le=600)] = 5.0
    bring: dict[str, tuple[str, ...]] = {}
    quota: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """At most so many numbers a day."""
    last_ticket: TimeOfDay | None = None
    """No numbers from this time of day on, though the office is open."""
    group: dict[str, str] = {}
    """The heading under which a kiosk shows it, by language; none if the services are few."""
    at_kiosk: bool = True
    """Whether kiosks offer it; not, if citizens come to it only from another service."""


class Counter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place where an officer serves: its own ``services`` first, then those it ``helps`` with."""

    id: Identifier
    names: Names
    services: tuple[Identifier, ...]
    helps: tuple[Identifier, ...] = ()
    open_with_day: bool = True
    roster: dict[Weekday, tuple[tuple[TimeOfDay, TimeOfDay], ...]] = {}
    """When an officer is to sit here; weekdays left out have none. Empty: as long as the office is open.

    It forbids nothing: waits are foretold by it.
    """
    keypads: tuple[str, ...] = ()
    """The keypads that may act here, and nowhere else but where they are named too. None: any that is named nowhere."""


class Journey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several services one after the other, under one number."""

    id: Identifier
    names: Names
    services: Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=2)]


class Reentry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a ticket that left the queue comes back in."""

    place: Literal["arrival", "after", "end"] = "arrival"
    """``arrival``: as if it had never left. ``after``: behind the next ``calls`` people. ``end``: as if just come."""
    calls: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that may come of a visit; reports count it."""

    id: Identifier
    names: Names


class Satisfaction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How citizens are asked what they think of the service (Permenpan-RB 14/2017)."""

    on: bool = False
    """Whether kiosks and keypads ask; forms on paper are entered either way."""
    form: Literal["short", "long"] = "short"
    """``short``: one question, then those of the regulation for whoever goes on. ``long``: only those."""
    comment_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 90
    """After so many days what was written freely is erased."""


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an office may set about its queue. Every default works for a small office; see docs/rules.md."""

    seconds_between_calls: Seconds = 2
    """A second press within this time is a slip of the finger, not a wish for one more citizen."""
    undo_seconds: Seconds = 10
    """So long after a call the officer may take it back."""
    recall_limit: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    """A number is called at most so often in a row; then it is served, parked or a no-show."""
    no_show_min_calls: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    no_show_min_seconds: Seconds = 15
    """Nobody is written off before this many calls, and this long after the last one."""
    priority_share: Annotated[int, msgspec.Meta(ge=1, le=9)] = 2
    regular_share: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    """While both wait, each counter calls so many with priority, then so many others."""
    promise_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 60
    """The published longest wait: whoever has waited longer is called before all who came later. 0: no promise."""
    booking_grace_minutes: Annotated[int, msgspec.Meta(ge=0, le=240)] = 15
    """Whoever checks in later than this after the booked time queues like a walk-in."""
    no_show_returns: Reentry = Reentry("after", 3)
    parked_returns: Reentry = Reentry("arrival")
    transferred_enters: Reentry = Reentry("arrival")
    pick_reasons: tuple[Identifier, ...] = ("manual", "urgent", "mistake", "supervisor")
    """Why an officer may call a particular number instead of the next one."""
    pause_reasons: tuple[Identifier, ...] = ("break", "paperwork", "technical")

    outcomes: tuple[Outcome, ...] = ()
    """What may come of a visit, as officers note it."""
    outcome_required: bool = False
    """Whether an officer at a console notes at least one before a citizen is finished."""

    stop_when_full: bool = False
    """Whether a service gives no more numbers once whoever comes would be called after closing time."""

    satisfaction: Satisfaction = Satisfaction()
    """How citizens are asked what they think of the service."""

    @property
    def longest_span_ms(self) -> int:
        """Return the longest time that a rule about seconds measures."""
        return max(self.seconds_between_calls, self.undo_seconds, self.no_show_min_seconds) * SECOND

    def __post_init__(self) -> None:
        """Refuse lists that would leave staff without a choice."""
        if not self.pick_reasons or not self.pause_reasons:
            raise ValueError("pick_reasons and pause_reasons need at least one entry each")


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The office as its head defined it. Its changes are events, so the log knows who changed what."""

    names: Names
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    rules: Rules = Rules()
    journeys: tuple[Journey, ...] = ()
    kiosks: dict[str, OfflineLetter] = {}
    """For each kiosk the letter of its offline series: ``{kiosk-1: X}`` gives AX01 for service A."""
    zone: str = DEFAULT_ZONE
    hours: dict[Weekday, tuple[tuple[TimeOfDay, TimeOfDay], ...]] = {}
    """Opening spans for each weekday; a weekday left out is closed. Empty: always open."""
    holidays: tuple[str, ...] = ()
    """Dates (YYYY-MM-DD) on which the office stays closed."""
    day_closes_at: TimeOfDay = "23:00"
    follow_url: str = ""
    """Address under which a ticket can be followed on a phone; the ticket's token is put behind it."""
    messages: bool = False
    """Something sends messages to telephone numbers that citizens leave; kiosks ask for them."""
    texts: dict[str, dict[str, str]] = {}
    """The office's own wording of what citizens read, by key and language; docs/rules.md lists the keys."""
