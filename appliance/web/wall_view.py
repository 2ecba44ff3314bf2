"""The present as the wall shows it (pure): queues with the longest waits first, boxes in trouble, how the day ends."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import msgspec

from appliance.texts.parts import name_of_part, of_part
from appliance.web import day_end
from appliance.web.alerts import Alert
from appliance.web.live import Present
from appliance.web.office_view import OfficeView
from appliance.web.watch import Watch, promise
from appliance.wire.messages import Part, Presence
from appliance.wire.staff import StaffCounter

SICK = ("missing", "fault")


class QueueRow(msgspec.Struct, frozen=True):
    """One service on the wall.

    ``promise``: to whoever waits longest. ``ends_at``: rounded; ``late``: that is after closing time. ``stop_at``:
    until when to give numbers, None if there is no need to stop. ``full``: it gives none today any more.
    """

    id: str
    prefix: str
    names: dict[str, str]
    waiting: int
    oldest_at: int | None
    promised_by: int | None
    promise: Literal["", "near", "late"]
    ends_at: int | None
    late: bool
    stop_at: int | None
    stopped: str
    full: bool


class SickBox(msgspec.Struct, frozen=True):
    """A box in trouble: it is away, or parts of it are not well."""

    node: str
    away: bool
    since: int | None
    parts: list[Part]


class WallView(OfficeView):
    """One look at everything.

    Args:
        now: the present.
        watch: what is remembered beside it.
        at: the office's time; None if nobody vouches for one.
    """

    def __init__(self, now: Present, watch: Watch, at: int | None) -> None:
        super().__init__(now)
        self.watch = watch
        self.at = at or 0

    @cached_property
    def queues(self) -> list[QueueRow]:
        """Every service: where the longest wait is, first; then by how many wait, then as the office has them."""
        queue = self.now.queue
        rows = [self._row(state.id) for state in queue.services] if queue else []
        return sorted(rows, key=lambda row: (row.oldest_at is None, row.oldest_at or 0, -row.waiting))

    def _row(self, service: str) -> QueueRow:
        state, queue, found = self.service(service), self.now.queue, self.services.get(service)
        assert state is not None  # noqa: S101  # it comes from the same list
        assert queue is not None  # noqa: S101
        stop = self.watch.stop_at(service, self.at)
        ends = day_end.rounded(state.ends_at, up=True) if state.ends_at is not None else None
        closes = queue.closes_at
        return QueueRow(
            service,
            found["prefix"] if found else "",
            self.service_names(service),
            state.waiting,
            state.oldest_at,
            state.promised_by,
            promise(state.promised_by, self.at),
            ends,
            late=state.ends_at is not None and closes is not None and state.ends_at > closes,
            stop_at=day_end.rounded(stop) if stop is not None else None,
            stopped=state.stopped,
            full=state.full,
        )

    @cached_property
    def busy(self) -> list[QueueRow]:
        """Services with somebody waiting, or stopped."""
        return [row for row in self.queues if row.waiting or row.stopped or row.full]

    @cached_property
    def idle(self) -> list[QueueRow]:
        """Services for which nobody waits."""
        return [row for row in self.queues if row not in self.busy]

    @property
    def in_all(self) -> int:
        """How many wait."""
        return sum(row.waiting for row in self.queues)

    @property
    def oldest_at(self) -> int | None:
        """Since when whoever waits longest does."""
        return min((row.oldest_at for row in self.queues if row.oldest_at is not None), default=None)

    @property
    def broken(self) -> int:
        """For how many services the promise is broken."""
        return sum(row.promise == "late" for row in self.queues)

    @property
    def at_work(self) -> int:
        """How many counters are open and do not pause."""
        return sum(state.state not in ("closed", "paused") for state in self.counters)

    @property
    def ends_at(self) -> int | None:
        """When the last of all who wait now will have been called; None if for any of them nobody can tell."""
        ends = [row.ends_at for row in self.queues if row.waiting]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    @property
    def closes_at(self) -> int | None:
        """When the office closes today."""
        return self.now.queue.closes_at if self.now.queue else None

    @property
    def late(self) -> bool:
        """Tell whether the last citizen is called after closing time."""
        return self.ends_at is not None and self.closes_at is not None and self.ends_at > self.closes_at

    @property
    def to_stop(self) -> list[QueueRow]:
        """Services that had better give no more numbers, now or from a time on; the first one first."""
        return sorted((row for row in self.queues if row.stop_at is not None), key=lambda row: row.stop_at or 0)

    def soon(self, row: QueueRow) -> bool:
        """Tell whether a service had better stop now."""
        return row.stop_at is not None and row.stop_at <= self.at

    def idle_over(self, state: StaffCounter) -> bool:
        """Tell whether a counter could call somebody and does not."""
        return state.free_since is not None and state.waiting > 0

    @cached_property
    def sick(self) -> list[SickBox]:
        """Boxes in trouble: those that are away first, then by name."""
        rows = [self._box(told) for told in self.now.nodes.values()]
        return sorted((row for row in rows if row.away or row.parts), key=lambda row: (not row.away, row.node))

    def _box(self, told: Presence) -> SickBox:
        kept = self.watch.kept.boxes.get(told.node)
        away = told.state == "offline"
        parts = [] if away else [part for part in told.parts if part.state in SICK]
        return SickBox(told.node, away, kept.since if kept else None, parts)

    def part_sentence(self, part: Part, language: str) -> str:
        """Return what is wrong with a part, and what to do."""
        said = of_part(part, language)
        return f"{name_of_part(part.name, language)}: {said}" if said else name_of_part(part.name, language)

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Alerts that stand, the newest first; those that somebody has taken last."""
        return tuple(sorted(self.watch.kept.book.open, key=lambda one: (bool(one.taken_by), -one.id)))

    @property
    def ringing(self) -> int:
        """The number of the newest alert that nobody has taken; 0 if there is none."""
        return max((one.id for one in self.watch.kept.book.open if not one.taken_by), default=0)

    def names_of(self, alert: Alert) -> dict[str, str]:
        """Return what an alert is about."""
        if alert.kind == "idle":
            return self.counter_names(alert.about)
        return {"id": alert.about} if alert.kind in ("box", "paper") else self.service_names(alert.about)
