"""The thread on which a kiosk's own numbers are written down and handed over: a slow disk does not stop the screen."""

from __future__ import annotations

import functools
import logging
import queue
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance.node.daemon import AWAY_MS, HubClock
from appliance.node.link import Link
from appliance.node.machine import boot_id
from appliance.node.watched_thread import WatchedThread
from appliance.wire import topics
from appliance.wire.messages import AnyReply, Catalogue, Clock, IssuedTicket, Part
from kiosk.alone.desk import OfflineDesk, View
from kiosk.alone.lease import Now

log = logging.getLogger(__name__)

TICK_SECONDS: Final = 0.2
ANSWER_SECONDS: Final = 5.0

Told = Callable[[IssuedTicket | None], None]
"""Hears the ticket, or None if there is none."""
LEAVE_SECONDS: Final = 10.0


class KioskClock(HubClock):
    """The hub's time, which also goes on where an earlier process of this kiosk has left off."""

    def resume(self, at: int | None, rate: float, zone: str) -> None:
        """Go on from here, until the hub is heard; up to then it counts as away.

        Args:
            at: the office's time now, None if nobody knows it.
            rate: office seconds in a real one.
            zone: IANA name of the office's time zone.
        """
        self._received_ms = self._clock.monotonic_ms() - AWAY_MS
        self._last = Clock(1, "", 0, None if at is None else at - int(AWAY_MS * rate), rate, zone)


class OfflineWorker:
    """Serves an ``OfflineDesk``; everything here may be called from any thread.

    Args:
        node: this kiosk's name.
        folder: where it keeps its journal.
        link: to the broker, not started yet; the hub's clock is taken from here.
        clock: of this kiosk; it is fed from here.
        new_id: makes request ids.
    """

    def __init__(self, node: str, folder: Path, link: Link, clock: KioskClock, new_id: Callable[[], str]) -> None:
        self._now = present()
        self._desk = OfflineDesk(node, folder, self._now, new_id)
        self._link = link
        self._clock = clock
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = WatchedThread("offline", self._work, "the thread that keeps the journal")
        time_of_day, anchor = self._desk.time
        if anchor is not None:
            clock.resume(time_of_day.at if time_of_day.exact else None, anchor.rate, anchor.zone)
        link.on(topics.CLOCK, Clock, self._hear)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way, and let go of the journal."""
        self._jobs.put(None)
        if self._thread.end(LEAVE_SECONDS):
            self._desk.close()

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return self._thread.dead_part()

    @property
    def view(self) -> View:
        """What the screen may know."""
        return self._desk.view

    def parts(self) -> list[Part]:
        """Return the health of the kiosk's own series."""
        return self._desk.parts

    def learn(self, catalogue: Catalogue) -> None:
        """Take in the hub's catalogue."""
        self._jobs.put(functools.partial(self._desk.learn, catalogue))

    def given(self, ticket: IssuedTicket) -> None:
        """Remember a number that was given out here, if it was the hub that gave it."""
        self._jobs.put(functools.partial(self._desk.given, ticket.number, ticket.day))

    def later(self, job: Callable[[], None]) -> None:
        """Have something else written on the thread that writes the journal, after what is under way."""
        self._jobs.put(job)

    def issue(self, request_id: str, offered: str, *, priority: bool, asked: bool, told: Told) -> None:
        """Give a number of this kiosk's own; ``told`` hears of it on another thread. See ``OfflineDesk.issue``."""
        self._jobs.put(lambda: self._issue(request_id, offered, priority, asked, told))

    def _hear(self, clock: Clock) -> None:
        self._clock.observe(clock)
        self._jobs.put(functools.partial(self._desk.hear, clock, self._now()))

    # -- on the thread ---------------------------------------------------------------------------------------------

    def _work(self) -> None:
        due = time.monotonic()
        while True:
            try:
                job = self._jobs.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                job = _nothing
            if job is None:
                return
            self._do(job)
            if time.monotonic() >= due:
                due = time.monotonic() + TICK_SECONDS
                self._do(self._tick)

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception:  # whatever is wrong with one job, the journal must go on being kept
            log.exception("giving numbers alone failed")

    def _tick(self) -> None:
        ask = self._desk.tick(hub=self._link.connected and self._clock.hub_is_there())
        if ask is None:
            return

        def answer(reply: AnyReply | None) -> None:
            self._jobs.put(lambda: self._desk.answered(ask.id, reply))

        if self._link.request(ask.body, answer, deadline=ANSWER_SECONDS, request_id=ask.id) is None:
            self._desk.answered(ask.id, None)

    def _issue(self, request_id: str, offered: str, priority: bool, asked: bool, told: Told) -> None:  # noqa: FBT001
        ticket = None
        try:
            ticket = self._desk.issue(request_id, offered, priority=priority, asked=asked)
        finally:
            told(ticket)


def _nothing() -> None:
    pass


def present() -> Callable[[], Now]:
    """Return what tells the present: the time since this machine was started, which no setting of a clock changes."""
    try:
        boot = boot_id()
    except (OSError, ValueError) as error:
        log.warning("%s; after a restart of this program nobody knows the time until the hub is heard", error)
        boot = uuid.uuid4().hex
    return lambda: Now(boot, time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000)
