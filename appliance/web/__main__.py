"""``giliran web``: the office's pages. A node like any other: if it dies, the queue goes on."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from importlib.metadata import version
from pathlib import Path
from typing import Any

import uvicorn

from appliance.node import config as configuration
from appliance.node import daemon, logs, systemd
from appliance.node.config import BrokerSettings, ConfigError
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.store.accounts import Accounts
from appliance.store.database import StorageFault
from appliance.web.api.api import Api
from appliance.web.bus import Bus
from appliance.web.connections import SERVING
from appliance.web.live import Live
from appliance.web.pages_table import pages_of
from appliance.web.server import Server
from appliance.web.settings import WebSettings
from appliance.web.site import Site
from appliance.web.stream import Streams
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

FEED_SECONDS = 1.0
KEEP_TIME_SECONDS = 60.0
GRACE_SECONDS = 3
BACKLOG = 1024
SETTLED_SECONDS = 20.0
"""Whoever looks at reports earlier has them summed at once."""


def main(config_file: Path = configuration.DEFAULT_FILE) -> int:
    """Serve until asked to end; return the exit code."""
    return daemon.run(lambda: asyncio.run(serve(config_file)), StorageFault)


async def serve(config_file: Path) -> None:
    """Wire the web together and serve it."""
    config = configuration.load(config_file)
    settings = config.section("web", WebSettings)
    broker = config.section("broker", BrokerSettings)
    logs.set_up(settings.node)
    clock = SystemClock()
    hub_clock = HubClock(clock)
    link = Link(settings.node, configuration.password_of(settings.node, broker), broker, version("giliran"), hub_clock)
    live = Live(link, hub_clock)
    loop = asyncio.get_running_loop()
    live.begin(loop)
    accounts = Accounts(Path(settings.accounts), clock.monotonic_ms)
    streams = Streams(live)
    site = Site(settings, live, Bus(link, loop), accounts, streams)
    api = Api(site, clock)
    server = _server(settings, Server(site, pages_of(site, api), api.routes()))
    watchdog = daemon.Watchdog(link.dead_part)
    link.set_parts([Part("program", "ok")])
    site.daily.say = lambda part: link.set_parts([Part("program", "ok"), part])
    link.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _end, server, streams)
    past = (_when_settled(site.sums.keep), _when_settled(site.daily.keep))
    forever = (live.keep(), site.watch.keep(), *past, _keep_time(accounts), _feed(watchdog, server))
    tasks = [*(asyncio.create_task(task) for task in forever), *api.tasks()]
    try:
        await _listen(server, settings)
    finally:
        systemd.notify("STOPPING=1")
        for task in tasks:
            task.cancel()
        link.stop()
        api.close()
        accounts.close()


async def _when_settled(keep: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """See to the past once the box has started: until then all of it has more urgent work."""
    await asyncio.sleep(SETTLED_SECONDS)
    await keep()


def _server(settings: WebSettings, pages: Server) -> uvicorn.Server:
    config = uvicorn.Config(
        pages.app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=BACKLOG,
        **SERVING,
    )
    config.load()
    return uvicorn.Server(config)


async def _listen(server: uvicorn.Server, settings: WebSettings) -> None:
    """Serve. uvicorn's own handling of signals would raise them again when it ends; ours is wired in ``serve``."""
    try:
        socket = server.config.bind_socket()
    except SystemExit as error:
        raise ConfigError(
            f"web: {settings.host}:{settings.port} cannot be listened on; another program does"
        ) from error
    socket.listen(BACKLOG)  # whoever reads the next line may come at once
    host, port = socket.getsockname()[:2]
    log.info("pages at http://%s:%d/", host, port)
    daemon.ready()
    await server._serve([socket])  # noqa: SLF001  # ``serve`` is this and the signals


def _end(server: uvicorn.Server, streams: Streams) -> None:
    streams.stop()
    server.should_exit = True


async def _keep_time(accounts: Accounts) -> None:
    """Save how long the box has been on, by which sessions and tokens end: it has no clock of its own."""
    while True:
        await asyncio.sleep(KEEP_TIME_SECONDS)
        try:
            await asyncio.to_thread(accounts.keep_time)
        except StorageFault as error:
            log.critical("%s; sessions end later than they should", error)


async def _feed(watchdog: daemon.Watchdog, server: uvicorn.Server) -> None:
    while True:
        try:
            watchdog.feed()
        except daemon.DeadPart as dead:
            log.critical("%s has died; ending, to be started anew", dead)
            server.should_exit = True
            raise
        await asyncio.sleep(FEED_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
