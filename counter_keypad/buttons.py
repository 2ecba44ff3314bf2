"""Buttons, lamp, buzzer and digits on GPIO pins. gpiozero's mock pins serve where a Pi is missing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import gpiozero
from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.wire.messages import Part
from counter_keypad.number_display import PinDisplay
from counter_keypad.patterns import Colour
from counter_keypad.settings import ButtonSettings, KeypadSettings, PinDisplaySettings

log = logging.getLogger(__name__)
Edge = Callable[[int, bool], None]
"""Receives a button's index and whether its contact is closed; called on a thread of the pin library's."""

_MISSING: Final = "no GPIO pins here: buttons and lamp do nothing; the officer can use the web console"
_PULLS: Final = {"up": True, "down": False, "none": None}


class Pins:
    """The pins of one keypad.

    Args:
        settings: which pin is which.
        edge: told of every change of a contact, bounces and all.
    """

    def __init__(self, settings: KeypadSettings, edge: Edge) -> None:
        self._settings = settings
        self._lamp: Any = None
        self._buzzer: Any = None
        self._buttons: list[Any] = []
        self._devices: list[Any] = []
        self.digits: PinDisplay | None = None
        self.mock: MockFactory | None = None
        self.parts = [Part("buttons", "missing", _MISSING), Part("lamp", "missing", _MISSING)]
        if isinstance(settings.number_display, PinDisplaySettings):
            self.parts.append(Part("number display", "missing", _MISSING))
        if settings.gpio == "none":
            return
        try:
            if settings.gpio == "mock":
                self.mock = MockFactory(pin_class=MockPWMPin)
            factory = self.mock or gpiozero.Device._default_pin_factory()  # noqa: SLF001  # its own lazy choice
            gpiozero.Device.pin_factory = factory  # LEDMultiCharDisplay does not hand its own on to all of its parts
            self._open(settings, edge, factory)
        except (gpiozero.GPIOZeroError, OSError) as error:
            log.warning("%s (%s)", _MISSING, error)
            self.close()

    def found_down(self) -> list[int]:
        """Return the buttons whose contact is closed now."""
        pressed = zip(self._settings.buttons, self._buttons, strict=False)
        return [index for index, (button, device) in enumerate(pressed) if device.is_active != _inverted(button)]

    def shine(self, colour: Colour) -> None:
        """Set the lamp; a single light shows the brightness of the colour."""
        if self._lamp is None:
            return
        red, green, blue = (level * self._settings.lamp.brightness for level in colour)
        value: Any = (red, green, blue) if isinstance(self._lamp, gpiozero.RGBLED) else max(red, green, blue)
        if self._lamp.value != value:
            self._lamp.value = value

    def sound(self, on: bool) -> None:  # noqa: FBT001  # a level, like a colour
        """Let the buzzer sound, or be quiet."""
        if self._buzzer is not None and self._buzzer.is_active != on:
            self._buzzer.value = on

    def close(self) -> None:
        """Let go of all pins, the lamp dark and the buzzer quiet."""
        for device in self._devices:
            device.close()
        self._devices, self._buttons, self._lamp, self._buzzer, self.digits = [], [], None, None, None

    def _open(self, settings: KeypadSettings, edge: Edge, factory: Any) -> None:
        for index, button in enumerate(settings.buttons):
            device = _button(button, factory)
            closed = not _inverted(button)
            device.when_activated = lambda i=index, c=closed: edge(i, c)
            device.when_deactivated = lambda i=index, c=closed: edge(i, not c)
            self._buttons.append(device)
            self._devices.append(device)
        lamp = settings.lamp
        high = lamp.active == "high"
        if len(lamp.pins) == 3:  # red, green, blue
            self._lamp = gpiozero.RGBLED(*lamp.pins, active_high=high, pin_factory=factory)
        elif lamp.pins:
            self._lamp = gpiozero.PWMLED(lamp.pins[0], active_high=high, pin_factory=factory)
        if settings.buzzer:
            active = settings.buzzer.active == "high"
            self._buzzer = gpiozero.DigitalOutputDevice(settings.buzzer.pin, active_high=active, pin_factory=factory)
        if isinstance(settings.number_display, PinDisplaySettings):
            self.digits = PinDisplay(settings.number_display, factory)
        self._devices += [device for device in (self._lamp, self._buzzer, self.digits) if device is not None]
        self.parts = [Part("lamp", "ok" if lamp.pins else "missing", "" if lamp.pins else "no lamp is configured")]
        if settings.buttons:
            self.parts.insert(0, Part("buttons", "ok"))
        elif not settings.number_pad and not settings.serial_pad:
            self.parts.insert(0, Part("buttons", "missing", "none are configured"))


def _button(button: ButtonSettings, factory: Any) -> Any:
    """Return gpiozero's device."""
    # No bounce_time: it drops real presses, and mock pins ignore it. See counter_keypad.presses.
    active = button.active_level == "high" if button.pull == "none" else None
    return gpiozero.DigitalInputDevice(
        button.pin, pull_up=_PULLS[button.pull], active_state=active, bounce_time=None, pin_factory=factory
    )


def _inverted(button: ButtonSettings) -> bool:
    """Tell whether gpiozero's idea of active, the opposite of the pull, is the wrong way round (a break contact)."""
    return button.pull != "none" and (button.pull == "up") != (button.active_level == "low")
