"""Buttons and lamp on GPIO pins. The only importer of gpiozero; its mock pins serve where a Pi is missing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import gpiozero
from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.wire.messages import Part
from counter_keypad.patterns import Colour
from counter_keypad.settings import KeypadSettings

log = logging.getLogger(__name__)
Edge = Callable[[int, bool], None]
"""Receives a button's index and whether its contact is closed; called on a thread of the pin library's."""

_MISSING: Final = "no GPIO pins here: buttons and lamp do nothing; the officer can use the web console"


class Pins:
    """The pins of one keypad.

    Args:
        settings: which pin is which.
        edge: told of every change of a contact, bounces and all.
    """

    def __init__(self, settings: KeypadSettings, edge: Edge) -> None:
        self._lamp: Any = None
        self._devices: list[Any] = []
        self.mock: MockFactory | None = None
        self.parts = [Part("buttons", "missing", _MISSING), Part("lamp", "missing", _MISSING)]
        if settings.gpio == "none":
            return
        try:
            if settings.gpio == "mock":
                self.mock = MockFactory(pin_class=MockPWMPin)
            factory = self.mock or gpiozero.Device._default_pin_factory()  # noqa: SLF001  # its own lazy choice
            self._open(settings, edge, factory)
        except (gpiozero.GPIOZeroError, OSError) as error:
            log.warning("%s (%s)", _MISSING, error)
            self.close()

    def shine(self, colour: Colour) -> None:
        """Set the lamp; a single light shows the brightness of the colour."""
        if self._lamp is None:
            return
        value: Any = colour if isinstance(self._lamp, gpiozero.RGBLED) else max(colour)
        if self._lamp.value != value:
            self._lamp.value = value

    def close(self) -> None:
        """Let go of all pins."""
        for device in self._devices:
            device.close()
        self._devices, self._lamp = [], None

    def _open(self, settings: KeypadSettings, edge: Edge, factory: Any) -> None:
        for index, button in enumerate(settings.buttons):
            # No bounce_time: it drops real presses, and mock pins ignore it. See counter_keypad.presses.
            device = gpiozero.Button(button.pin, pull_up=button.pull_up, bounce_time=None, pin_factory=factory)
            device.when_pressed = lambda i=index: edge(i, True)
            device.when_released = lambda i=index: edge(i, False)
            self._devices.append(device)
        pins = settings.lamp.pins
        lamp = Part("lamp", "missing", "no lamp is configured")
        if len(pins) == 3:  # red, green, blue
            self._lamp = gpiozero.RGBLED(*pins, pin_factory=factory)
            lamp = Part("lamp", "ok")
        elif pins:
            self._lamp = gpiozero.PWMLED(pins[0], pin_factory=factory)
            lamp = Part("lamp", "ok")
        if self._lamp is not None:
            self._devices.append(self._lamp)
        self.parts = [Part("buttons", "ok" if settings.buttons else "missing"), lamp]
