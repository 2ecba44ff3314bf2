"""What a queue is made of: the office as its head defined it (``definition``), and the state of one business day."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine.definition import *  # noqa: F403  # one vocabulary, in two files
from appliance.engine.definition import Counter, Definition, Names, Rules, Service

TicketState = Literal["waiting", "called", "serving", "parked", "served", "no_show", "cancelled", "voided", "expired"]
"""``voided``: given out by the hub, but the citizen holds an offline ticket instead, for the answer never came."""
AT_COUNTER: Final = ("called", "serving")


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


class Broadcast(msgspec.Struct, frozen=True):
    """What everybody who waits is told, up to ``until``. ``seq``: of the event that said it."""

    seq: int
    at: int
    until: int
    text: Names


class Alarm(msgspec.Struct, frozen=True):
    """A counter at which help was asked for. ``seq``: of the event that raised it."""

    seq: int
    at: int
    counter: CounterId
    officer: str = ""


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
    only: CounterId | None = None
    """The one counter that it waits for; None while it waits for any that serves it."""
    called_at: int | None = None
    last_call_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    calls: int = 0
    told: Told | None = None
    changed_at: int = 0
    """When its state last changed."""
    outcomes: tuple[str, ...] = ()
    """What came of its present visit, or of the last one."""
    served_at: tuple[CounterId, ...] = ()
    """The counters that finished a visit of it."""
    paper: int | None = None
    """The event with which a kiosk was first named to print it; None if none was."""


Standing = tuple[Place, TicketNumber]


class Queue(msgspec.Struct):
    """Who waits for one service, each class in its order. ``booked`` is ordered by the booked time."""

    regular: list[Standing] = []
    priority: list[Standing] = []
    booked: list[Standing] = []

    def __len__(self) -> int:
        """Return how many people wait."""
        return len(self.regular) + len(self.priority) + len(self.booked)

    def parts(self) -> tuple[list[Standing], ...]:
        """Return the lists of all classes."""
        return self.regular, self.priority, self.booked

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
    their place in the queue of their journey's next service. ``mix``, ``called_at``, ``free_since``, ``just_served``:
    the counter's. ``calls``: the lobby's. ``learnt`` and ``taught``: what was known before and after it.
    """

    seq: int
    at: int
    called: Ticket | None
    finished: Ticket | None
    went_on: Place | None
    mix: int
    called_at: int | None
    free_since: int | None
    just_served: TicketNumber | None
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
    just_served: TicketNumber | None = None
    """Who was done here last, until somebody else goes on from here without being done."""
    called_at: int | None = None
    mix: int = 0
    """Where it stands in the turn of priority and regular calls."""
    changed_at: int = 0
    seq: int = 0
    own: Queue = msgspec.field(default_factory=Queue)
    """Who waits for this counter alone."""
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
    broadcast: Broadcast | None = None
    """It may have ended by itself."""
    alarms: list[Alarm] = []
    """Of counters that ask for help, the latest last."""
    quick: dict[ServiceId, int] = {}
    """How many were served at once today, without a number."""
    papers: dict[str, set[TicketNumber]] = {}
    """Numbers of contingency sheets that were entered since it opened, by their own business day."""
    stopped: dict[str, str] = {}
    """Services (and the office, as ``""``) that give no numbers now, with the reason that citizens read."""
    full: dict[ServiceId, int] = {}
    """Services that give no more numbers today, and when whoever had come would have been called."""
    kept_open: set[ServiceId] = set()
    """Services that staff resumed though they were full: they are not stopped again."""
    seq: int = 0
    at: int = 0
    tickets: dict[TicketNumber, Ticket] = {}
    waiting: dict[ServiceId, Queue] = {}
    issued: dict[ServiceId, int] = {}
    counters: dict[CounterId, CounterNow] = {}
    last_numbers: dict[str, int] = {}
    by_word: dict[str, int] = {}
    """How far each series was brought today by kiosks' word alone: by what they printed without the hub."""
    last_calls: list[LastCall] = []
    learnt: Learnt = msgspec.field(default_factory=Learnt)
    rosters: dict[CounterId, tuple[Span, ...]] = {}
    """When officers are to sit at the counters that have a roster."""
    bookings: dict[str, Booking] = {}
    rated: set[TicketNumber] = set()
    """Tickets of today whose citizens have rated the service."""
    yesterday: str = ""
    """The business day before."""
    rateable: dict[TicketNumber, ServiceId] = {}
    """Whoever was served on the business day before and has not rated that yet, and in what service."""
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

    def queue_of(self, ticket: Ticket) -> Queue:
        """Return the queue in which ``ticket`` stands, or would: its service's, or that of the one counter."""
        return self.waiting[ticket.service] if ticket.only is None else self.counters[ticket.only].own

    def gives_tickets(self, now: int) -> bool:
        """Tell whether opening hours allow someone to take a number now."""
        return self.is_open and any(span.opens <= now < span.closes for span in self.spans)
