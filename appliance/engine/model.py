"""What a queue is made of: the office as its head defined it, and the state of one business day."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.units import DEFAULT_ZONE, SECOND

TicketState = Literal["waiting", "called", "serving", "parked", "served", "no_show", "cancelled", "voided", "expired"]
"""``voided``: given out by the hub, but the citizen holds an offline ticket instead, for the answer never came."""
AT_COUNTER: Final = ("called", "serving")

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


class Span(msgspec.Struct, frozen=True):
    """A stretch of time during which tickets are given out."""

    opens: int
    closes: int


class Booking(msgspec.Struct, frozen=True):
    """A time kept for somebody. The code is theirs; who they are is not known here."""

    code: str
    service: ServiceId
    due_at: int
    priority: bool = False


class Before(msgspec.Struct, frozen=True):
    """What staff's word for the time came upon, so that it can be taken back while nobody has come since.

    ``at``: of the last event then; ``said_at``: the time that they said last; the rest: of the day then.
    """

    at: int
    said_at: int
    date: str = ""
    next_opens_at: int | None = None
    bookings: tuple[Booking, ...] = ()


class Announcement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page that lobby screens show while nobody is called: a ``title`` and a ``body``, by language."""

    title: Names
    body: dict[str, str] = {}


class Notices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What staff wrote for the lobby: sentences of the bottom line, and pages."""

    running: tuple[Names, ...] = ()
    announcements: tuple[Announcement, ...] = ()


class Emergency(msgspec.Struct, frozen=True):
    """A text that takes over every screen and voice until it is ended. ``seq``: of the event that raised it."""

    seq: int
    at: int
    text: Names


class Told(msgspec.Struct, frozen=True):
    """What a citizen was told: people ahead, and the minutes to wait with their range; None where nobody knows."""

    ahead: int
    minutes: float | None = None
    low: float | None = None
    high: float | None = None


class Experience(msgspec.Struct, frozen=True):
    """What was learnt about one service. Weights count visits; older days count for less.

    ``spread``: weighted sum of squared deviations from ``mean_ms``. ``at_counters``: weight and mean of each counter.
    """

    served: float = 0.0
    mean_ms: float = 0.0
    spread: float = 0.0
    at_counters: dict[CounterId, tuple[float, float]] = {}
    called: float = 0.0
    absent: float = 0.0
    absent_ms: float = 0.0


class Learnt(msgspec.Struct, frozen=True):
    """What the days have taught, carried from one to the next. See ``engine/learning.py``.

    ``gaps``, ``gaps_ms``: from one citizen to the next while people wait. ``below``, ``above``: by how much the ends of
    the foretold range are to be stretched.
    """

    services: dict[ServiceId, Experience] = {}
    gaps: float = 0.0
    gaps_ms: float = 0.0
    below: float = 1.0
    above: float = 1.0


class Place(msgspec.Struct, frozen=True, order=True, array_like=True):
    """Where a ticket stands in its queue: effective arrival, then sequence, then rank behind somebody."""

    at: int
    order: int
    rank: int = 0


class Ticket(msgspec.Struct):
    """One citizen's turn. ``place`` is where it stands, or stood, in its queue."""

    number: TicketNumber
    service: ServiceId
    arrived_at: int
    order: int
    place: Place
    priority: bool = False
    due_at: int | None = None
    """A booked citizen's time; None for walk-ins, and for those who checked in too late."""
    steps: tuple[ServiceId, ...] = ()
    """Services of its journey that are still to come."""
    state: TicketState = "waiting"
    counter: CounterId | None = None
    called_at: int | None = None
    last_call_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    calls: int = 0
    told: Told | None = None
    changed_at: int = 0
    """When its state last changed."""


Standing = tuple[Place, TicketNumber]


class Queue(msgspec.Struct):
    """Who waits for one service, each class in its order. ``booked`` is ordered by the booked time."""

    regular: list[Standing] = []
    priority: list[Standing] = []
    booked: list[Standing] = []

    def __len__(self) -> int:
        """Return how many people wait."""
        return len(self.regular) + len(self.priority) + len(self.booked)

    def of(self, ticket: Ticket) -> list[Standing]:
        """Return the list in which ``ticket`` stands."""
        if ticket.due_at is not None:
            return self.booked
        return self.priority if ticket.priority else self.regular


