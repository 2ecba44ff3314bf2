"""Everything that can be asked of a queue: a closed list."""

from __future__ import annotations

import msgspec

from appliance.engine.model import CounterId, Definition, Notices, ServiceId, Span, TicketNumber, Told


class DefineOffice(msgspec.Struct, frozen=True):
    """Set services, counters, rules and hours.

    ``officer``: who wants it so. ``seed``: names the configuration file's office if it comes from there.
    """

    definition: Definition
    officer: str = ""
    seed: str = ""


class OpenDay(msgspec.Struct, frozen=True):
    """Begin a business day.

    ``spans``: when tickets are given out; ``ends_at``: when the day closes by itself; ``last_tickets``: for services
    that stop earlier, when; ``next_opens_at``: when the office opens after today, if that is known; ``rosters``: when
    officers are to sit at the counters that have a roster.
    """

    date: str
    spans: tuple[Span, ...]
    ends_at: int
    last_tickets: dict[ServiceId, int] = {}
    next_opens_at: int | None = None
    rosters: dict[CounterId, tuple[Span, ...]] = {}
    training: bool = False


class CloseDay(msgspec.Struct, frozen=True):
    """End the business day; what is still open expires."""


class Stop(msgspec.Struct, frozen=True):
    """Give no more numbers, of one service or (``service`` None) of any. Citizens read the ``reason``."""

    reason: str
    service: ServiceId | None = None


class Resume(msgspec.Struct, frozen=True):
    """Give numbers again, of one service or (``service`` None) of the office."""

    service: ServiceId | None = None


class VouchTime(msgspec.Struct, frozen=True):
    """A member of staff says what time it is. ``sure``: though it is far from what is likely.

    ``known``: what time the hub thinks it is; None while it does not know.
    """

    at: int
    officer: str
    sure: bool = False
    known: int | None = None


class BeginTraining(msgspec.Struct, frozen=True):
    """Practise: the real queue rests."""

    officer: str


class EndTraining(msgspec.Struct, frozen=True):
    """Practice is over."""

    officer: str


class PostNotices(msgspec.Struct, frozen=True):
    """Set what the lobby reads: the bottom line and the pages."""

    notices: Notices
    officer: str


class RaiseEmergency(msgspec.Struct, frozen=True):
    """Let a text take over every screen and voice. By language, without which nothing is said in it."""

    text: dict[str, str]
    officer: str


class EndEmergency(msgspec.Struct, frozen=True):
    """The emergency is over."""

    officer: str


class Page(msgspec.Struct, frozen=True):
    """Have a text spoken in the lobby, between calls, by language."""

    text: dict[str, str]
    officer: str


class NotePrinted(msgspec.Struct, frozen=True):
    """A kiosk tells the highest count of each prefix that it has printed on ``date``."""

    kiosk: str
    date: str
    highest: dict[str, int]


class IssueTicket(msgspec.Struct, frozen=True):
    """Give the next number of a service, or of a journey's first one (then ``service`` is the journey's id).

    ``outlook``: the wait that is foretold to whoever comes now; None while nobody knows.
    """

    service: ServiceId
    priority: bool = False
    outlook: Told | None = None


class Book(msgspec.Struct, frozen=True):
    """Keep a time for somebody who holds ``code``."""

    code: str
    service: ServiceId
    due_at: int
    priority: bool = False


class CancelBooking(msgspec.Struct, frozen=True):
    """Give a kept time back."""

    code: str


class CheckIn(msgspec.Struct, frozen=True):
    """The holder of a booking is here, and gets a number."""

    code: str
    outlook: Told | None = None


class OfflineTicket(msgspec.Struct, frozen=True):
    """A number that a kiosk printed alone. ``age_ms``: how long ago, by the kiosk's own elapsed time.

    ``minted_from``: what the ticket's QR code was made from.
    """

    number: TicketNumber
    service: ServiceId
    age_ms: int
    minted_from: str = ""
    priority: bool = False
    instead_of: str | None = None
    """The request whose answer never came, and which this ticket replaces."""
    ghost: TicketNumber | None = None
    """The number that the hub gave to that request, if it did."""


class MergeOffline(msgspec.Struct, frozen=True):
    """Take in what a kiosk printed while the hub was away, in the order of printing."""

    kiosk: str
    tickets: tuple[OfflineTicket, ...]


class Cancel(msgspec.Struct, frozen=True):
    """Withdraw a waiting or parked ticket."""

    number: TicketNumber


class ReprintTicket(msgspec.Struct, frozen=True):
    """Print a ticket's paper once more."""

    number: TicketNumber


class ReturnTicket(msgspec.Struct, frozen=True):
    """A parked citizen, or one who was called in vain, waits again."""

    number: TicketNumber


class AtCounter(msgspec.Struct, frozen=True):
    """What is asked at a counter. ``officer``: whose console asks; empty for the counter's keypad."""

    counter: CounterId
    officer: str = ""


class CallNext(AtCounter, frozen=True):
    """Finish the counter's ticket, if any, and call the next one by rule."""


class CallNumber(AtCounter, frozen=True, kw_only=True):
    """Finish the counter's ticket, if any, and call a particular one, for a reason of the office's list."""

    number: TicketNumber
    reason: str


class Undo(AtCounter, frozen=True):
    """Take the last call back: the ticket waits again in its old place."""


class Recall(AtCounter, frozen=True):
    """Call the counter's ticket once more."""


class Reprint(AtCounter, frozen=True):
    """Print the paper of the counter's ticket once more."""


class StartService(AtCounter, frozen=True):
    """The citizen has arrived at the counter."""


class Finish(AtCounter, frozen=True):
    """The citizen has been served; a ticket that was never started is started and finished."""


class NoShow(AtCounter, frozen=True):
    """The citizen did not come."""


class Park(AtCounter, frozen=True):
    """Put the counter's ticket aside until it is returned."""


class Transfer(AtCounter, frozen=True, kw_only=True):
    """Send the counter's ticket to another service, with its number."""

    service: ServiceId


class OpenCounter(AtCounter, frozen=True):
    """Open a counter for calls, or go on after a pause."""


class PauseCounter(AtCounter, frozen=True, kw_only=True):
    """Call nobody for a while, for a reason of the office's list."""

    reason: str


class CloseCounter(AtCounter, frozen=True):
    """Close a counter: a ticket being served is finished, one merely called waits again in its old place."""


Command = (
    DefineOffice
    | OpenDay
    | CloseDay
    | Stop
    | Resume
    | VouchTime
    | BeginTraining
    | EndTraining
    | PostNotices
    | RaiseEmergency
    | EndEmergency
    | Page
    | NotePrinted
    | IssueTicket
    | Book
    | CancelBooking
    | CheckIn
    | MergeOffline
    | Cancel
    | ReprintTicket
    | ReturnTicket
    | CallNext
    | CallNumber
    | Undo
    | Recall
    | Reprint
    | StartService
    | Finish
    | NoShow
    | Park
    | Transfer
    | OpenCounter
    | PauseCounter
    | CloseCounter
)
