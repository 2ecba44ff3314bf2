"""What is so now: the hub's retained snapshots, kept as they come, and everybody told who watches.

The only source of the present for all pages. Messages arrive on the network's thread and are handed to the loop's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import msgspec

from appliance.node.daemon import HubClock
from appliance.node.link import Link
from appliance.units import DEFAULT_ZONE
from appliance.wire import messages as m
from appliance.wire import staff as s
from appliance.wire import topics

LOOK_SECONDS: Final = 0.5
SOON_SECONDS: Final = 1.0
"""Longer than the hub takes to tell staff what has changed."""
SETTLE_SECONDS: Final = 0.005
"""One press changes several snapshots; they come within this and are told as one."""


class Present(msgspec.Struct):
    """The office at this moment, as far as the hub has told it."""

    office: s.StaffOffice | None = None
    queue: s.StaffQueue | None = None
    counters: dict[str, s.StaffCounter] = {}
    board: m.Board | None = None
    catalogue: m.Catalogue | None = None
    waiting: m.Waiting | None = None
    notices: m.Notices | None = None
    nodes: dict[str, m.Presence] = {}
    zone: str = DEFAULT_ZONE
    hub_is_there: bool = False
    away_since: int | None = None
    """On the office's clock; None while the hub is there, or if it never was."""


class Live:
    """Keeps the present.

    Args:
        link: to the broker, not yet started.
        clock: the hub's, as this box knows it.
    """

    def __init__(self, link: Link, clock: HubClock) -> None:
        self.now = Present()
        self.version = 0
        """Grows with every change that anybody could see."""
        self.clock = clock
        self._link = link
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._told = False
        for topic, kind, take in self._topics():
            link.on(topic, kind, self._on_loop(take))
        link.on(topics.ALL_STAFF_COUNTERS, s.StaffCounter, *self._each("counters", "id"))
        link.on(topics.ALL_PRESENCE, m.Presence, *self._each("nodes", "node"))

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take in what comes, on ``loop`` from now on. Call it before the link is started."""
        self._loop = loop

    async def keep(self) -> None:
        """Notice that the hub has gone or come, for ever."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Notice whether the hub is there, and give up on questions that it has not answered in time."""
        self._link.expire()
        there = self.clock.hub_is_there() and self._link.connected
        if there != self.now.hub_is_there or self.clock.zone != self.now.zone:
            self.now.hub_is_there, self.now.zone = there, self.clock.zone
            self.now.away_since = None if there else self.clock.office_ms()
            self.changed()

    async def change(self, seen: int) -> int:
        """Wait until there is something newer than version ``seen``; return its version."""
        while self.version == seen:
            await self._news.wait()
        return self.version

    async def reached(self, seq: int) -> None:
        """Wait a moment until staff are told of the event ``seq``: the page that comes next shows what was done."""
        await self.until(lambda: self.now.queue is not None and self.now.queue.seq >= seq, SOON_SECONDS)

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until what staff are told fulfils a condition, so long at most; return whether it does."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not condition():
                    await self.change(self.version)
        return condition()

    def _topics(self) -> list[tuple[str, Any, Callable[[Any], None]]]:
        return [
            (topics.STAFF_OFFICE, s.StaffOffice, self._put("office")),
            (topics.STAFF_QUEUE, s.StaffQueue, self._put("queue")),
            (topics.BOARD, m.Board, self._put("board")),
            (topics.CATALOGUE, m.Catalogue, self._put("catalogue")),
            (topics.WAITING, m.Waiting, self._put("waiting")),
            (topics.NOTICES, m.Notices, self._put("notices")),
        ]

    def _put(self, name: str) -> Callable[[Any], None]:
        return lambda told: setattr(self.now, name, told)

    def _each(self, name: str, key: str) -> tuple[Callable[[Any], None], Callable[[str], None]]:
        """Return what takes one of many in, by its own name, and what takes it out when there is none any more."""

        def put(told: Any) -> None:
            getattr(self.now, name)[getattr(told, key)] = told

        def gone(which: str) -> None:
            getattr(self.now, name).pop(which, None)

        return self._on_loop(put), self._on_loop(gone)

    def _on_loop(self, take: Callable[[Any], None]) -> Callable[[Any], None]:
        def hand_over(told: Any) -> None:
            assert self._loop is not None  # noqa: S101  # the link is started after ``begin``
            self._loop.call_soon_threadsafe(self._take, take, told)

        return hand_over

    def _take(self, take: Callable[[Any], None], told: Any) -> None:
        take(told)
        self.changed()

    def changed(self) -> None:
        """Tell everybody who watches that there is something new. Call it on the loop."""
        if not self._told and self._loop is not None:
            self._told = True
            self._loop.call_later(SETTLE_SECONDS, self._tell)

    def _tell(self) -> None:
        self._told = False
        self.version += 1
        news, self._news = self._news, asyncio.Event()
        news.set()
