"""``giliran number-display``: try a counter's number display, and see the bytes that its board gets.

It shows what the keypad would show, for a few seconds each: dashes, a number, that number called again, and the dot of
a hub that is away. Stop the keypad first: a display has one owner.
"""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path
from typing import Final

import gpiozero
import serial

from appliance.node import config as configuration
from appliance.node.config import ConfigError
from counter_keypad.number_display import PinDisplay, SerialDisplay, Sign
from counter_keypad.settings import KeypadSettings, PinDisplaySettings, SerialDisplaySettings

NUMBER: Final = "A012"


def main(arguments: list[str]) -> int:
    """Show the signs; return the exit code: 1 if there is no display or it cannot be reached.

    Args:
        arguments: of the command line, see ``--help``.
    """
    parser = argparse.ArgumentParser(prog="giliran number-display", description=__doc__)
    parser.add_argument("--config", type=Path, default=configuration.file_of("keypad"), help="default: %(default)s")
    parser.add_argument("--number", default=NUMBER, help=f"the number to show (default {NUMBER})")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each sign is shown")
    parser.add_argument("--dry", action="store_true", help="print the bytes, and send nothing")
    options = parser.parse_args(arguments)
    signs = [
        ("dashes", Sign(None, 0, away=False)),
        ("called", Sign(options.number, 1, away=False)),
        ("called again", Sign(options.number, 2, away=False)),
        ("hub away", Sign(options.number, 2, away=True)),
    ]
    try:
        settings = configuration.load(options.config).section("keypad", KeypadSettings).number_display
        if isinstance(settings, SerialDisplaySettings):
            _on_a_line(settings, signs, options.seconds, dry=options.dry)
        elif isinstance(settings, PinDisplaySettings):
            _on_pins(settings, signs, options.seconds, dry=options.dry)
        else:
            sys.stderr.write(f"{options.config}: has no [keypad.number_display]; docs/keypad.md has examples\n")
            return 1
    except (ConfigError, OSError, gpiozero.GPIOZeroError) as error:
        sys.stderr.write(f"giliran number-display: {error}\n")
        return 1
    return 0


def _on_a_line(settings: SerialDisplaySettings, signs: list[tuple[str, Sign]], seconds: float, *, dry: bool) -> None:
    display = SerialDisplay(settings)
    port: serial.Serial | None = None if dry else display.open_port()
    before: Sign | None = None
    for name, sign in signs:
        frame = display.frame(sign, before)
        before = sign
        sys.stdout.write(f"{name:13} {frame.hex(' ')}  {frame.decode('latin-1')!r}\n")
        if port is not None:
            port.write(frame)
            threading.Event().wait(seconds)
    if port is not None:
        port.close()


def _on_pins(settings: PinDisplaySettings, signs: list[tuple[str, Sign]], seconds: float, *, dry: bool) -> None:
    if dry:
        raise ConfigError("a display on pins gets no bytes; leave --dry out")
    factory = gpiozero.Device._default_pin_factory()  # noqa: SLF001  # its own lazy choice
    gpiozero.Device.pin_factory = factory
    display = PinDisplay(settings, factory)
    for name, sign in signs:
        display.show(sign)
        sys.stdout.write(f"{name:13} {display.text}\n")
        threading.Event().wait(seconds)
    display.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
