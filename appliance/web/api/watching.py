"""``/health`` and ``/metrics``, for whoever watches over machines."""

from __future__ import annotations

import ipaddress
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from appliance.people import Permission
from appliance.store.database import StorageFault
from appliance.web.api.feed import Feed
from appliance.web.api.metrics import Metrics
from appliance.web.api.problem import NotDone, answered
from appliance.web.api.server import ApiServer
from appliance.web.site import Site

METRICS_MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


class Health(msgspec.Struct, frozen=True):
    """Whether the office can be worked with in a browser: ``ok``, or ``trouble`` and why.

    ``reasons``: "hub_away", "office_unknown", "accounts"; ``notes`` stop nothing: "log".
    """

    status: str
    reasons: list[str]
    notes: list[str]


class Watching:
    """Answers those who watch.

    Args:
        site: whose health it is.
        feed: the log.
        metrics: the figures.
        api: knows tokens.
    """

    def __init__(self, site: Site, feed: Feed, metrics: Metrics, api: ApiServer) -> None:
        self._site = site
        self._feed = feed
        self._metrics = metrics
        self._api = api

    def routes(self) -> list[Route]:
        """Return what is answered here."""
        return [Route("/health", self.health, methods=["GET"]), Route("/metrics", self.metrics, methods=["GET"])]

    async def health(self, _: Request) -> Response:
        """Tell whether all is well; 503 if it is not."""
        reasons = []
        now = self._site.live.now
        if not now.hub_is_there:
            reasons.append("hub_away")
        if now.board is None or now.office is None:
            reasons.append("office_unknown")
        try:
            self._site.accounts.has_administrator()
        except StorageFault:
            reasons.append("accounts")
        health = Health("trouble" if reasons else "ok", reasons, [] if self._feed.readable else ["log"])
        return Response(msgspec.json.encode(health), 503 if reasons else 200, media_type="application/json")

    async def metrics(self, request: Request) -> Response:
        """Return the figures, to this machine itself or to a token that may see boxes."""
        if not _from_this_machine(request):
            try:
                self._api.token_of(request, (Permission.NODES_READ,))
            except NotDone as refused:
                return answered(refused.problem)
        return Response(self._metrics.text(), headers={"content-type": METRICS_MEDIA})


def _from_this_machine(request: Request) -> bool:
    """Tell whether a program on this box asks, and not somebody through a proxy that stands on it."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