class LastCall(msgspec.Struct, frozen=True):
    """A call as a lobby shows it. ``seq`` is the sequence number of its event."""

    seq: int
    at: int
    number: TicketNumber
    counter: CounterId
    service: ServiceId
    recall: bool


class Press(msgspec.Struct, frozen=True):
    """A press that finished or called somebody at a counter, with all that it changed as that was before it.

    ``seq``, ``at``: of its last event. ``called``: whom it called. ``finished``: whom it finished, and ``went_on``:
    their place in the queue of their journey's next service. ``mix``, ``called_at``, ``free_since``: the counter's.
    ``calls``: the lobby's. ``learnt`` and ``taught``: what was known before and after it.
    """

    seq: int
    at: int
    called: Ticket | None
    finished: Ticket | None
    went_on: Place | None
    mix: int
    called_at: int | None
    free_since: int | None
    calls: list[LastCall]
    learnt: Learnt
    taught: Learnt


class CounterNow(msgspec.Struct):
    """A counter at this moment; ``changed_at`` and ``seq`` are those of the last event that concerned it."""

    open: bool = False
    paused: str = ""
    """Why it calls nobody for a while; empty while it does."""
    officer: str = ""
    """Whose session it is; empty if only its keypad is used."""
    ticket: TicketNumber | None = None
    called_at: int | None = None
    mix: int = 0
    """Where it stands in the turn of priority and regular calls."""
    changed_at: int = 0
    seq: int = 0
    free_since: int | None = None
    """When it ended with a citizen and could have called the next one."""
    presses: list[Press] = []
    """What can be taken back, the latest last; none after anything that cannot."""


class Day(msgspec.Struct):
    """The state of one business day. Changed by ``evolve`` alone."""

    definition: Definition | None = None
    date: str = ""
    is_open: bool = False
    spans: tuple[Span, ...] = ()
    ends_at: int = 0
    last_tickets: dict[ServiceId, int] = {}
    next_opens_at: int | None = None
    seed: str = ""
    """Names the configuration file's office that was last taken over."""
    defined: int = 0
    """The number of the event that defined the office; it names this version of it."""
    defined_at: int = 0
    defined_by: str = ""
    """The officer; empty for the configuration file."""
    training: bool = False
    """This is a day of practice."""
    resting: bool = False
    """Staff practise elsewhere; nothing happens here meanwhile."""
    notices: Notices = Notices()
    emergency: Emergency | None = None
    stopped: dict[str, str] = {}
    """Services (and the office, as ``""``) that give no numbers now, with the reason that citizens read."""
    seq: int = 0
    at: int = 0
    tickets: dict[TicketNumber, Ticket] = {}
    waiting: dict[ServiceId, Queue] = {}
    issued: dict[ServiceId, int] = {}
    counters: dict[CounterId, CounterNow] = {}
    last_numbers: dict[str, int] = {}
    last_calls: list[LastCall] = []
    learnt: Learnt = msgspec.field(default_factory=Learnt)
    rosters: dict[CounterId, tuple[Span, ...]] = {}
    """When officers are to sit at the counters that have a roster."""
    bookings: dict[str, Booking] = {}
    before_vouch: Before | None = None
    """What staff's word for the time came upon; None once anything has happened since that concerns a citizen."""
    replaced: set[str] = set()
    """Requests whose citizens hold an offline ticket instead: they are not carried out any more."""
    services: dict[ServiceId, Service] = {}
    counter_definitions: dict[CounterId, Counter] = {}

    @property
    def rules(self) -> Rules:
        """Return the rules in force."""
        return self.definition.rules if self.definition else Rules()

    def gives_tickets(self, now: int) -> bool:
        """Tell whether opening hours allow someone to take a number now."""
        return self.is_open and any(span.opens <= now < span.closes for span in self.spans)
