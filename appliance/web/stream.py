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
MOST_STREAMS: Final = 5_000
Regions = dict[str, str]
"""HTML by the id of the element that holds it."""


class View(msgspec.Struct, frozen=True):
    """One live page as somebody sees it.

    Args:
        key: everything but the present on which its regions depend; who has the same sees the same.
        regions: makes them.
        alive: whether whoever opened the stream may still see it; asked at each beat.
    """

    key: Hashable
    regions: Callable[[], Regions]
    alive: Callable[[], bool] = lambda: True


class Streams:
    """All open streams.

    Args:
        live: the present.
    """

    def __init__(self, live: Live) -> None:
        self._live = live
        self._made: dict[Hashable, tuple[int, Regions]] = {}
        self._encoded: dict[tuple[Hashable, tuple[str, ...]], tuple[int, bytes]] = {}
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
        version = self._live.version
        found = self._made.get(view.key)
        if found is None or found[0] != version:
            if len(self._made) > MOST_STREAMS:
                self._made.clear()
            found = self._made[view.key] = (version, view.regions())
        return found[1]

    def answer(self, view: View) -> StreamingResponse:
        """Return the stream of a view."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._events(view), media_type="text/event-stream", headers=headers)

    async def _events(self, view: View) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            told: Regions = {}
            seen = -1
            while not self._stopping.is_set() and view.alive():
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
                    await asyncio.wait_for(self._live.change(seen), BEAT_SECONDS)
                except TimeoutError:
                    yield self._beat()
        finally:
            self.open -= 1

    def _encode(self, view: View, changed: tuple[str, ...], regions: Regions) -> bytes:
        key = (view.key, changed)
        found = self._encoded.get(key)
        if found is None or found[0] != self._live.version:
            if len(self._encoded) > MOST_STREAMS:
                self._encoded.clear()
            body = {"now": self._live.clock.office_ms(), "html": {name: regions[name] for name in changed}}
            encoded = b"event: regions\ndata: " + msgspec.json.encode(body) + b"\n\n"
            found = self._encoded[key] = (self._live.version, encoded)
        return found[1]

    def _beat(self) -> bytes:
        return b"event: beat\ndata: " + msgspec.json.encode({"now": self._live.clock.office_ms()}) + b"\n\n"
