"""Buttons, lamp, buzzer and digits on GPIO pins. gpiozero's mock pins serve where a Pi is missing."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import gpiozero
from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part
from counter_keypad.number_display import PinDisplay
from counter_keypad.patterns import Colour
from counter_keypad.settings import ButtonSettings, KeypadSettings, PinDisplaySettings

log = logging.getLogger(__name__)
Edge = Callable[[int, bool], None]
"""Receives a button's index and whether its contact is closed; called on a thread of the pin library's."""

SHOWN: Final = 500
_PULLS: Final = {"up": True, "down": False, "none": None}


class Pins:
    """The pins of one keypad. A part whose pins cannot be had is named, and the others work.

    Args:
        settings: which pin is which.
        edge: told of every change of a contact, bounces and all.
    """

    def __init__(self, settings: KeypadSettings, edge: Edge) -> None:
        self._settings = settings
        self._edge = edge
        self._lamp: Any = None
        self._buzzer: Any = None
        self._buttons: dict[int, Any] = {}
        self.digits: PinDisplay | None = None
        self.mock: MockFactory | None = None
        self.shown: deque[tuple[float, ...]] = deque(maxlen=SHOWN)
        """What the lamp has shown lately, for a front panel program that looks less often than the lamp changes."""
        self.parts: list[Part] = []
        try:
            factory = self._factory()
        except (gpiozero.GPIOZeroError, OSError) as error:
            log.warning("%s (%s)", of_part(Part("buttons", "missing", "no_pins"), LOGGED), error)
            factory = None
        if settings.buttons:
            self._try("buttons", factory, self._open_buttons)
        elif not settings.number_pad and not settings.serial_pad:
            self.parts.append(Part("buttons", "missing", "not_fitted"))
        if settings.lamp.pins:
            self._try("lamp", factory, self._open_lamp)
        else:
            self.parts.append(Part("lamp", "missing", "not_fitted"))
        if settings.buzzer:
            self._try("buzzer", factory, self._open_buzzer)
        if isinstance(settings.number_display, PinDisplaySettings):
            self._try("number display", factory, self._open_digits)

    def found_down(self) -> list[int]:
        """Return the buttons whose contact is closed now."""
        buttons = self._settings.buttons
        return [index for index, device in self._buttons.items() if device.is_active != _inverted(buttons[index])]

    def shine(self, colour: Colour) -> None:
        """Set the lamp; a single light shows the brightness of the colour."""
        if self._lamp is None:
            return
        red, green, blue = (level * self._settings.lamp.brightness for level in colour)
        value: Any = (red, green, blue) if isinstance(self._lamp, gpiozero.RGBLED) else max(red, green, blue)
        if self._lamp.value != value:
            self._lamp.value = value
            self.shown.append(value if isinstance(value, tuple) else (value,))

    def sound(self, on: bool) -> None:  # noqa: FBT001  # a level, like a colour
        """Let the buzzer sound, or be quiet."""
        if self._buzzer is not None and self._buzzer.is_active != on:
            self._buzzer.value = on

    def close(self) -> None:
        """Let go of all pins, the lamp dark and the buzzer quiet."""
        for device in (*self._buttons.values(), self._lamp, self._buzzer, self.digits):
            if device is not None:
                device.close()
        self._buttons, self._lamp, self._buzzer, self.digits = {}, None, None, None

    def _factory(self) -> Any:
        """Return gpiozero's pins, or None if there are to be none."""
        if self._settings.gpio == "none":
            return None
        if self._settings.gpio == "mock":
            self.mock = MockFactory(pin_class=MockPWMPin)
        factory = self.mock or gpiozero.Device._default_pin_factory()  # noqa: SLF001  # its own lazy choice
        gpiozero.Device.pin_factory = factory  # LEDMultiCharDisplay does not hand its own on to all of its parts
        return factory

    def _try(self, name: str, factory: Any, open_part: Callable[[Any], Part | None]) -> None:
        if factory is None:
            self.parts.append(Part(name, "missing", "no_pins"))
            return
        try:
            part = open_part(factory)
        except Exception as error:  # noqa: BLE001  # what lgpio raises for a pin in use is a class of its own
            part = Part(name, "missing", "pins_taken", {"error": str(error)})
            log.warning("%s: %s", name, of_part(part, LOGGED))
        if part is not None:
            self.parts.append(part)

    def _open_buttons(self, factory: Any) -> Part:
        for index, button in enumerate(self._settings.buttons):
            device = self._buttons[index] = _button(button, factory)
            closed = not _inverted(button)
            device.when_activated = partial(self._edge, index, closed)
            device.when_deactivated = partial(self._edge, index, not closed)
        return Part("buttons", "ok")

    def _open_lamp(self, factory: Any) -> Part:
        lamp = self._settings.lamp
        high = lamp.active == "high"
        if len(lamp.pins) == 3:  # red, green, blue
            self._lamp = gpiozero.RGBLED(*lamp.pins, active_high=high, pin_factory=factory)
        else:
            self._lamp = gpiozero.PWMLED(lamp.pins[0], active_high=high, pin_factory=factory)
        return Part("lamp", "ok")

    def _open_buzzer(self, factory: Any) -> None:
        assert self._settings.buzzer is not None  # noqa: S101  # asked for
        pin, high = self._settings.buzzer.pin, self._settings.buzzer.active == "high"
        self._buzzer = gpiozero.DigitalOutputDevice(pin, active_high=high, pin_factory=factory)

    def _open_digits(self, factory: Any) -> None:
        assert isinstance(self._settings.number_display, PinDisplaySettings)  # noqa: S101  # asked for
        self.digits = PinDisplay(self._settings.number_display, factory)  # tells its own health


def _button(button: ButtonSettings, factory: Any) -> Any:
    """Return gpiozero's device."""
    # No bounce_time: it drops real presses, and mock pins ignore it. See counter_keypad.debounce.
    active = button.active_level == "high" if button.pull == "none" else None
    return gpiozero.DigitalInputDevice(
        button.pin, pull_up=_PULLS[button.pull], active_state=active, bounce_time=None, pin_factory=factory
    )


def _inverted(button: ButtonSettings) -> bool:
    """Tell whether gpiozero's idea of active, the opposite of the pull, is the wrong way round (a break contact)."""
    return button.pull != "none" and (button.pull == "up") != (button.active_level == "low")
