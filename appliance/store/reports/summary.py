"""What is kept of one business day: its sums by what they are of, its curve, and what was special about it (pure)."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from appliance.engine.definition import Names
from appliance.store.reports.figures import Figures

ALL: Final = "all"
DIMENSIONS: Final = (ALL, "service", "counter", "officer", "channel", "class", "hour", "service hour")
"""What sums are kept of. The key of ``service hour`` is both with a blank between; hours are 0 to 23.

An arrival and a wait count in the hour of the arrival, all that a counter does in the hour when it began.
"""
CURVE_MINUTES: Final = 10
Sums = dict[tuple[str, str], Figures]
"""By dimension and key; the key of ``ALL`` is empty."""


class Point(msgspec.Struct, frozen=True, array_like=True):
    """The lobby at one moment: office time (ms), how many waited, and how long the longest of them had (ms)."""

    at: int
    waiting: int
    longest_ms: int


class Pick(msgspec.Struct, frozen=True, array_like=True):
    """Somebody whom an officer called by hand. ``seq``: of the call. ``overtook``: who stood before them."""

    seq: int
    at: int
    number: str
    service: str
    counter: str
    officer: str
    reason: str
    overtook: tuple[str, ...]


SpecialKind = Literal[
    "stopped", "full", "clock", "numbers_skipped", "practice", "emergency", "office_changed", "alarm", "not_closed",
    "closed_late", "reopened", "unreadable", "only_paper",
]  # fmt: skip


NEVER_CLOSED: Final = frozenset({"not_closed", "only_paper", "unreadable"})
"""What has a day end that no record closed."""


class Special(msgspec.Struct, frozen=True, array_like=True):
    """Something that explains a day's figures. ``kind`` has its sentence in the catalogues (``reports.special``).

    ``seq``: the record of the log that tells it, 0 if none does.
    """

    kind: SpecialKind
    seq: int = 0
    at: int = 0


class Summary(msgspec.Struct, frozen=True):
    """One business day.

    ``first``, ``last``: its records; more than one opening is summed as one. ``ends_at``: when it was to close.
    ``closed_at``: when it did; None while it lasts, or if it never was. ``promise_minutes``: as the rules were.
    ``services``, ``counters``: what they were called. ``last_hash``: of the last record of it, in hexadecimal.
    """

    date: str
    first: int
    last: int
    opened_at: int
    ends_at: int
    closed_at: int | None
    promise_minutes: int
    services: dict[str, Names]
    counters: dict[str, Names]
    last_hash: str
    curve: list[Point] = []
    picks: list[Pick] = []
    special: list[Special] = []

    @property
    def is_open(self) -> bool:
        """Whether it goes on, so that its figures are not all of it."""
        return self.closed_at is None and not any(one.kind in NEVER_CLOSED for one in self.special)
