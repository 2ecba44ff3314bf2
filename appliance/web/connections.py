"""Connections of browsers: whoever sends nothing, or a request drop by drop, holds no place for ever."""

from __future__ import annotations

import asyncio
import resource
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS: Final = 30.0
"""So long a request may take to arrive, from the connection or its first byte to its last; a stream's is long over."""
HEAD_BYTES: Final = 8 * 1024
"""The longest head of a request; so much is kept of each that has not arrived."""
FILES_LEFT: Final = 4
"""One in so many of the files that the process may open is no connection: databases need some, and so does the log."""


class Connection(H11Protocol):
    """One connection of a browser, as uvicorn serves it, with an end to its patience."""

    request_seconds = REQUEST_SECONDS
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for a request, unless too many wait already."""
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            transport.abort()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait for the rest of it."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._calm()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._calm()
        elif self._late is None:
            self._late = self.loop.call_later(self.request_seconds, self.transport.abort)

    def _calm(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def most_connections() -> int:
    """Return how many there may be at once: fewer than the process may open files."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return files - files // FILES_LEFT


SERVING: Final[dict[str, Any]] = {
    "http": Connection,
    "h11_max_incomplete_event_size": HEAD_BYTES,
    "proxy_headers": False,  # ``proxies`` sees to them
}
"""What uvicorn is told of them."""
