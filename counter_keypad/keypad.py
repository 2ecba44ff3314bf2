"""One keypad at work: edges and typed numbers in, commands out, answers to the lamp, the number to its display.

All but the edges, keys and answers happens on the main thread.
"""

from __future__ import annotations

import queue
import uuid
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from appliance.node import daemon, trace
from appliance.node.daemon import Clock, HubClock
from appliance.node.link import OnAnswer
from appliance.wire.messages import Accepted, AnyBody, AnyReply, CounterState, Part, Refused
from counter_keypad import actions
from counter_keypad.actions import Wish
from counter_keypad.debounce import Presses
from counter_keypad.number_display import NumberDisplay, Sign
from counter_keypad.patterns import Colour, Light, State, flash_for
from counter_keypad.pending import Pending
from counter_keypad.settings import KeypadSettings
from counter_keypad.typed import Heard

ANSWER_SECONDS: Final = 2.0
QUIET_SECONDS: Final = 0.03
BUSY_SECONDS: Final = 0.01
"""How often the lamp is set: while a flash is on, its edges should not be late."""


class Bus(Protocol):
    """What a keypad needs of ``appliance.node.link.Link``."""

    connected: bool

    def request(self, body: AnyBody, answer: OnAnswer, *, deadline: float, request_id: str | None = None) -> str | None:
        """Send a command."""

    def expire(self) -> None:
        """Give up on what is not answered."""

    def set_parts(self, parts: list[Part]) -> None:
        """Say how the box is."""


class Board(Protocol):
    """The pins: what can be pressed, lit and heard."""

    parts: list[Part]

    def found_down(self) -> list[int]:
        """Return the buttons that are down now."""

    def shine(self, colour: Colour) -> None:
        """Set the lamp."""

    def sound(self, on: bool) -> None:  # noqa: FBT001  # a level, like a colour
        """Set the buzzer."""


class Pad(Protocol):
    """A keypad with a plug: its health, and what is wrong with its keys."""

    part: Part

    def faults(self, now: int) -> list[Part]:
        """Return a part for each broken key."""


