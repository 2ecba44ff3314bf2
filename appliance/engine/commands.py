"""Everything that can be asked of a queue: a closed list."""

from __future__ import annotations

import msgspec

from appliance.engine.model import CounterId, Definition, ServiceId, Span, TicketNumber


class DefineOffice(msgspec.Struct, frozen=True):
    """Set services, counters, rules and hours."""

    definition: Definition


class OpenDay(msgspec.Struct, frozen=True):
    """Begin a business day. ``spans``: when tickets are given out; ``ends_at``: when the day closes by itself."""

    date: str
    spans: tuple[Span, ...]
    ends_at: int


class CloseDay(msgspec.Struct, frozen=True):
    """End the business day; what is still open expires."""


class IssueTicket(msgspec.Struct, frozen=True):
    """Give the next number of a service."""

    service: ServiceId
    priority: bool = False


class CallNext(msgspec.Struct, frozen=True):
    """Finish the counter's ticket, if any, and call the next one by rule."""

    counter: CounterId


class Recall(msgspec.Struct, frozen=True):
    """Call the counter's ticket once more."""

    counter: CounterId


class StartService(msgspec.Struct, frozen=True):
    """The citizen has arrived at the counter."""

    counter: CounterId


class Finish(msgspec.Struct, frozen=True):
    """The citizen has been served; a ticket that was never started is started and finished."""

    counter: CounterId


class NoShow(msgspec.Struct, frozen=True):
    """The citizen did not come."""

    counter: CounterId


class Transfer(msgspec.Struct, frozen=True):
    """Send the counter's ticket to another service, where it waits by its arrival, with its number."""

    counter: CounterId
    service: ServiceId


class Cancel(msgspec.Struct, frozen=True):
    """Withdraw a waiting ticket."""

    number: TicketNumber


class OpenCounter(msgspec.Struct, frozen=True):
    """Open a counter for calls."""

    counter: CounterId


class CloseCounter(msgspec.Struct, frozen=True):
    """Close a counter: a ticket being served is finished, one merely called waits again in its old place."""

    counter: CounterId


Command = (
    DefineOffice
    | OpenDay
    | CloseDay
    | IssueTicket
    | CallNext
    | Recall
    | StartService
    | Finish
    | NoShow
    | Transfer
    | Cancel
    | OpenCounter
    | CloseCounter
)
