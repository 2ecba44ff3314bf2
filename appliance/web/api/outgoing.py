"""Sending something to another system: one connection, one answer, all within a time and a size.

Redirects are not followed: whoever signs for an address does not send what is signed to another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import h11
import msgspec

CHUNK: Final = 16 * 1024
MOST_HEAD: Final = 32 * 1024


class Sent(msgspec.Struct, frozen=True):
    """What the other side answered."""

    status: int
    body: bytes


class NotSent(Exception):
    """There is no whole answer. ``code``: "connect", "tls", "timeout", "broken" or "too_large"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def post(address: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int) -> Sent:
    """Send JSON and return the answer.

    Args:
        address: http or https.
        body: as it is sent.
        headers: beside the usual ones.
        seconds: for all of it.
        most: bytes of the answer's body.

    Raises:
        NotSent: if there is no whole answer in time.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _exchange(address, body, headers, most)
    except TimeoutError as error:
        raise NotSent("timeout") from error
    except ssl.SSLError as error:
        raise NotSent("tls") from error
    except (OSError, UnicodeError) as error:  # a name that cannot be looked up raises UnicodeError at times
        raise NotSent("connect") from error
    except h11.ProtocolError as error:
        raise NotSent("broken") from error


async def _exchange(address: str, body: bytes, headers: Mapping[str, str], most: int) -> Sent:
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(
        parts.hostname, port, ssl=_tls() if secure else None, limit=2 * CHUNK
    )
    try:
        connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = {
            "host": parts.netloc,
            "content-type": "application/json",
            "content-length": str(len(body)),
            "user-agent": "giliran",
            "connection": "close",
            **headers,
        }
        for event in (
            h11.Request(method="POST", target=target, headers=list(head.items())),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            writer.write(connection.send(event) or b"")
        await writer.drain()
        return await _answer(connection, reader, most)
    finally:
        writer.transport.abort() if secure else writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


async def _answer(connection: h11.Connection, reader: asyncio.StreamReader, most: int) -> Sent:
    status, content = 0, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(CHUNK))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            content += event.data
            if len(content) > most:
                raise NotSent("too_large")
        elif isinstance(event, h11.EndOfMessage):
            return Sent(status, bytes(content))
        elif isinstance(event, h11.ConnectionClosed):
            raise NotSent("broken")


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
