"""The keypad: wiring diagram and main loop."""

from __future__ import annotations

import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path

from appliance.node import config as configuration
from appliance.node import daemon, logs, systemd
from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.wire import topics
from appliance.wire.messages import CounterState
from counter_keypad.buttons import Pins
from counter_keypad.keypad import Keypad
from counter_keypad.number_display import NumberDisplay, SerialDisplay
from counter_keypad.number_pad import NumberPad
from counter_keypad.panel import Panel
from counter_keypad.serial_pad import SerialPad
from counter_keypad.settings import KeypadSettings, SerialDisplaySettings


def main(config_file: Path) -> int:
    """Run one counter's keypad until SIGTERM; return the exit code."""
    return daemon.run(lambda: serve(config_file))


def serve(config_file: Path) -> None:
    """Wire the keypad together and run its loop."""
    config = configuration.load(config_file)
    settings = config.section("keypad", KeypadSettings)
    broker = config.section("broker", BrokerSettings)
    logs.set_up(settings.node)
    stop = daemon.Stop()

    clock = SystemClock()
    hub_clock = HubClock(clock)
    password = configuration.password_of(settings.node, broker)
    link = Link(settings.node, password, broker, version("giliran"), hub_clock)
    keypad = Keypad(settings, link, hub_clock, clock)
    link.on(topics.counter(settings.counter), CounterState, keypad.take_counter)
    pins = Pins(settings, keypad.edge)
    panel = Panel(settings, pins.mock, pins, lambda: keypad.answers) if pins.mock and settings.panel else None
    pads = _pads(settings, keypad, clock)
    display: NumberDisplay | None = pins.digits
    if isinstance(settings.number_display, SerialDisplaySettings):
        display = SerialDisplay(settings.number_display)
    threads = [*pads, *([display] if display else [])]

    def dead_part() -> str | None:
        return link.dead_part() or next((dead for part in threads if (dead := part.dead_part())), None)

    try:
        for part in threads:
            part.start()
        link.start()
        daemon.ready()
        keypad.run(stop, dead_part, pins, pads, display)
    finally:
        systemd.notify("STOPPING=1")
        for part in reversed(threads):
            part.close()
        if panel:
            panel.close()
        pins.close()
        link.stop()


def _pads(settings: KeypadSettings, keypad: Keypad, clock: SystemClock) -> list[NumberPad | SerialPad]:
    pads: list[NumberPad | SerialPad] = []
    if settings.number_pad:
        pads.append(NumberPad(settings.number_pad, clock, partial(keypad.heard, reason=settings.number_pad.reason)))
    if settings.rating_pad:
        pads.append(NumberPad(settings.rating_pad, clock, partial(keypad.heard, reason=settings.rating_pad.reason)))
    if settings.serial_pad:
        pads.append(SerialPad(settings.serial_pad, clock, partial(keypad.heard, reason=settings.serial_pad.reason)))
    return pads


if __name__ == "__main__":
    sys.exit(main(configuration.DEFAULT_FILE))
