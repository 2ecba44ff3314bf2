"""What staff alone are told of the queue: for consoles, never for the lobby. Payloads as in ``wire/messages``."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from appliance.wire.messages import Millis, Names


class StaffTicket(msgspec.Struct, frozen=True, omit_defaults=True):
    """One citizen's ticket as staff see it. What is as by default is left out, for many are told at once.

    ``since``: when its state last changed. ``counter``: where it is, was last, or the one that it waits for. ``steps``:
    services of its journey still to come. ``note``: what a colleague wrote, gone with the day. ``outcomes``: what was
    noted to have been done.
    """

    number: str
    service: str
    state: Literal["waiting", "called", "serving", "parked", "no_show"]
    arrived_at: Millis
    since: Millis
    priority: bool = False
    due_at: Millis | None = None
    counter: str | None = None
    called_at: Millis | None = None
    started_at: Millis | None = None
    calls: int = 0
    steps: list[str] = []
    note: str = ""
    outcomes: list[str] = []


class NextUp(msgspec.Struct, frozen=True):
    """Whom a counter would call next, and why: ``reason`` is a key of the catalogues (``reason.…``)."""

    number: str
    service: str
    reason: str
    due_at: Millis | None = None


class Possible(msgspec.Struct, frozen=True):
    """Whether something may be asked at a counter now.

    ``code``: why not, as in ``Refused``; empty if it may. ``at``: the instant from which it may; None if time alone
    does not help. ``until``: the instant up to which it may, None if it has none.
    """

    code: str = ""
    at: Millis | None = None
    until: Millis | None = None


class StaffCounter(msgspec.Struct, frozen=True):
    """One counter for whoever works there. ``possible``: by the command's name (``do``); what is missing cannot be.

    ``paused``: the reason, empty if it calls. ``expected``: minutes that a visit like this one's takes, None if unsure.
    ``next``: in their order, a few. ``free_since``: since when it could have called somebody, but has not.
    """

    v: Literal[1]
    seq: int
    id: str
    names: Names
    state: Literal["closed", "paused", "free", "called", "serving"]
    since: Millis
    paused: str = ""
    officer: str = ""
    ticket: StaffTicket | None = None
    expected: float | None = None
    waiting: int = 0
    next: list[NextUp] = []
    free_since: Millis | None = None
    possible: dict[str, Possible] = {}


class StaffService(msgspec.Struct, frozen=True):
    """How one service stands. ``oldest_at``: since when the one who came first waits. ``promised_by``: when the promise
    to them is broken. ``ends_at``: when the last of those who wait now will have been called, None if unsure.
    ``quick``: how many were served at once today, without a number. ``full``: it gives no more numbers today."""

    id: str
    waiting: int
    oldest_at: Millis | None = None
    promised_by: Millis | None = None
    ends_at: Millis | None = None
    stopped: str = ""
    quick: int = 0
    full: bool = False


class StaffBooking(msgspec.Struct, frozen=True):
    """A time kept for somebody today who is not here yet."""

    code: str
    service: str
    due_at: Millis
    priority: bool = False


class Alarm(msgspec.Struct, frozen=True):
    """A counter asks for help, silently. ``seq`` identifies it."""

    seq: int
    at: Millis
    counter: str
    officer: str = ""


class StaffQueue(msgspec.Struct, frozen=True):
    """Everybody in the office, as staff see them: told every second or two while anything changes.

    ``at``: of the last event. ``waiting``: whoever came first comes first. ``away``: parked, or called in vain; they
    can be returned. Of both at most ``MOST_TICKETS``, and ``more`` in all beyond them. ``closes_at``: of today, None if
    the office has no hours.
    """

    v: Literal[1]
    seq: int
    day: str
    at: Millis
    services: list[StaffService] = []
    waiting: list[StaffTicket] = []
    away: list[StaffTicket] = []
    more: int = 0
    bookings: list[StaffBooking] = []
    alarms: list[Alarm] = []
    closes_at: Millis | None = None


class StaffOffice(msgspec.Struct, frozen=True):
    """The office as its head defined it: ``office`` has the keys of ``[office]`` in docs/rules.md.

    ``defined``: the number of the event that defined it, which names this version. ``officer``: who did; empty for the
    configuration file.
    """

    v: Literal[1]
    defined: int
    at: Millis
    office: dict[str, Any]
    officer: str = ""


MOST_TICKETS = 1_000
