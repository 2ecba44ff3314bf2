"""The lobby display: the board and its voice, on the bus."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from appliance.node import config, daemon, logs
from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.speech.announcer import Announcer
from appliance.speech.players import make_player
from appliance.speech.voice import make_voice
from appliance.ui.app import App
from appliance.wire import topics
from appliance.wire.messages import Part, Waiting
from display.announcements import Announcements
from display.reload import Reload
from display.screen import Lobby
from display.settings import DisplaySettings

QML: Final = Path(__file__).with_name("qml") / "Main.qml"
TICK_MS: Final = 200
HEALTH_MS: Final = 2000


def main(config_path: Path = config.DEFAULT_FILE) -> int:
    """Run the display until it is told to stop; return the exit code."""
    code = daemon.EXIT_OK

    def run() -> None:
        nonlocal code
        code = _run(config_path)

    return daemon.run(run) or code


def _run(config_path: Path) -> int:
    settings_of = config.load(config_path)
    settings = settings_of.section("display", DisplaySettings)
    broker = settings_of.section("broker", BrokerSettings)
    logs.set_up(settings.node)
    stop = daemon.Stop()

    hub_clock = HubClock(SystemClock())
    link = Link(settings.node, config.password_of(settings.node, broker), broker, version("giliran"), hub_clock)
    speech = settings.speech
    order = Announcements(speech.max_age_s, speech.repeats, hurries=speech.hurries)
    announcer = Announcer(order, make_voice(speech), make_player(speech, keep_awake=True), speech, hub_clock)
    lobby = Lobby(settings, link, hub_clock, announcer.submit)
    link.on(topics.WAITING, Waiting, announcer.expect)
    reload = Reload(config_path, lobby.adopt)
    context = {
        "ui": lobby.values.map, "tr": lobby.texts.map, "look": lobby.look.map,
        "counters": lobby.counters, "services": lobby.services, "lastCalls": lobby.last_calls,
    }  # fmt: skip
    app = App(QML, settings.screen, context)
    app.window.frameSwapped.connect(lobby.drawn)

    def tell_health() -> None:
        screen = Part("screen", "ok", "size", {"width": str(app.window.width()), "height": str(app.window.height())})
        link.set_parts([screen, *announcer.parts(), *lobby.parts(), *reload.parts()])

    app.every(TICK_MS, lobby.tick)
    app.every(HEALTH_MS, reload.look)
    app.every(HEALTH_MS, tell_health)
    watchdog = daemon.Watchdog(lambda: link.dead_part() or announcer.dead_part() or lobby.dead_part())

    announcer.start()
    lobby.start()
    tell_health()
    link.start()
    try:
        return app.run(stop, watchdog)
    finally:
        link.stop()
        lobby.stop()
        announcer.stop()


if __name__ == "__main__":
    sys.exit(main())
