"""The keypad: wiring diagram and main loop."""

from __future__ import annotations

import queue
import sys
import uuid
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from appliance.node import config as configuration
from appliance.node import daemon, logs, systemd, trace
from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.wire import topics
from appliance.wire.messages import (
    Accepted,
    AnyBody,
    AnyReply,
    CallNext,
    CloseCounter,
    CounterState,
    Finish,
    NoShow,
    OpenCounter,
    Part,
    Recall,
    Start,
)
from counter_keypad.buttons import Pins
from counter_keypad.panel import Panel
from counter_keypad.patterns import Light, State
from counter_keypad.pending import Pending
from counter_keypad.presses import Presses
from counter_keypad.settings import Action, KeypadSettings

ANSWER_SECONDS: Final = 2.0
LAMP_SECONDS: Final = 0.03
BODIES: Final[dict[Action, Callable[[str], AnyBody]]] = {
    "call_next": CallNext,
    "recall": Recall,
    "start": Start,
    "finish": Finish,
    "no_show": NoShow,
    "open_counter": OpenCounter,
    "close_counter": CloseCounter,
}


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
    pins = Pins(settings, keypad.edge)
    panel = Panel(settings, pins.mock) if pins.mock and settings.panel else None
    try:
        link.start()
        systemd.notify("READY=1")
        keypad.run(stop, pins)
    finally:
        systemd.notify("STOPPING=1")
        if panel:
            panel.close()
        pins.close()
        link.stop()


class Keypad:
    """Edges in, commands out, answers to the lamp. All but the edges and answers happens on the main thread."""

    def __init__(self, settings: KeypadSettings, link: Link, hub_clock: HubClock, clock: SystemClock) -> None:
        self._settings = settings
        self._link = link
        self._hub_clock = hub_clock
        self._clock = clock
        self._presses = Presses([b.hold is not None for b in settings.buttons], settings.debounce_ms, settings.hold_ms)
        self._pending = Pending()
        self._light = Light()
        self._counter: CounterState | None = None
        self._answered_id: str | None = None
        self._happened: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        link.on(topics.counter(settings.counter), CounterState, self._take_counter)

    def edge(self, button: int, down: bool) -> None:  # noqa: FBT001  # gpiozero's callbacks know no keywords
        """Take in a contact's change, on any thread."""
        now = self._clock.monotonic_ms()
        self._happened.put(lambda: self._presses.edge(button, down, now))

    def run(self, stop: daemon.Stop, pins: Pins) -> None:
        """Serve until asked to stop."""
        watchdog = daemon.Watchdog(self._link.dead_part)
        while not stop:
            self._wait()
            now = self._clock.monotonic_ms()
            for press in self._presses.due(now):
                button = self._settings.buttons[press.button]
                self._act(button.hold if press.kind == "hold" and button.hold else button.press, now)
            self._link.expire()
            self._link.set_parts([*pins.parts, *self._stuck(now)])
            self._light.show(self._state(), now)
            pins.shine(self._light.colour(now))
            if self._answered_id is not None:
                trace.mark("lamp", self._answered_id)
                self._answered_id = None
            watchdog.feed()

    def _wait(self) -> None:
        due = self._presses.next_due()
        seconds = LAMP_SECONDS
        if due is not None:
            seconds = min(seconds, max(0.0, (due - self._clock.monotonic_ms()) / 1000))
        try:
            self._happened.get(timeout=seconds)()
            while True:
                self._happened.get_nowait()()
        except queue.Empty:
            pass

    def _act(self, action: Action, now: int) -> None:
        request_id = self._pending.send(action, uuid.uuid4().hex, now)
        if request_id is None:
            return
        trace.mark("press", request_id)
        body = BODIES[action](self._settings.counter)
        if self._hub_clock.hub_is_there():
            sent = self._link.request(body, self._answered, deadline=ANSWER_SECONDS, request_id=request_id)
        else:
            sent = None
        if sent is None:
            # Nothing is stored for later: the lamp says that the hub is away, and the officer decides.
            self._pending.unsent()
            self._light.flash("refused", now)

    def _answered(self, reply: AnyReply | None) -> None:
        self._happened.put(lambda: self._take_answer(reply))

    def _take_answer(self, reply: AnyReply | None) -> None:
        now = self._clock.monotonic_ms()
        if reply is None:
            self._pending.silent(now)
            self._light.flash("refused", now)
            return
        self._answered_id = self._pending.answered()
        if isinstance(reply, Accepted):
            self._light.flash("accepted", now)
        else:
            self._light.flash("early" if reply.code in ("too_early", "too_soon") else "refused", now)

    def _take_counter(self, state: CounterState) -> None:
        self._counter = state

    def _state(self) -> State:
        if not self._link.connected or not self._hub_clock.hub_is_there() or self._counter is None:
            return "away"
        match self._counter.state:
            case "called" | "serving" | "closed" | "paused" as state:
                return state
            case _:
                return "waiting" if self._counter.waiting else "idle"

    def _stuck(self, now: int) -> list[Part]:
        names = [self._settings.buttons[b].press for b in self._presses.stuck(now)]
        return [Part("stuck button", "fault", f"{name} has been down for long; look for dirt") for name in names]


if __name__ == "__main__":
    sys.exit(main(configuration.DEFAULT_FILE))
