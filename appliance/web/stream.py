"""Pages that change by themselves: their regions, made once for all who see the same, and told as a stream of events.

A stream says a region anew when it has changed, at most every ``GAP_SECONDS``; a browser that reads slowly gets the
latest and not all. Every ``BEAT_SECONDS`` it says that it lives, so that silence means something.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from typing import Final

import msgspec
from starlette.responses import StreamingResponse

from appliance.web.live import Live

GAP_SECONDS: Final = 0.1
BEAT_SECONDS: Final = 5.0
MOST_STREAMS: Final = 4_000
"""Open at once; the unit allows four times as many connections, so that pages are served whatever listens."""
MOST_MADE: Final = 500
"""Views that are kept of one present: one of a counter with two hundred people waiting takes 50 kB."""
Regions = dict[str, str]
"""HTML by the id of the element that holds it."""


class View(msgspec.Struct, frozen=True):
    """One live page as somebody sees it.

    Args:
        key: everything but the present on which its regions depend; who has the same sees the same.
        regions: makes them.
    """

    key: Hashable
    regions: Callable[[], Regions]


class Streams:
    """All open streams.

    Args:
        live: the present.
    """

    def __init__(self, live: Live) -> None:
        self._live = live
        self._made: dict[Hashable, Regions] = {}
        self._encoded: dict[tuple[Hashable, tuple[str, ...]], bytes] = {}
        self._made_of = -1
        """The version of the present that both were made of. What was made of another is of no use to anybody."""
        self._stopping = asyncio.Event()
        self.open = 0

    def stop(self) -> None:
        """End every stream: a server that waits for them would never stop."""
        self._stopping.set()
        self._live._tell()  # noqa: SLF001  # wakes them all

    @property
    def stopping(self) -> bool:
        """Whether every stream is to end."""
        return self._stopping.is_set()

    def regions(self, view: View) -> Regions:
        """Return the regions of a view as of now."""
        self._forget_the_past()
        found = self._made.get(view.key)
        if found is None:
            found = self._made[view.key] = view.regions()
        return found

    def answer(self, view: View, alive: Callable[[], bool]) -> StreamingResponse:
        """Return the stream of a view.

        Args:
            view: what is told.
            alive: whether whoever opened the stream may still see it; asked as often as the stream has to beat.
        """
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._events(view, alive), media_type="text/event-stream", headers=headers)

    def _forget_the_past(self) -> None:
        if self._made_of != self._live.version or len(self._made) >= MOST_MADE:
            self._made_of = self._live.version
            self._made.clear()
            self._encoded.clear()

    async def _events(self, view: View, alive: Callable[[], bool]) -> AsyncIterator[bytes]:
        self.open += 1
        now = asyncio.get_running_loop().time
        try:
            told: Regions = {}
            seen, asked_at = -1, now()
            while not self._stopping.is_set():
                if now() - asked_at >= BEAT_SECONDS:
                    if not alive():
                        return
                    asked_at = now()
                if seen != self._live.version:
                    seen = self._live.version
                    regions = self.regions(view)
                    changed = tuple(name for name, html in regions.items() if told.get(name) != html)
                    told = regions
                    if changed:
                        yield self._encode(view, changed, regions)
                        await asyncio.sleep(GAP_SECONDS)
                        continue
                try:
                    async with asyncio.timeout(BEAT_SECONDS):
                        await self._live.change(seen)
                except TimeoutError:
                    yield self._beat()
        finally:
            self.open -= 1

    def _encode(self, view: View, changed: tuple[str, ...], regions: Regions) -> bytes:
        key = (view.key, changed)
        found = self._encoded.get(key)
        if found is None:
            body = {"now": self._live.clock.office_ms(), "html": {name: regions[name] for name in changed}}
            found = self._encoded[key] = b"event: regions\ndata: " + msgspec.json.encode(body) + b"\n\n"
        return found

    def _beat(self) -> bytes:
        return b"event: beat\ndata: " + msgspec.json.encode({"now": self._live.clock.office_ms()}) + b"\n\n"