class Keypad:
    """The keypad of one counter.

    Args:
        settings: of the keypad.
        bus: to the hub.
        hub_clock: tells whether the hub is there.
        clock: real time.
    """

    def __init__(self, settings: KeypadSettings, bus: Bus, hub_clock: HubClock, clock: Clock) -> None:
        self._settings = settings
        self._bus = bus
        self._hub_clock = hub_clock
        self._clock = clock
        self._wishes = [
            (actions.parse(b.press), actions.parse(b.hold) if b.hold is not None else None) for b in settings.buttons
        ]
        self._presses = Presses([b.hold is not None for b in settings.buttons], settings.debounce_ms, settings.hold_ms)
        self._pending = Pending()
        self._light = Light()
        self._counter: CounterState | None = None
        self._calls = 0
        """So many calls have been heard of."""
        self._answered_id: str | None = None
        self._asked = Wish("")
        """What is on its way to the hub, or was last."""
        self.answers = 0
        """So many presses have been answered by the lamp; until one is, no other is taken. Any thread may read it."""
        self._happened: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    # -- what other threads say ------------------------------------------------------------------------------------

    def edge(self, button: int, down: bool) -> None:  # noqa: FBT001  # gpiozero's callbacks know no keywords
        """Take in a contact's change, on any thread."""
        now = self._clock.monotonic_ms()
        self._happened.put(lambda: self._presses.edge(button, down, now))

    def heard(self, heard: Heard, reason: str) -> None:
        """Take in what came of a typed key, on any thread; ``reason`` is recorded with a number called by hand."""
        self._happened.put(lambda: self._take_key(heard, reason))

    def take_counter(self, state: CounterState) -> None:
        """Take in the counter's state, on any thread."""
        self._happened.put(lambda: self._take_counter(state))

    # -- the main thread -------------------------------------------------------------------------------------------

    def found_down(self, buttons: list[int]) -> None:
        """Take in which contacts were closed at the start: nobody pressed them."""
        for button in buttons:
            self._presses.found_down(button, self._clock.monotonic_ms())

    def run(
        self,
        stop: daemon.Stop,
        must_live: Callable[[], str | None],
        board: Board,
        pads: Sequence[Pad],
        display: NumberDisplay | None,
    ) -> None:
        """Serve until asked to stop."""
        watchdog = daemon.Watchdog(must_live)
        self.found_down(board.found_down())
        while not stop:
            self._wait()
            self.step(board, pads, display)
            watchdog.feed()

    def step(self, board: Board, pads: Sequence[Pad], display: NumberDisplay | None) -> None:
        """Do what is due now: presses to the hub, its answers to lamp, buzzer and display, faults to the presence."""
        self._take_what_happened()
        now = self._clock.monotonic_ms()
        self._presses.look(board.found_down(), now)
        for press in self._presses.due(now):
            wished, held = self._wishes[press.button]
            self._act(held if press.kind == "hold" and held else wished, now)
        self._bus.expire()
        self._bus.set_parts([*board.parts, *self._faults(now), *self._health(pads, display, now)])
        self._light.show(self._state(), now)
        self._light.hint("sent" if self._pending.waiting else self._presses.feel(now) or None, now)
        board.shine(self._light.colour(now))
        buzzer = self._settings.buzzer
        board.sound(buzzer is not None and self._light.sounding(now, accepted=buzzer.accepted))
        if display is not None:
            display.show(self._sign())
        if self._answered_id is not None:
            trace.mark("lamp", self._answered_id)
            self._answered_id = None

    def _wait(self) -> None:
        now = self._clock.monotonic_ms()
        seconds = BUSY_SECONDS if self._light.busy(now) else QUIET_SECONDS
        due = self._presses.next_due(now)
        if due is not None:
            seconds = min(seconds, max(0.0, (due - now) / 1000))
        try:
            self._happened.get(timeout=seconds)()
        except queue.Empty:
            return

    def _take_what_happened(self) -> None:
        for _ in range(self._happened.qsize()):  # what comes meanwhile has its turn after the lamp and the watchdog
            self._happened.get_nowait()()

    def _take_counter(self, state: CounterState) -> None:
        before, self._counter = self._counter, state
        if before is None or state.number is None or (state.number, state.calls) == (before.number, before.calls):
            return
        # Whose finish was taken back has been there since before that press: nobody calls them now.
        self._calls += state.since >= before.since

    def _take_key(self, heard: Heard, reason: str) -> None:
        now = self._clock.monotonic_ms()
        if isinstance(heard, Wish):
            self._act(heard, now, reason)
        elif heard == "mistake":
            self._light.flash("mistake", now)

    def _act(self, wish: Wish, now: int, reason: str = "") -> None:
        body = actions.body(wish, self._settings.counter, self._counter, reason)
        request_id = self._pending.send(body, uuid.uuid4().hex, now)
        if request_id is None:
            return
        self._asked = wish
        trace.mark("press", request_id)
        sent = None
        if self._hub_clock.hub_is_there():
            sent = self._bus.request(body, self._answered, deadline=ANSWER_SECONDS, request_id=request_id)
        if sent is None:
            # Nothing is stored for later: the lamp says that the hub is away, and the officer decides.
            self._pending.unsent()
            self._light.flash("unsent", now)
            self.answers += 1

    def _answered(self, reply: AnyReply | None) -> None:
        self._happened.put(lambda: self._take_answer(reply))

    def _take_answer(self, reply: AnyReply | None) -> None:
        now = self._clock.monotonic_ms()
        match reply:
            case None:
                self._pending.silent(now)
                self._light.flash("silent", now)
            case Accepted():
                self._light.flash("thanks" if self._asked.do == actions.RATE else "accepted", now)
                self._answered_id = self._pending.answered()
            case Refused(code="too_early", wait=0) if self._asked.do == actions.RECALL_OR_NO_SHOW:
                self._pending.answered()  # no time will mend it: the office wants the citizen to be called more often
                self._act(Wish("recall"), now)
                return
            case Refused():
                again_in = round(self._hub_clock.real_seconds(reply.wait))
                self._light.flash(flash_for(reply.code), now, again_in=again_in)
                self._answered_id = self._pending.answered()
        self.answers += 1

    def _hub_is_heard(self) -> bool:
        return self._bus.connected and self._hub_clock.hub_is_there()

    def _state(self) -> State:
        if not self._hub_is_heard() or self._counter is None:
            return "away"
        match self._counter.state:
            case "called" | "serving" | "closed" | "paused" as state:
                return state
            case _:
                return "waiting" if self._counter.waiting else "idle"

    def _sign(self) -> Sign:
        counter = self._counter
        number = counter.number if counter and counter.state in ("called", "serving") else None
        return Sign(number, self._calls, not self._hub_is_heard())

    def _faults(self, now: int) -> list[Part]:
        found = [(self._settings.buttons[button].press, fault) for button, fault in self._presses.faults(now)]
        faults = [
            Part("stuck button", "fault", "stuck", {"button": name})
            if fault == "stuck"
            else Part("chattering button", "fault", "chattering", {"button": name})
            for name, fault in found
        ]
        if self._counter is None and self._hub_is_heard():
            faults.append(Part("counter", "fault", "not_known", {"counter": self._settings.counter}))
        return faults

    @staticmethod
    def _health(pads: Sequence[Pad], display: NumberDisplay | None, now: int) -> list[Part]:
        broken = [part for pad in pads for part in pad.faults(now)]
        return [*(pad.part for pad in pads), *broken, *([display.part] if display else [])]
