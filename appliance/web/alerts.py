"""What an office wants to be told on its wall (pure): limits, what exceeds them, and alerts that stay until taken.

An alert is raised once. It stays until somebody takes it, also if what it tells of is over by then; taken, it goes as
soon as that is over. What swings around a limit raises no second one: it is over only well below.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Final, Literal

import msgspec
from msgspec.structs import replace

from appliance.units import MINUTE
from appliance.wire.messages import Presence
from appliance.wire.staff import StaffCounter, StaffQueue

Kind = Literal["waiting", "wait", "idle", "paper", "box"]
OF_QUEUE: Final[frozenset[Kind]] = frozenset({"waiting", "wait", "idle"})
OF_BOXES: Final[frozenset[Kind]] = frozenset({"paper", "box"})
PAPER: Final = frozenset({"near_end", "paper_out"})
"""What a printer says of its paper."""
BACK: Final = 0.8
"""A wait or a queue is over its limit no more when it has come down to this part of it."""
MOST_PAST: Final = 50
MOST_OPEN: Final = 500
People = Annotated[int, msgspec.Meta(ge=0, le=1_000)]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=600)]


class Limits(msgspec.Struct, frozen=True):
    """Beyond what an office wants to be told; 0 or False for not at all.

    ``waiting``: people in the queue of one service. ``wait``: minutes of whoever came first. ``idle``: minutes in which
    a counter could have called. ``box``: minutes without a sign of life, while the office is open.
    """

    waiting: People = 20
    wait: Minutes = 45
    idle: Minutes = 10
    box: Minutes = 2
    paper: bool = True
    sound: bool = False


class Finding(msgspec.Struct, frozen=True):
    """Something at a limit: ``about`` a service, a counter or a box. ``over`` it, or else only not yet well below."""

    kind: Kind
    about: str
    value: int = 0
    limit: int = 0
    over: bool = True


class Alert(msgspec.Struct, frozen=True):
    """One alert. ``value`` is as when it was raised; instants are of the office's clock.

    ``over_at``: since when what it tells of is over. ``taken_by`` is empty until somebody has taken it.
    """

    id: int
    kind: Kind
    about: str
    value: int
    limit: int
    raised_at: int
    taken_by: str = ""
    taken_at: int | None = None
    over_at: int | None = None


class Book(msgspec.Struct, frozen=True):
    """All alerts: those that stand, the oldest first, and the last ones that were taken and are over."""

    latest: int = 0
    open: tuple[Alert, ...] = ()
    past: tuple[Alert, ...] = ()


def in_queue(limits: Limits, queue: StaffQueue, counters: Iterable[StaffCounter], at: int) -> list[Finding]:
    """Return what is at a limit among queues and counters at the instant ``at``."""
    found = [
        Finding("waiting", service.id, service.waiting, limits.waiting, service.waiting > limits.waiting)
        for service in queue.services
        if limits.waiting and service.waiting > BACK * limits.waiting
    ]
    waits = [(service.id, at - service.oldest_at) for service in queue.services if service.oldest_at is not None]
    found += [
        Finding("wait", service, wait // MINUTE, limits.wait, wait > limits.wait * MINUTE)
        for service, wait in waits
        if limits.wait and wait > BACK * limits.wait * MINUTE
    ]
    idle = [(one.id, at - one.free_since) for one in counters if one.free_since is not None]
    found += [
        Finding("idle", counter, span // MINUTE, limits.idle, span > limits.idle * MINUTE)
        for counter, span in idle
        if limits.idle
    ]
    return found


def in_boxes(
    limits: Limits, nodes: Mapping[str, Presence], away_ms: Mapping[str, int], *, at_work: bool
) -> list[Finding]:
    """Return what is at a limit among the boxes.

    Args:
        limits: the office's.
        nodes: what each says of itself.
        away_ms: for how long each of those that are away has been.
        at_work: whether the office is open: at night boxes may be switched off, which then raises nothing.
    """
    paper = [node for node, told in nodes.items() if any(part.code in PAPER for part in told.parts)]
    found = [Finding("paper", node) for node in paper if limits.paper and nodes[node].state == "online"]
    for node, span in away_ms.items():
        if limits.box:
            found.append(Finding("box", node, span // MINUTE, limits.box, at_work and span >= limits.box * MINUTE))
    return found


def step(book: Book, found: Collection[Finding], judged: Collection[Kind], at: int) -> Book:
    """Return the alerts after a look.

    Args:
        book: before it.
        found: what is at a limit now.
        judged: the kinds that could be looked at; alerts of others stay as they are.
        at: the instant of the look.
    """
    over = {(one.kind, one.about): one for one in found if one.over}
    near = {(one.kind, one.about) for one in found}
    standing: list[Alert] = []
    past = list(book.past)
    for alert in book.open:
        key = (alert.kind, alert.about)
        if alert.kind in judged:
            holds = key in over or (alert.over_at is None and key in near)
            alert = replace(alert, over_at=None if holds else alert.over_at or at)  # noqa: PLW2901  # as it is now
        (past if alert.taken_by and alert.over_at is not None else standing).append(alert)
    known = {(alert.kind, alert.about) for alert in standing}
    latest = book.latest
    for key, one in over.items():
        if key not in known and one.kind in judged and len(standing) < MOST_OPEN:
            latest += 1
            standing.append(Alert(latest, one.kind, one.about, one.value, one.limit, at))
    return Book(latest, tuple(standing), tuple(past[-MOST_PAST:]))


def take(book: Book, alert: int, by: str, at: int) -> Book:
    """Return the alerts after somebody has taken one. Whoever is first has it; one that is gone changes nothing."""
    standing = tuple(
        replace(one, taken_by=by, taken_at=at) if one.id == alert and not one.taken_by else one for one in book.open
    )
    return step(replace(book, open=standing), (), (), at)


def standing(book: Book, alert: int) -> Alert | None:
    """Return an alert that stands, or None."""
    return next((one for one in book.open if one.id == alert), None)
