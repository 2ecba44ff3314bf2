"""What happens, as a stream of events that goes on where it was broken off (``Last-Event-ID``)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Final

import msgspec
from starlette.responses import Response, StreamingResponse

from appliance.people import Permission
from appliance.store.accounts import Accounts
from appliance.store.database import StorageFault
from appliance.web.api.feed import Feed
from appliance.web.api.operation import Call, Operation
from appliance.web.api.problem import not_done
from appliance.web.api.telling import Happened
from appliance.web.stream import Streams

_P = Permission

BEAT_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 1.0
"""So soon a stream notices that the server stops."""
MOST: Final = 200
MOST_OF_ONE: Final = 10
"""Streams of one token."""
RETRY: Final = b"retry: 2000\n\n"


class EventsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``after``: the last known event, as ``Last-Event-ID``; ``types``: which kinds, with commas between; else all."""

    after: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None
    types: Annotated[str, msgspec.Meta(max_length=1000, pattern=r"^([A-Za-z]+(,[A-Za-z]+)*)?\Z")] = ""


class EventStream:
    """Open streams.

    Args:
        feed: what happens.
        streams: know when the server stops.
        accounts: whose tokens must still hold.
    """

    def __init__(self, feed: Feed, streams: Streams, accounts: Accounts) -> None:
        self._feed = feed
        self._streams = streams
        self._accounts = accounts
        self._open: dict[str, int] = {}

    @property
    def open(self) -> int:
        """How many there are."""
        return sum(self._open.values())

    def operations(self) -> list[Operation]:
        """Return the row of the interface."""
        summary = "What happens, as server-sent events; `Last-Event-ID` goes on exactly where it was."
        return [
            Operation("GET", "/events", (_P.WALL_READ,), "events", summary, None, self.listen, query=EventsQuery),
        ]

    async def listen(self, call: Call) -> Response:
        """Open a stream."""
        query: EventsQuery = call.query
        if not self._feed.readable:
            raise not_done(503, "log_away", "The log cannot be read now.", 5)
        newest = await self._feed.newest()
        after = _after(call.request.headers.get("last-event-id"), query.after, newest)
        if after > newest:
            raise not_done(410, "not_in_log", f"The log ends at {newest}; read how things stand, and begin anew.")
        if self.open >= MOST or self._open.get(call.token.id, 0) >= MOST_OF_ONE:
            raise not_done(429, "too_many_streams", f"At most {MOST_OF_ONE} of one token.", 10)
        if call.request.method == "HEAD":
            return Response(media_type="text/event-stream")
        presented = call.request.headers.get("authorization", "").partition(" ")[2].strip()

        def holds() -> bool:
            token = self._accounts.token(presented)
            return token is not None and _P.WALL_READ in token.scopes

        kinds = frozenset(query.types.split(",")) if query.types else frozenset()
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        events = self._events(call.token.id, after, kinds, holds)
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    async def _events(
        self, token: str, after: int, kinds: frozenset[str], holds: Callable[[], bool]
    ) -> AsyncIterator[bytes]:
        self._open[token] = self._open.get(token, 0) + 1
        clock, which = asyncio.get_running_loop().time, self._feed.generation
        try:
            yield RETRY + _beat(after)
            beaten = clock()
            while not self._streams.stopping and which == self._feed.generation:
                if await self._feed.newer(after, LOOK_SECONDS):
                    for event in await self._feed.after(after):
                        after = event.seq
                        if not kinds or event.type in kinds:
                            yield _said(event)
                if clock() - beaten >= BEAT_SECONDS:
                    if not holds():
                        return
                    yield _beat(after)
                    beaten = clock()
        except StorageFault:
            return  # the listener comes again, and reads why not
        finally:
            self._open[token] -= 1
            if not self._open[token]:
                del self._open[token]


def _said(event: Happened) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.type.encode(), msgspec.json.encode(event))


def _beat(seq: int) -> bytes:
    """Return a sign of life: without data it is no event, but its id is remembered by whoever listens."""
    return b": beat\nid: %d\n\n" % seq


def _after(header: str | None, query: int | None, last: int) -> int:
    if header is None:
        return last if query is None else query
    if not header.isascii() or not header.isdigit() or len(header) > 18:
        raise not_done(400, "malformed", "Last-Event-ID is the number of an event.")
    return int(header)
