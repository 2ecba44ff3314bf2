"""What happens, as it happens: the log read beside the hub, on a thread of its own, and kept for a moment.

Whoever listens holds nothing but the number of the last event that it has; whoever is slow reads from the file.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from typing import Final, TypeVar

from appliance.store.database import StorageFault
from appliance.store.follower import Follower
from appliance.web.api.telling import Happened, happened
from appliance.web.live import Live

log = logging.getLogger(__name__)
T = TypeVar("T")
NO_FILE: Final = (0, 0)
KEPT: Final = 2_000
PAGE: Final = 200
LOOK_SECONDS: Final = 1.0
"""The log is looked at when anything changes on the bus, and so often besides."""


class Feed:
    """The log, followed.

    Args:
        file: the hub's database.
        live: says when something has changed.
    """

    def __init__(self, file: Path, live: Live) -> None:
        self._file = file
        self._live = live
        self._pool = ThreadPoolExecutor(1, "log")
        self._reader: Follower | None = None
        self._which = NO_FILE
        self._followed = NO_FILE
        """The file whose events are kept."""
        self._recent: deque[Happened] = deque(maxlen=KEPT)
        self._from = 0
        """Everything behind this, up to ``last``, is kept."""
        self.last = 0
        """The number of the newest event."""
        self.readable = False
        self.generation = 0
        """Grows when the log begins anew before where it was: it was restored, and what was told may not be in it."""
        self._news = asyncio.Event()

    async def keep(self) -> None:
        """Follow the log, for ever. While the hub is away, one look at what it wrote last is enough."""
        done = False
        while True:
            seen, there = self._live.version, self._live.now.hub_is_there
            if there or not done:
                done = await self._looked() and not there
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._live.change(seen)

    async def _looked(self) -> bool:
        """Look, and tell whether the log could be read."""
        try:
            await self._look()
        except StorageFault as error:
            if self.readable:
                log.warning("%s; events are told when it can be read again", error)
            self.readable = False
        else:
            self.readable = True
        return self.readable

    async def _look(self) -> None:
        before = self._followed
        newest, self._followed = await self.ask(lambda reader: (reader.last_seq(), self._which))
        # A hub writes as soon as it is there: a log that was restored may be longer by now than it was.
        another = newest < self.last or before not in (NO_FILE, self._followed)
        self.generation += another
        if not self.readable or another:  # it was restored, or is there at last
            self._recent.clear()
            self._from = self.last = newest
            self._tell()
        while self.last < newest:
            rows = await self.ask(lambda reader: reader.page(self.last, PAGE))
            if not rows:
                return
            for row in rows:
                if len(self._recent) == KEPT:
                    self._from = self._recent[0].seq
                self._recent.append(happened(row))
            self.last = rows[-1][0]
            self._tell()

    async def after(self, seq: int, most: int = PAGE) -> list[Happened]:
        """Return at most so many events behind ``seq``, in order. Raises ``StorageFault``."""
        if seq >= self.last:
            return []
        if seq >= self._from:
            newer = list(takewhile(lambda event: event.seq > seq, reversed(self._recent)))
            return newer[::-1][:most]
        return [happened(row) for row in await self.ask(lambda reader: reader.page(seq, most))]

    async def newest(self) -> int:
        """Return the number of the last event that is in the log at this moment. Raises ``StorageFault``."""
        return await self.ask(Follower.last_seq)

    async def event(self, seq: int) -> Happened | None:
        """Return one event; None if it is not in the log. Raises ``StorageFault``."""
        row = await self.ask(lambda reader: reader.record(seq))
        return happened(row) if row else None

    async def newer(self, seq: int, seconds: float) -> bool:
        """Wait until there is something behind ``seq``, but not for longer; tell whether there is."""
        news = self._news
        if self.last > seq:
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await news.wait()
        return self.last > seq

    async def ask(self, question: Callable[[Follower], T]) -> T:
        """Return what the log answers, read on its own thread. Raises ``StorageFault``."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, question)

    def close(self) -> None:
        """End the thread."""
        self._pool.submit(self._shut)
        self._pool.shutdown(wait=True)

    def _answer(self, question: Callable[[Follower], T]) -> T:
        which = _which(self._file)
        if self._reader is None or which != self._which:
            self._shut()
            self._reader, self._which = Follower(self._file), which
        try:
            answer = question(self._reader)
        except StorageFault:
            self._shut()
            raise
        if not self._live.now.hub_is_there:
            self._shut()  # a backup can only be put in the place of a file that nobody has open
        return answer

    def _shut(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


def _which(file: Path) -> tuple[int, int]:
    """Return what tells one file from another of the same name, such as one that was restored in its place."""
    try:
        told = file.stat()
    except OSError:
        return NO_FILE
    return told.st_dev, told.st_ino
