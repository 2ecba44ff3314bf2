"""Versioned payloads, as JSON. This is the public contract: ``docs/wire.md`` is made from it.

Instants are milliseconds
since 1970 (UTC); ticks are milliseconds of the hub's monotonic clock; both follow the office's clock rate.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from appliance.commands import *  # noqa: F403  # one vocabulary, in two files
from appliance.commands import Announcement, AnyBody, Millis, Number, RequestId, Slip, Spoken
from appliance.wire.coding import *  # noqa: F403  # one language, in two files
from appliance.wire.coding import decode

VERSION: Final = 1
MOST_TURNS: Final = 4_000
"""More than this do not fit into one payload, and nobody plans by a wait of days."""

LAST_CALLS: Final = 12
"""``Board.calls`` has at most so many: a call that is missing from a shorter list was taken back."""

Rate = Annotated[float, msgspec.Meta(gt=0, le=100_000)]
Names = dict[str, str]
"""One text per language code: ``{"id": "Loket 1", "en": "Counter 1"}``."""


class Seen(msgspec.Struct, frozen=True):
    """How old a command is, without comparing clocks: the hub's ``clock`` as last seen and the time since then."""

    boot: str
    tick: Millis
    since: Millis


class Request(msgspec.Struct, frozen=True):
    """A command on its way to the hub. The same ``id`` twice has the effect of once, and the same answer."""

    v: Literal[1]
    id: RequestId
    seen: Seen
    body: AnyBody


class IssuedTicket(msgspec.Struct, frozen=True):
    """What a kiosk prints. ``low``/``high``: estimated wait in minutes, None when unsure.

    ``service``: whose number it is; ``steps``: the services of its journey that come after that one.
    """

    number: str
    service: str
    day: str
    issued_at: Millis
    ahead: int
    priority: bool = False
    low: int | None = None
    high: int | None = None
    steps: list[str] = []


class Identified(msgspec.Struct, frozen=True):
    """Who a member of staff is. ``may``: ``kiosk:staff`` and perhaps ``clock:vouch``."""

    name: str
    may: list[str]


class Accepted(msgspec.Struct, frozen=True, tag_field="result", tag="accepted"):
    """Done, and durable. ``seq`` is the last event it caused; ``number`` the ticket it concerns.

    ``person``: who has identified themselves.
    """

    v: Literal[1]
    id: str
    seq: int
    number: str | None = None
    ticket: IssuedTicket | None = None
    person: Identified | None = None


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with an office's definition.

    ``path``: the key's, with items of lists by their ids (``services.a.prefix``). ``code`` names it in the message
    catalogues (``admin.problem.…``), ``values`` what its sentence names; ``advice`` is for a technician.
    """

    path: str
    code: str
    advice: str = ""
    values: dict[str, str] = {}


class Refused(msgspec.Struct, frozen=True, tag_field="result", tag="refused"):
    """Nothing was changed. ``code`` names the reason in the message catalogues; ``advice`` is for a technician.

    ``wait``: milliseconds of the office's clock after which the same may be asked again, 0 if time alone does not help.
    ``problems``: what is wrong with an office's definition, one by one.
    """

    v: Literal[1]
    id: str
    code: str
    advice: str = ""
    wait: Millis = 0
    problems: list[Problem] = []


AnyReply = Accepted | Refused


class Clock(msgspec.Struct, frozen=True):
    """The hub's time. ``at`` is None while no one vouches for the time of day; ``rate`` is 1 outside simulations."""

    v: Literal[1]
    boot: str
    tick: Millis
    at: Millis | None
    rate: Rate
    zone: str


