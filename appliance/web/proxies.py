"""From where a request came if it was handed on: a proxy's word counts only if the office has named the proxy.

Behind one that speaks TLS on the same box all browsers would have one address: five wrong passwords of one person, and
everybody waits. But anybody can write the header that says otherwise.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

FOR: Final = "x-forwarded-for"
PROTO: Final = "x-forwarded-proto"
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class BehindProxies:
    """Puts the browser's own address and scheme in the place of a trusted proxy's.

    Args:
        app: is told who asks.
        trusted: addresses of proxies.

    Raises:
        ValueError: if one of them is no address.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app = app
        self._trusted = frozenset(address_of(one) for one in trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if self._trusted and scope["type"] == "http" and self._is_trusted(scope["client"]):
            headers = Headers(scope=scope)
            scheme = ",".join(headers.getlist(PROTO)).rpartition(",")[2].strip().lower()
            scope = {
                **scope,
                "client": (self._origin(scope["client"][0], headers.getlist(FOR)), 0),
                "scheme": scheme if scheme in ("http", "https") else scope["scheme"],
            }
        await self._app(scope, receive, send)

    def _is_trusted(self, client: tuple[str, int] | None) -> bool:
        return client is not None and _maybe_address(client[0]) in self._trusted

    def _origin(self, proxy: str, said: Sequence[str]) -> str:
        """Return the last hop that is no proxy of ours: what stands before it, anybody may have written."""
        origin = proxy
        for hop in reversed(",".join(said).split(",")):
            address = _maybe_address(hop.strip())
            if address is None:
                return origin
            origin = str(address)
            if address not in self._trusted:
                return origin
        return origin


def address_of(text: str) -> IpAddress:
    """Return the address that is written in ``text``. Raises ``ValueError``."""
    address = ipaddress.ip_address(text)
    return (address.ipv4_mapped if address.version == 6 else None) or address  # as a socket for both kinds tells it


def _maybe_address(text: str) -> IpAddress | None:
    try:
        return address_of(text)
    except ValueError:
        return None
