"""A keypad on mock pins in virtual time, and a hub that answers when it is told to."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from appliance.node.daemon import HubClock
from appliance.wire import messages as m
from counter_keypad.buttons import Pins
from counter_keypad.keypad import Keypad
from counter_keypad.settings import KeypadSettings

STEP_MS = 10


class VirtualClock:
    rate = 1.0

    def __init__(self):
        self.now = 1_000_000

    def monotonic_ms(self):
        return self.now

    def office_ms(self):
        return self.now


class Bus:
    """A bus on which every request waits for ``answer``; a deadline passes as on the real one."""

    def __init__(self, clock):
        self.connected = True
        self.parts = []
        self.sent = []
        self._clock = clock
        self._open = []

    def request(self, body, answer, *, deadline, request_id=None):
        if not self.connected:
            return None
        self.sent.append((body, request_id))
        self._open.append((answer, self._clock.now + deadline * 1000))
        return request_id

    def expire(self):
        for waiting in [waiting for waiting in self._open if waiting[1] <= self._clock.now]:
            self._open.remove(waiting)
            waiting[0](None)

    def set_parts(self, parts):
        self.parts = parts

    def answer(self, code="", wait=0):
        answer, _ = self._open.pop(0)
        answer(m.Refused(1, "", code, "", wait) if code else m.Accepted(1, "", 1))


class Desk:
    """One counter's desk."""

    def __init__(self, *, known=True, **keypad):
        self.settings = msgspec.convert({"gpio": "mock", **keypad}, KeypadSettings)
        self.clock = VirtualClock()
        self.bus = Bus(self.clock)
        self.hub_clock = HubClock(self.clock)
        self.hub_there = True
        self.keypad = Keypad(self.settings, self.bus, self.hub_clock, self.clock)
        self.pins = Pins(self.settings, self.keypad.edge)
        self.log = []
        """What the lamp showed: (time, level of each pin)."""
        if known:  # the hub has such a counter
            self.counter("free")

    def close(self):
        self.pins.close()

    def counter(self, state, **more):
        self.keypad.take_counter(m.CounterState(1, 1, self.settings.counter, {}, state, **more))

    def contact(self, button, *, closed):
        chosen = self.settings.buttons[button]
        pin = self.pins.mock.pin(chosen.pin)
        high = closed == (chosen.active_level == "high")
        pin.drive_high() if high else pin.drive_low()

    def push(self, button=0, ms=100):
        self.contact(button, closed=True)
        self.run(ms)
        self.contact(button, closed=False)
        self.run(50)

    def run(self, ms):
        """Let time pass, looking as often as the keypad does."""
        end = self.clock.now + ms
        while self.clock.now < end:
            if self.hub_there:
                self.hub_clock.observe(m.Clock(1, "boot", self.clock.now, self.clock.now, 1.0, "Asia/Jakarta"))
            self.keypad.step(self.pins, [], self.pins.digits)
            self.log.append((self.clock.now, self.lamp()))
            self.clock.now += min(STEP_MS, end - self.clock.now)

    def lamp(self):
        return (
            ()
            if self.pins.mock is None
            else tuple(float(self.pins.mock.pin(pin).state) for pin in self.settings.lamp.pins)
        )

    def flashes(self, since):
        """How often a lamp of one colour went on."""
        lit = [False, *(max(levels) > 0.3 for at, levels in self.log if at >= since)]
        return sum(1 for before, after in pairwise(lit) if after and not before)

    def part(self, name):
        return next((part for part in self.bus.parts if part.name == name), None)
