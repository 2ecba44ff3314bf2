"""The real server of the office's pages in a thread, on a present and a clock that the test makes; and browsers."""

from __future__ import annotations

import asyncio
import http.cookiejar
import json
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import uvicorn

from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock
from appliance.node.link import Link
from appliance.node.polling import until
from appliance.store.accounts import Accounts
from appliance.web.api.api import Api
from appliance.web.browser import COOKIE
from appliance.web.bus import Bus
from appliance.web.connections import SERVING
from appliance.web.live import Live
from appliance.web.pages_table import pages_of
from appliance.web.server import Server
from appliance.web.settings import WebSettings
from appliance.web.site import Site
from appliance.web.stream import Streams
from appliance.wire import messages as m
from appliance.wire import staff as s

NOON = 1_775_451_600_000
"""12.00 of 2026-04-06 in Jakarta."""
OFFICE = {
    "services": [
        {"id": "a", "prefix": "A", "names": {"id": "Pendaftaran"}},
        {"id": "b", "prefix": "B", "names": {"id": "Konsultasi"}},
    ],
    "counters": [{"id": "1", "names": {"id": "Loket 1"}, "services": ["a", "b"], "keypads": ["keypad-1"]}],
    "kiosks": {"kiosk-1": "X"},
}


class Machine:
    """The web's own clock, which the test moves."""

    rate = 1.0
    ms = 1_000_000

    def monotonic_ms(self):
        return self.ms

    def office_ms(self):
        return NOON + self.ms


class Office:
    """The pages of an office that has nothing but pages: what a hub would tell is ``told``.

    Args:
        folder: for the accounts and what the wall remembers.
        settings: of ``[web]``.
    """

    def __init__(self, folder: Path, **settings):
        self.machine = Machine()
        self.settings = WebSettings(
            host="127.0.0.1", accounts=str(folder / "accounts.db"), demonstration=True, **settings
        )
        clock = HubClock(self.machine)
        clock.observe(m.Clock(1, "boot", 0, NOON, 1.0, "Asia/Jakarta"))
        link = Link("web-1", "", BrokerSettings(), "0", clock)
        self.live = Live(link, clock)
        self._uvicorn = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(link)))
        self._thread.start()
        # A bench that cannot be put together fails, and does not wait for ever.
        assert until(lambda: not self._thread.is_alive() or (self._uvicorn is not None and self._uvicorn.started))
        assert self._thread.is_alive()
        self.address = f"http://127.0.0.1:{self._uvicorn.servers[0].sockets[0].getsockname()[1]}"

    async def _serve(self, link):
        self.loop = asyncio.get_running_loop()
        self.live.begin(self.loop)
        accounts = Accounts(Path(self.settings.accounts), self.machine.monotonic_ms)
        streams = Streams(self.live)
        self.site = Site(self.settings, self.live, Bus(link, self.loop), accounts, streams)
        api = Api(self.site, self.machine)
        self.pages = pages_of(self.site, api)
        self.watch = self.site.watch
        server = Server(self.site, self.pages, api.routes())
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                server.app,
                host="127.0.0.1",
                port=0,
                log_config=None,
                lifespan="off",
                timeout_graceful_shutdown=1,
                **SERVING,
            )
        )
        eye = asyncio.create_task(self.watch.keep())
        await self._uvicorn.serve()
        eye.cancel()
        await asyncio.gather(eye, return_exceptions=True)
        api.close()
        accounts.close()

    def told(self, **present):
        """Have the hub tell what is given, as fields of ``Present``."""

        def take():
            for name, value in present.items():
                setattr(self.live.now, name, value)
            self.live.changed()

        self.loop.call_soon_threadsafe(take)

    def open(self, *services, nodes=(), phase="open", **queue):
        """Have the hub tell of an open office with these services in its queue."""
        office = m.Office({"id": "Kantor"}, phase)
        self.told(
            hub_is_there=True,
            office=s.StaffOffice(1, 1, NOON, OFFICE),
            board=m.Board(1, 1, "2026-04-06", office, [], [], []),
            queue=s.StaffQueue(1, 1, "2026-04-06", NOON, list(services), **queue),
            nodes={one.node: one for one in nodes},
        )

    def pass_minutes(self, minutes):
        """Let time pass."""
        self.machine.ms += round(minutes * 60_000)
        self.told()

    def stop(self):
        self._uvicorn.should_exit = True
        self.site.streams._stopping.set()
        self.told()
        self._thread.join()


class Visitor:
    """A browser of somebody with a role."""

    def __init__(self, address, role="", language="id"):
        self.address = address
        self.language = language
        cookies = self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(cookies), urllib.request.ProxyHandler({})
        )
        if role:
            self.post("/demonstrate", role=role)
            assert COOKIE in {cookie.name for cookie in cookies}

    def cookie(self):
        """Return what it would send as the header of its cookies."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)

    def get(self, path):
        """Return status and text of a page."""
        status, _, body = self.fetch(path)
        return status, body.decode()

    def fetch(self, path, data=None, **headers):
        """Return status, headers and body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, data, {"accept-language": self.language, **named})  # noqa: S310
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def post(self, path, page="", **fields):
        """Send a form that stands on ``page``; return status and text of what comes after it."""
        status, _, body = self.fetch(path, self._form(page, fields))
        return status, body.decode()

    def send(self, path, page, **fields):
        """Send a form as the page's script does; return status and answer."""
        status, _, body = self.fetch(path, self._form(page, fields), accept="application/json")
        return status, json.loads(body)

    def _form(self, page, fields):
        if page:
            found = re.search(r'name="csrf" value="([^"]+)"', self.get(page)[1])
            fields = {"csrf": found[1], **fields}
        return urllib.parse.urlencode(fields).encode()
