"""Everything that can have happened: past tense, a closed list. An event is never changed once it is in a log."""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.engine.model import CounterId, Definition, ServiceId, Span, TicketNumber


class Base(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    """What all events share: the name of their type in the log."""


class OfficeDefined(Base, frozen=True):
    """Services, counters, rules and hours were set."""

    definition: Definition


class DayOpened(Base, frozen=True):
    """A business day began; numbers start anew."""

    date: str
    spans: tuple[Span, ...]
    ends_at: int


class DayClosed(Base, frozen=True):
    """The business day ended."""

    date: str


class TicketIssued(Base, frozen=True):
    """A citizen got a number, and was told how many are ahead and how long it may take (minutes, if sure)."""

    number: TicketNumber
    service: ServiceId
    priority: bool
    ahead: int
    low: int | None = None
    high: int | None = None


class TicketCalled(Base, frozen=True):
    """A counter called a number. ``reason`` says why this one; ``waited_ms`` is arrival to call."""

    number: TicketNumber
    counter: CounterId
    service: ServiceId
    reason: str
    waited_ms: int


class TicketRecalled(Base, frozen=True):
    """The number was called once more."""

    number: TicketNumber
    counter: CounterId
    service: ServiceId
    times: int


class ServiceStarted(Base, frozen=True):
    """The citizen arrived at the counter."""

    number: TicketNumber
    counter: CounterId


class ServiceFinished(Base, frozen=True):
    """The citizen was served."""

    number: TicketNumber
    counter: CounterId


class TicketNotShown(Base, frozen=True):
    """The citizen did not come."""

    number: TicketNumber
    counter: CounterId


class TicketTransferred(Base, frozen=True):
    """The ticket waits for another service, with its number and its arrival."""

    number: TicketNumber
    counter: CounterId
    service: ServiceId


class TicketReturned(Base, frozen=True):
    """A called ticket waits again in its old place, because its counter closed."""

    number: TicketNumber
    counter: CounterId


class TicketCancelled(Base, frozen=True):
    """A waiting ticket was withdrawn."""

    number: TicketNumber


class TicketExpired(Base, frozen=True):
    """The day ended before the ticket did."""

    number: TicketNumber


class CounterOpened(Base, frozen=True):
    """A counter may call."""

    counter: CounterId


class CounterClosed(Base, frozen=True):
    """A counter may not call."""

    counter: CounterId


Event = (
    OfficeDefined
    | DayOpened
    | DayClosed
    | TicketIssued
    | TicketCalled
    | TicketRecalled
    | ServiceStarted
    | ServiceFinished
    | TicketNotShown
    | TicketTransferred
    | TicketReturned
    | TicketCancelled
    | TicketExpired
    | CounterOpened
    | CounterClosed
)

VERSION: Final = 1
"""The version that new events are written with; ``store.event_log`` upcasts older ones on reading."""


class Entry(msgspec.Struct, frozen=True):
    """An event with its place in the log."""

    seq: int
    at: int
    event: Event
