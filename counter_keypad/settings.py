"""``[keypad]`` of a keypad's configuration."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Action = Literal["call_next", "recall", "start", "finish", "no_show", "open_counter", "close_counter"]
Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]


class ButtonSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One button: its GPIO number (Broadcom), what a press does, and what holding it does, if anything."""

    pin: Pin
    press: Action
    hold: Action | None = None
    pull_up: bool = True


class LampSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lamp: one pin for a single light, three (red, green, blue) for a coloured one, none for no lamp."""

    pins: tuple[Pin, ...] = ()


class KeypadSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    debounce_ms: Annotated[int, msgspec.Meta(ge=5, le=200)] = 20
    hold_ms: Annotated[int, msgspec.Meta(ge=300, le=5000)] = 1200
