"""Keeps an eye on the office for its wall: raises alerts, notes when boxes came and went, and forgets neither.

What is kept lies in one small file beside the accounts, replaced whole, so that a restart or a power cut loses nothing
that somebody has seen. It holds no citizen's data.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from appliance.node import durable_file
from appliance.node.durable_file import Unreadable
from appliance.store.database import StorageFault, explain
from appliance.web import alerts, day_end
from appliance.web.alerts import Book, Limits
from appliance.web.day_end import Sample
from appliance.web.live import Live
from appliance.wire.messages import Presence

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0
"""At least so often: time alone changes what is late."""
REST_SECONDS: Final = 0.5
AGAIN_SECONDS: Final = 30.0
MOST_CHANGES: Final = 20
MOST_BOXES: Final = 500
FILE: Final = "watch.json"


class Change(msgspec.Struct, frozen=True):
    """A box came or went: when it was noticed, None if no clock could be believed."""

    at: int | None
    state: Literal["online", "offline"]


class Box(msgspec.Struct, frozen=True):
    """What is remembered of a box. ``since``: when its state was seen to change; None if it was never seen to."""

    state: Literal["online", "offline"]
    since: int | None = None
    changes: tuple[Change, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """All that is remembered."""

    limits: Limits = Limits()
    book: Book = Book()
    boxes: dict[str, Box] = {}


class Watch:
    """The eye.

    Args:
        file: where it remembers; made if absent.
        live: the present.
    """

    def __init__(self, file: Path, live: Live) -> None:
        self._file = file
        self._live = live
        self._lock = asyncio.Lock()
        self.kept, self._saved = self._remembered()
        self.samples: dict[str, tuple[Sample, ...]] = {}
        """How each service's forecast has moved."""
        self.cannot_save = False
        self._retry_at = 0.0
        self._shown: object = None

    async def keep(self) -> None:
        """Look whenever something changes, and now and then, for ever."""
        seen = -1
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):  # ``wait_for`` loses a wish to end that comes with a change
                    seen = await self._live.change(seen)
            try:
                self.look()
                await self._save_if_due()
            except Exception:
                log.exception("the wall's eye failed; it looks again")
            await asyncio.sleep(REST_SECONDS)

    def look(self) -> None:
        """Take in what is so now."""
        now, at = self._live.now, self._live.clock.office_ms()
        boxes = _boxes(self.kept.boxes, now.nodes, at)
        self.kept = replace(self.kept, boxes=boxes)
        if at is not None:
            self._judge(at)
            self._sample(at)
        shown = (self.kept, self.cannot_save, self._levels(at))
        if shown != self._shown:
            self._shown = shown
            self._live.changed()

    async def take(self, alert: int, by: str) -> str:
        """Let somebody take an alert; return who has it now, empty if there is none of this number.

        Raises:
            StorageFault: it could not be kept; nobody has taken it.
        """
        at = self._live.clock.office_ms() or 0
        async with self._lock:  # two who take it at once are not both told that they have it
            found = alerts.standing(self.kept.book, alert)
            if found is None or found.taken_by:
                return found.taken_by if found else ""
            await self._change(lambda kept: replace(kept, book=alerts.take(kept.book, alert, by, at)))
        return by

    async def set_limits(self, limits: Limits) -> None:
        """Have the office told beyond other limits from now on. Raises ``StorageFault``: nothing changed."""
        async with self._lock:
            await self._change(lambda kept: replace(kept, limits=limits))

    def stop_at(self, service: str, at: int) -> int | None:
        """Return when to give the last number of a service (``day_end.stop_at``)."""
        queue = self._live.now.queue
        state = next((one for one in queue.services if one.id == service), None) if queue else None
        if queue is None or queue.closes_at is None or state is None or state.ends_at is None:
            return None
        if state.stopped or state.full:
            return None
        return day_end.stop_at(self.samples.get(service, ()), state.ends_at, queue.closes_at, at)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _judge(self, at: int) -> None:
        now, limits = self._live.now, self.kept.limits
        found: list[alerts.Finding] = []
        judged: set[alerts.Kind] = set()
        if now.hub_is_there and now.queue is not None:
            found += alerts.in_queue(limits, now.queue, now.counters.values(), at)
            judged |= alerts.OF_QUEUE
        if now.board is not None:
            away = {
                node: at - box.since if box.since is not None else at
                for node, box in self.kept.boxes.items()
                if box.state == "offline" and node in now.nodes
            }
            at_work = now.board.office.phase in ("open", "break")
            found += alerts.in_boxes(limits, now.nodes, away, at_work=at_work)
            judged |= alerts.OF_BOXES
        self.kept = replace(self.kept, book=alerts.step(self.kept.book, found, judged, at))

    def _sample(self, at: int) -> None:
        queue = self._live.now.queue
        if queue is None or not self._live.now.hub_is_there:
            return
        self.samples = {
            service.id: day_end.with_sample(self.samples.get(service.id, ()), at, service.ends_at)
            for service in queue.services
            if service.ends_at is not None
        }

    def _levels(self, at: int | None) -> object:
        """Return what time alone changes on the wall, so that it is made anew when that does."""
        queue = self._live.now.queue
        if queue is None or at is None:
            return None
        stops = [self.stop_at(service.id, at) for service in queue.services]
        promises = [promise(service.promised_by, at) for service in queue.services]
        return promises, [stop and day_end.rounded(stop) for stop in stops]

    async def _change(self, change: Callable[[Kept], Kept]) -> None:
        """Change what is remembered, once that is on the disk; a look meanwhile loses nothing. Hold the lock."""
        fresh = change(self.kept)
        await asyncio.to_thread(self._save, fresh)
        self._saved, self.cannot_save, self._retry_at = fresh, False, 0.0
        self.kept = change(self.kept)
        self._live.changed()

    async def _save_if_due(self) -> None:
        """Save what has changed. A disk that refuses is asked again later; the wall says so meanwhile."""
        loop = asyncio.get_running_loop()
        if self.kept == self._saved or loop.time() < self._retry_at:
            return
        async with self._lock:
            fresh = self.kept
            try:
                await asyncio.to_thread(self._save, fresh)
                self._saved, self.cannot_save, self._retry_at = fresh, False, 0.0
            except StorageFault as error:
                if not self.cannot_save:
                    log.warning("alerts are shown but not kept: %s", error)
                self.cannot_save, self._retry_at = True, loop.time() + AGAIN_SECONDS

    def _save(self, kept: Kept) -> None:
        try:
            durable_file.save(self._file, msgspec.json.encode(kept))
        except OSError as error:
            raise StorageFault(explain(self._file, error)) from error

    def _remembered(self) -> tuple[Kept, Kept]:
        try:
            kept = durable_file.load(self._file, Kept) or Kept()
        except Unreadable as error:
            log.warning("%s; alerts begin anew", error)
            kept = Kept()
        return kept, kept


def promise(promised_by: int | None, at: int) -> Literal["", "near", "late"]:
    """Tell how the promise to whoever waits longest stands at the instant ``at``."""
    if promised_by is None or promised_by - at > day_end.STEP_MS:
        return ""
    return "near" if promised_by > at else "late"


def _boxes(known: dict[str, Box], nodes: dict[str, Presence], at: int | None) -> dict[str, Box]:
    """Return what is remembered of the boxes after a look at them."""
    fresh = dict(known)
    for node, told in nodes.items():
        before = fresh.get(node)
        if before is None and len(fresh) < MOST_BOXES:
            fresh[node] = Box(told.state)
        elif before is not None and before.state != told.state:
            changes = (*before.changes, Change(at, told.state))[-MOST_CHANGES:]
            fresh[node] = Box(told.state, at, changes)
    return fresh
