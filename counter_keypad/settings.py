"""``[keypad]`` of a keypad's configuration. docs/keypad.md has examples for each part."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from appliance.wire.messages import Id
from counter_keypad import actions
from counter_keypad.frames import render
from counter_keypad.key_codes import KEYS

Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]
"""A GPIO number (Broadcom)."""
Level = Literal["high", "low"]
Prefix = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,3}\Z")]
Digits = Annotated[int, msgspec.Meta(ge=1, le=6)]
Baud = Annotated[int, msgspec.Meta(ge=50, le=4_000_000)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in which a word that is spelt wrongly is a mistake."""


class ButtonSettings(_Table, frozen=True):
    """One button: its pin, what a press does, and what holding it does, if anything (words of ``actions``).

    ``active``: the pin's level while it is pressed; by default the opposite of the pull.
    """

    pin: Pin
    press: str
    hold: str | None = None
    pull: Literal["up", "down", "none"] = "up"
    active: Level | None = None

    def __post_init__(self) -> None:
        """Refuse a word that is no action, and a floating pin of which nobody knows what pressed means."""
        actions.parse(self.press)
        if self.hold is not None:
            actions.parse(self.hold)
        if self.pull == "none" and self.active is None:
            raise ValueError('a pin without a pull needs active = "low" or "high"')

    @property
    def active_level(self) -> Level:
        """The level of the pin while the button is pressed."""
        return self.active or ("low" if self.pull == "up" else "high")


class LampSettings(_Table, frozen=True):
    """The lamp: one pin for a single light, three (red, green, blue) for a coloured one, none for no lamp.

    ``active``: the level that lights it (``low`` for a common anode).
    """

    pins: tuple[Pin, ...] = ()
    active: Level = "high"
    brightness: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0

    def __post_init__(self) -> None:
        """Refuse a lamp of two colours."""
        if len(self.pins) not in (0, 1, 3):
            raise ValueError("a lamp has one pin, or three for red, green and blue")


class BuzzerSettings(_Table, frozen=True):
    """A buzzer that sounds when its pin is active. It says refusals, and what was accepted only with ``accepted``."""

    pin: Pin
    active: Level = "high"
    accepted: bool = False


class Entry(_Table, frozen=True, kw_only=True):
    """What typed numbers and further keys mean, on a number pad as on a serial keypad.

    ``series``: the prefixes of the counter's services and how many digits their numbers have; a number that is typed
    without letters belongs to the first. ``keys``: what other keys do: an action, or a prefix of ``series`` that
    is meant by the number behind it. ``enter``: what Enter does when no number was typed. ``reason``: recorded with a
    number called by hand; the office's ``pick_reasons`` must have it.
    """

    series: dict[Prefix, Digits] = {}
    keys: dict[str, str] = {}
    enter: str = "call_next"
    reason: Id = "manual"

    def __post_init__(self) -> None:
        """Refuse keys that mean nothing."""
        if not self.series and not self.keys:
            raise ValueError("series needs the prefix of a service and its digits, such as { A = 3 }")
        if self.enter:
            actions.parse(self.enter)
        for word in self.keys.values():
            if word not in self.series:
                actions.parse(word)


class NumberPadSettings(Entry, frozen=True, kw_only=True):
    """``[keypad.number_pad]``: a USB number pad or keyboard, read as a Linux input device."""

    device: str = "/dev/giliran/numberpad"

    def __post_init__(self) -> None:
        """Refuse the name of a key that no number pad or keyboard has."""
        super().__post_init__()
        for name in self.keys:
            if name not in KEYS.values():
                raise ValueError(f"{name!r} is no key of a number pad; docs/keypad.md has the names")


class RatingPadSettings(NumberPadSettings, frozen=True, kw_only=True):
    """``[keypad.rating_pad]``: four keys on which whoever was just served says how good it was, 1 (the worst) to 4."""

    device: str = "/dev/giliran/ratingpad"
    keys: dict[str, str] = msgspec.field(default_factory=lambda: {mark: f"rate:{mark}" for mark in actions.MARKS})
    enter: str = ""


