"""What the engine is asked: the vocabulary that boxes speak, and what the hub asks itself, or in a request's place."""

from __future__ import annotations

import msgspec

from appliance.commands import *  # noqa: F403  # one vocabulary
from appliance.commands import Body, CounterId, ServiceId, TicketNumber
from appliance.engine.model import Definition, Notices, Span, Told


class OfHub(msgspec.Struct, frozen=True):
    """What only the hub asks: by itself, or in the place of a request, with what it knows besides."""


class DefineOffice(OfHub, frozen=True):
    """Set services, counters, rules and hours.

    ``officer``: who wants it so. ``seed``: names the configuration file's office if it comes from there. ``expects``:
    the event that defined the office from which this was made; None if it is to hold whatever was before.
    """

    definition: Definition
    officer: str = ""
    seed: str = ""
    expects: int | None = None


class OpenDay(OfHub, frozen=True):
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


class CloseDay(OfHub, frozen=True):
    """End the business day; what is still open expires."""


class FillService(OfHub, frozen=True):
    """Give no more numbers of a service today: whoever comes would be called at ``called_at``, after closing time."""

    service: ServiceId
    called_at: int


class UnfillService(OfHub, frozen=True):
    """Give numbers of a service again that was full: it goes faster than was foretold."""

    service: ServiceId


class VouchTime(OfHub, frozen=True):
    """A member of staff says what time it is. ``sure``: though it is far from what is likely.

    ``known``: what time the hub thinks it is; None while it does not know.
    """

    at: int
    officer: str
    sure: bool = False
    known: int | None = None


class NoteEntry(OfHub, frozen=True):
    """A member of staff opened a kiosk's staff screen. ``may``: what they may do there, as ``Permission`` has it."""

    kiosk: str
    officer: str
    may: tuple[str, ...]


class PostNotices(OfHub, frozen=True):
    """Set what the lobby reads: the bottom line and the pages."""

    notices: Notices
    officer: str


class NotePrinted(OfHub, frozen=True):
    """A kiosk tells the highest count of each prefix that it has printed on ``date``."""

    kiosk: str
    date: str
    highest: dict[str, int]


class IssueTicket(OfHub, frozen=True):
    """Give the next number of a service, or of a journey's first one (then ``service`` is the journey's id).

    ``outlook``: the wait that is foretold to whoever comes now; None while nobody knows. ``channel``: as in ``Issue``.
    """

    service: ServiceId
    priority: bool = False
    outlook: Told | None = None
    channel: str = ""


class IssueBooked(OfHub, frozen=True):
    """The holder of a booking is here, and gets a number. ``outlook``: as for whoever comes without one."""

    code: str
    outlook: Told | None = None
    channel: str = ""


class EnterPaper(OfHub, frozen=True):
    """Enter a number of a contingency sheet. ``known``: the rows of ``date`` have it already.

    Instants are milliseconds since 1970; None for what never came.
    """

    number: TicketNumber
    date: str
    arrived_at: int
    called_at: int | None = None
    served_at: int | None = None
    priority: bool = False
    counter: CounterId | None = None
    known: bool = False


class MergedTicket(msgspec.Struct, frozen=True):
    """A number that a kiosk printed alone. ``age_ms``: how long ago, by the office's time.

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


class MergeTickets(OfHub, frozen=True):
    """Take in what a kiosk printed while the hub was away, in the order of printing."""

    kiosk: str
    tickets: tuple[MergedTicket, ...]


class RateTicket(OfHub, frozen=True):
    """The holder of a ticket rates the service. ``source``: on what. ``asks``: only whether they may."""

    number: TicketNumber
    source: str
    asks: bool = False


class RateLast(OfHub, frozen=True):
    """Whoever was served last at a counter rates the service. ``source``: on what."""

    counter: CounterId
    source: str


class NoteForm(OfHub, frozen=True):
    """Staff enter what somebody answered on paper on ``date``."""

    date: str
    service: ServiceId | None = None


Command = Body | OfHub