class Office(msgspec.Struct, frozen=True):
    """What citizens read about the office. ``phase``: open, before (not yet open), break, after, closed (no time).

    ``training``: staff are practising; every screen and ticket says so. ``messages``: whoever leaves a telephone number
    gets a message when it is nearly their turn. ``holiday``: it does not open at all today. ``texts``: its own words in
    place of the catalogues', by key and language.
    ``survey``: how citizens are asked what they think of the service; empty if they are not.
    """

    names: Names
    phase: Literal["open", "before", "break", "after", "closed"]
    opens_at: Millis | None = None
    closes_at: Millis | None = None
    notice: Names = {}
    follow_url: str = ""
    training: bool = False
    holiday: bool = False
    messages: bool = False
    texts: dict[str, Names] = {}
    survey: Literal["", "short", "long"] = ""


class ServiceState(msgspec.Struct, frozen=True):
    """One service as citizens see it.

    ``waiting``: in its queue; ``ahead``: whom the counters that may serve you will call before you; ``low``/``high``:
    wait in minutes for someone who comes now, None when unsure. While not ``open``, ``reason`` is a key of the
    catalogues (``quota``, ``last_ticket``, ``full``, ``stopped``, ``office``), and ``notice`` what staff wrote.
    ``group``: the heading under which a kiosk shows it; services with the same names of their group stand together.
    ``services``: those of a journey, in order; its queue is that of the first.
    """

    id: str
    prefix: str
    names: Names
    waiting: int
    ahead: int = 0
    open: bool = True
    reason: str = ""
    notice: str = ""
    low: int | None = None
    high: int | None = None
    bring: dict[str, list[str]] = {}
    group: Names = {}
    services: list[str] = []


class Series(msgspec.Struct, frozen=True):
    """How numbers of one service look, and how far they may go without asking.

    ``digits``: at least so many. ``left``: of the day's quota, None without one. ``until``: its last-ticket time.
    """

    prefix: str
    digits: int
    left: int | None = None
    until: Millis | None = None


class Lease(msgspec.Struct, frozen=True):
    """What a kiosk may do alone while the hub is away.

    ``letters``: of each kiosk's own series, put behind the service's prefix (AX01). ``spans``: when numbers are given
    out, as pairs of instants. ``ends_at``: when the business day ends. ``series``: by service. ``highest``: the highest
    count that the hub has taken in of each kiosk's series that day (by ``AX``), so that a kiosk that has lost its own
    memory gives none of them again.
    """

    letters: dict[str, str] = {}
    spans: list[tuple[Millis, Millis]] = []
    ends_at: Millis = 0
    series: dict[str, Series] = {}
    highest: dict[str, int] = {}


class Catalogue(msgspec.Struct, frozen=True):
    """What a kiosk may offer now, and what it may do alone (``lease``).

    ``elsewhere``: services that nobody chooses at a kiosk; whoever has a booking for one gets its ticket there.
    ``staff_numbers``: staff have PINs of their own, and identify themselves by number and PIN.
    """

    v: Literal[1]
    seq: int
    day: str
    office: Office
    services: list[ServiceState]
    lease: Lease = Lease()
    elsewhere: list[ServiceState] = []
    staff_numbers: bool = False


class Turn(msgspec.Struct, frozen=True, array_like=True):
    """One ticket that waits. ``position``: 1 is called next; minutes from ``Waiting.at``, None when unsure.

    ``low`` to ``high`` is rounded for people and holds in about 80 of 100 cases.
    """

    number: str
    position: int
    minutes: int | None = None
    low: int | None = None
    high: int | None = None


class Waiting(msgspec.Struct, frozen=True):
    """Who waits, by service, the nearest to their turn first; at most ``MOST_TURNS`` in all."""

    v: Literal[1]
    seq: int
    day: str
    at: Millis
    turns: dict[str, list[Turn]]


class CounterState(msgspec.Struct, frozen=True):
    """One counter. ``state``: closed, paused, free, called or serving; ``waiting``: people it could call.

    ``paused``: it calls nobody more, also while a citizen is still called or served there.
    """

    v: Literal[1]
    seq: int
    id: str
    names: Names
    state: Literal["closed", "paused", "free", "called", "serving"]
    number: str | None = None
    since: Millis = 0
    calls: int = 0
    waiting: int = 0
    paused: bool = False