class SerialPadSettings(Entry, frozen=True, kw_only=True):
    """``[keypad.serial_pad]``: a keypad that sends text over a serial line.

    ``end``: any of these characters ends a line; without it each character is a key (``#`` or CR: enter, ``*``: clear).
    ``number``: which lines are numbers, with the groups ``digits`` and, if there are letters, ``prefix``.
    """

    port: str
    baud: Baud = 9600
    bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    end: str = "\r\n"
    number: str = "(?P<prefix>[A-Z]{0,3})(?P<digits>[0-9]{1,6})"

    def __post_init__(self) -> None:
        """Refuse a pattern that finds no digits."""
        super().__post_init__()
        try:
            groups = re.compile(self.number).groupindex
        except re.error as error:
            raise ValueError(f"number is no regular expression: {error}") from error
        if "digits" not in groups:
            raise ValueError("number needs a group (?P<digits>…)")


class SerialDisplaySettings(_Table, frozen=True, tag_field="kind", tag="serial", kw_only=True):
    """``[keypad.number_display]`` with ``kind = "serial"``: a 7-segment or LED matrix board on a serial line.

    ``frame``: what is sent, see ``frames``. ``call_frame``: instead of it when a number is called or called again.
    ``refresh_seconds``: how often it is sent again, for boards that forget, and so that a pulled plug is noticed.
    ``rs485``: the Pi's own UART drives the transceiver's direction; USB adapters do so by themselves.
    """

    port: str
    baud: Baud = 9600
    bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    rs485: bool = False
    width: Annotated[int, msgspec.Meta(ge=1, le=32)] = 4
    letters: bool = True
    dot: str = "."
    address: Annotated[int, msgspec.Meta(ge=0, le=255)] = 1
    frame: str = "{text}\r"
    call_frame: str = ""
    refresh_seconds: Annotated[float, msgspec.Meta(ge=0.1, le=3600)] = 2.0

    def __post_init__(self) -> None:
        """Refuse a frame that cannot be made."""
        for template in (self.frame, self.call_frame):
            render(template, "A012", ".", self.width, self.address)


class PinDisplaySettings(_Table, frozen=True, tag_field="kind", tag="pins", kw_only=True):
    """``[keypad.number_display]`` with ``kind = "pins"``: 7-segment digits wired to the header.

    ``segments``: a to g. ``places``: the transistor of each digit, the left one first; none for a single digit whose
    common wire is fixed.
    """

    segments: tuple[Pin, Pin, Pin, Pin, Pin, Pin, Pin]
    dot: Pin | None = None
    places: tuple[Pin, ...] = ()
    active: Level = "high"
    places_active: Level = "high"
    letters: bool = True


class KeypadSettings(_Table, frozen=True):
    """``[keypad]``. ``gpio``: ``auto`` finds the Pi's pins, ``mock`` has none but those of a front panel program."""

    node: str = "keypad-1"
    counter: str = "1"
    gpio: Literal["auto", "mock", "none"] = "auto"
    panel: str = ""
    """Unix socket on which a front panel program drives the mock pins."""
    buttons: tuple[ButtonSettings, ...] = (
        ButtonSettings(17, "call_next"),
        ButtonSettings(27, "recall"),
        ButtonSettings(22, "finish", "close_counter"),
        ButtonSettings(23, "no_show", "open_counter"),
    )
    lamp: LampSettings = LampSettings((5, 6, 13))
    buzzer: BuzzerSettings | None = None
    number_pad: NumberPadSettings | None = None
    serial_pad: SerialPadSettings | None = None
    rating_pad: RatingPadSettings | None = None
    number_display: SerialDisplaySettings | PinDisplaySettings | None = None
    debounce_ms: Annotated[int, msgspec.Meta(ge=5, le=200)] = 20
    hold_ms: Annotated[int, msgspec.Meta(ge=300, le=5000)] = 1200

    def __post_init__(self) -> None:
        """Refuse a pin that is given to two things."""
        used = [*(button.pin for button in self.buttons), *self.lamp.pins]
        used += [self.buzzer.pin] if self.buzzer else []
        if isinstance(self.number_display, PinDisplaySettings):
            display = self.number_display
            used += [*display.segments, *display.places, *([display.dot] if display.dot is not None else [])]
        twice = sorted({pin for pin in used if used.count(pin) > 1})
        if twice:
            raise ValueError(f"GPIO {twice[0]} is used twice")
