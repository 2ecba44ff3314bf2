"""The hub: wiring diagram and main loop. One thread, so that there is one writer and one order of things."""

from __future__ import annotations

import sys
import uuid
from importlib.metadata import version
from pathlib import Path
from typing import Final

from appliance.hub.handler import Handler, Incoming
from appliance.hub.housekeeping import Housekeeping
from appliance.hub.relay import Relay
from appliance.hub.settings import HubSettings, definition
from appliance.node import config as configuration
from appliance.node import daemon, logs, systemd
from appliance.node.config import BrokerSettings
from appliance.node.daemon import ClockSettings
from appliance.node.link import Link
from appliance.store.database import StorageFault
from appliance.store.store import Store
from appliance.wire.messages import Part

IDLE_SECONDS: Final = 0.1
RECONNECT_SECONDS: Final = 0.5


def main(config_file: Path) -> int:
    """Run the hub until SIGTERM; return the exit code."""
    return daemon.run(lambda: serve(config_file), StorageFault)


def serve(config_file: Path) -> None:
    """Wire the hub together and run its loop."""
    config = configuration.load(config_file)
    settings = config.section("hub", HubSettings)
    broker = config.section("broker", BrokerSettings)
    clock = config.section("clock", ClockSettings).build()
    office = definition(config)
    logs.set_up(settings.node)
    stop = daemon.Stop()

    boot = uuid.uuid4().hex[:12]
    store = Store(Path(settings.database))
    try:
        handler = Handler(store, clock, boot)
        link = Link(settings.node, configuration.password_of(settings.node, broker), broker, version("giliran"))
        relay = Relay(link, clock, *store.unsent())
        housekeeping = Housekeeping(handler, relay, store, link, clock, boot)
        housekeeping.adopt(office)
        Hub(handler, relay, housekeeping, link).run(stop)
    finally:
        store.close()


class Hub:
    """The loop: read what has come, carry it out as one batch, publish, keep house."""

    def __init__(self, handler: Handler, relay: Relay, housekeeping: Housekeeping, link: Link) -> None:
        self._handler = handler
        self._relay = relay
        self._housekeeping = housekeeping
        self._link = link
        self._inbox: list[Incoming] = []
        self._fault: str | None = ""
        link.on_commands(self._take)
        link.on_connection(self._connection)

    def run(self, stop: daemon.Stop) -> None:
        """Serve until asked to stop."""
        link = self._link
        systemd.notify("READY=1")
        while not stop:
            if link.has_socket or link.open():
                link.step(IDLE_SECONDS)
            else:
                stop.wait(RECONNECT_SECONDS)
            if self._inbox:
                self._work()
            self._housekeeping.tick()
            self._report()
            systemd.notify("WATCHDOG=1")
        systemd.notify("STOPPING=1")
        link.stop()

    def _take(self, node: str, payload: bytes, reply_to: str, correlation: bytes) -> None:
        self._inbox.append(Incoming(node, payload, reply_to, correlation))

    def _work(self) -> None:
        batch, self._inbox = self._inbox, []
        replies, entries = self._handler.handle(batch, self._relay.sent_up_to)
        if entries:
            self._relay.committed(self._handler.day, entries)
        for reply in replies:
            self._link.answer(reply.topic, reply.correlation, reply.payload)

    def _connection(self, connected: bool, /) -> None:  # noqa: FBT001  # the link's callback passes just this
        if connected:
            self._housekeeping.publish_clock()
            self._relay.connected(self._handler.day)

    def _report(self) -> None:
        fault = self._handler.fault
        if fault != self._fault:
            self._fault = fault
            self._link.set_parts([Part("storage", "fault" if fault else "ok", fault or "")])


if __name__ == "__main__":
    sys.exit(main(configuration.DEFAULT_FILE))
