"""The whole interface, put together: what is answered and what runs beside it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from appliance.node.daemon import Clock
from appliance.store.webhooks import Webhooks
from appliance.web.api.commanding import Commanding
from appliance.web.api.deliveries import Deliveries
from appliance.web.api.event_stream import EventStream
from appliance.web.api.feed import Feed
from appliance.web.api.lookup import Lookup
from appliance.web.api.metrics import Metrics
from appliance.web.api.openapi import document, fields_of
from appliance.web.api.operation import BASE, Operation
from appliance.web.api.reading import Reading
from appliance.web.api.reports import ReportOperations
from appliance.web.api.server import ApiServer
from appliance.web.api.watching import Watching
from appliance.web.browser import COOKIE, Browser
from appliance.web.site import Site

FILE: Final = "webhooks.db"
"""Beside the accounts."""
EXAMPLE: Final = """\
curl -H "Authorization: Bearer giliran_…" {at}/services

curl -H "Authorization: Bearer giliran_…" -H "Content-Type: application/json" \\
     -H "Idempotency-Key: 7d0c5a1e" -d '{{"service": "{service}"}}' {at}/tickets
"""


class Api:
    """The interface for other systems.

    Args:
        site: whose pages it stands beside.
        clock: of this box.
    """

    def __init__(self, site: Site, clock: Clock) -> None:
        self._site = site
        self.feed = Feed(Path(site.settings.database), site.live)
        self.webhooks = Webhooks(Path(site.settings.accounts).with_name(FILE), clock.monotonic_ms)
        self.deliveries = Deliveries(self.webhooks, self.feed, site.live.clock, clock)
        self.lookup = Lookup(site, self.feed, clock)
        metrics = Metrics(site.live)
        events = EventStream(self.feed, site.streams, site.accounts)
        self.operations: list[Operation] = [
            *Reading(site, self.feed).operations(),
            *ReportOperations(site).operations(),
            *Commanding(site).operations(),
            *events.operations(),
        ]
        self._description = msgspec.json.encode(document(self.operations))
        open_routes = [
            Route("/", self._reader, methods=["GET"]),
            Route("/openapi.json", self._openapi, methods=["GET"]),
        ]
        rate = site.settings.api_per_second
        self._server = ApiServer(site.accounts, self.webhooks, self.operations, metrics, clock, rate, open_routes)
        self._watching = Watching(site, self.feed, metrics, self._server)

    def routes(self) -> list[BaseRoute]:
        """Return what is answered to other systems."""
        ours = Mount(BASE, app=self._server.app)
        # Starlette's dot takes no line's end, and such a path would be answered with a page.
        ours.path_regex = re.compile(ours.path_regex.pattern, re.DOTALL)
        return [*self._watching.routes(), ours]

    def tasks(self) -> list[asyncio.Task[None]]:
        """Begin what runs beside it: the log is followed, and webhooks are told."""
        return [asyncio.create_task(self.feed.keep()), asyncio.create_task(self.deliveries.keep())]

    def close(self) -> None:
        """Close the files."""
        self.feed.close()
        self.webhooks.close()

    async def _openapi(self, _: Request) -> Response:
        return Response(self._description, media_type="application/json")

    async def _reader(self, request: Request) -> Response:
        browser = Browser(request, self._site.accounts.session(request.cookies.get(COOKIE, "")))
        groups: dict[str, list[Operation]] = {}
        for operation in self.operations:
            groups.setdefault(operation.group, []).append(operation)
        catalogue = self._site.live.now.catalogue
        service = catalogue.services[0].id if catalogue and catalogue.services else "…"
        example = EXAMPLE.format(service=service, at=f"{request.url.scheme}://{request.url.netloc}{BASE}")
        return self._site.page(browser, "api.html", example=example, groups=groups, base=BASE, fields=fields_of)