class Call(msgspec.Struct, frozen=True):
    """A number called to a counter. Carries its own words: nothing is looked up later. ``seq`` identifies it."""

    v: Literal[1]
    seq: int
    at: Millis
    number: str
    counter: str
    counter_names: Names
    service: str
    service_names: Names
    recall: bool = False


class Board(msgspec.Struct, frozen=True):
    """Everything a lobby display shows. ``calls``: the latest first, one a ticket."""

    v: Literal[1]
    seq: int
    day: str
    office: Office
    calls: list[Call]
    counters: list[CounterState]
    services: list[ServiceState]


class Emergency(msgspec.Struct, frozen=True):
    """A text that takes over screens and voices, by language. ``seq`` identifies it."""

    seq: int
    at: Millis
    text: Spoken


class Broadcasting(msgspec.Struct, frozen=True):
    """What everybody who waits is told, by language, up to ``until``. It was spoken as a page with the same ``seq``."""

    seq: int
    at: Millis
    until: Millis
    text: Spoken


class Notices(msgspec.Struct, frozen=True):
    """What the lobby reads beside the queue: the bottom line, pages, and an emergency, which takes over everything.

    ``broadcast``: what everybody is told now, shown above the bottom line.
    """

    v: Literal[1]
    running: list[Names] = []
    announcements: list[Announcement] = []
    emergency: Emergency | None = None
    broadcast: Broadcasting | None = None


class Paging(msgspec.Struct, frozen=True):
    """A text to be spoken between calls, by language; never retained. ``seq`` identifies it, as it does calls."""

    v: Literal[1]
    seq: int
    at: Millis
    text: Spoken


class Reprinting(msgspec.Struct, frozen=True):
    """A ticket that the kiosk which printed it is to print once more; never retained. ``seq`` as in calls.

    ``day``: the ticket's business day. Numbers come again every day, and a kiosk remembers more than one.
    """

    v: Literal[1]
    seq: int
    number: Number
    day: str


class TicketToPrint(msgspec.Struct, frozen=True):
    """A ticket for one kiosk's printer, on a console's word; never retained. ``id``: a second one of it is the same.

    ``minted``: what its QR code is made from, the same as on any other paper of it. ``copy``: there is, or may be, one.
    """

    v: Literal[1]
    id: RequestId
    ticket: IssuedTicket
    minted: RequestId
    copy: bool = False


class SlipToPrint(msgspec.Struct, frozen=True):
    """A slip for one kiosk's printer; never retained. ``id``: a second one of it is the same slip."""

    v: Literal[1]
    id: RequestId
    slip: Slip


class Part(msgspec.Struct, frozen=True):
    """The health of one part of a box (printer, speaker, buttons, …). A box may have several of one ``name``.

    ``code``: what there is to say, a key of the catalogues (``part.<name>.<code>``, else ``part.any.<code>``), empty if
    nothing; ``values``: what its sentence names, as it is in every language: a device, a count, the operating system's
    word for an error.
    """

    name: str
    state: Literal["ok", "missing", "fault", "unknown"]
    code: str = ""
    values: dict[str, str] = {}


class Presence(msgspec.Struct, frozen=True):
    """Is the node there, and what is wrong with it. Its last will says ``offline``."""

    v: Literal[1]
    node: str
    state: Literal["online", "offline"]
    version: str = ""
    parts: list[Part] = []


Message = (
    Request
    | Clock
    | Catalogue
    | Waiting
    | CounterState
    | Call
    | Board
    | Notices
    | Paging
    | Reprinting
    | Presence
    | SlipToPrint
    | TicketToPrint
)


def decode_reply(payload: bytes | bytearray) -> AnyReply:
    """Read the hub's answer. Raises ``Malformed``."""
    return decode(payload, AnyReply)  # type: ignore[arg-type]  # a union of structs is a valid decoder type
