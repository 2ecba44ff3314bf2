"""What a kiosk knows about its own box: heat, power, room on the card, and how fast the hub answers.

Values are coarse on purpose: the presence is published whenever it differs from before.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from appliance.wire.messages import Part

SYS: Final = Path("/sys")
HOT: Final = 80
"""Degrees Celsius from which a Pi slows itself down (Raspberry Pi documentation, "Frequency management")."""
LEAST_FREE_MB: Final = 200
SLOW_MS: Final = 1_000
_THROTTLED: Final = "devices/platform/soc/soc:firmware/get_throttled"
_LOW_VOLTAGE_NOW: Final = 0x1
_LOW_VOLTAGE_BEFORE: Final = 0x10000
"""Bits of ``get_throttled`` (Raspberry Pi documentation, "vcgencmd get_throttled")."""


def parts(folder: Path, latency_ms: int | None, sys: Path = SYS) -> list[Part]:
    """Return the health of the box.

    Args:
        folder: on the file system whose room matters.
        latency_ms: how long the hub took to answer last; None before it has.
        sys: where the kernel tells about the hardware.
    """
    return [part for part in (_heat(sys), _power(sys), _disk(folder), _hub(latency_ms)) if part is not None]


def _heat(sys: Path) -> Part | None:
    """Return the temperature, in steps of five degrees; None where the machine does not tell."""
    celsius = _number(sys / "class/thermal/thermal_zone0/temp", 10)
    if celsius is None:
        return None
    degrees = {"degrees": str(round(celsius / 5000) * 5)}
    hot = celsius >= HOT * 1000
    return Part("temperature", "fault", "hot", degrees) if hot else Part("temperature", "ok", "about", degrees)


def _power(sys: Path) -> Part | None:
    """Return whether the power supply holds; None where the machine does not tell."""
    bits = _number(sys / _THROTTLED, 16)
    if bits is None:
        return None
    if bits & _LOW_VOLTAGE_NOW:
        return Part("power", "fault", "low_now")
    if bits & _LOW_VOLTAGE_BEFORE:
        return Part("power", "fault", "was_low")
    return Part("power", "ok")


def _disk(folder: Path) -> Part:
    here = folder
    try:
        here = next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
        free = shutil.disk_usage(here).free // 1_000_000
    except OSError as error:
        return Part("disk", "unknown", "cannot_be_asked", {"folder": str(here), "error": str(error.strerror)})
    if free < LEAST_FREE_MB:
        return Part("disk", "fault", "nearly_full", {"megabytes": str(LEAST_FREE_MB), "folder": str(here)})
    return Part("disk", "ok", "free", {"megabytes": str(_coarse(free))})


def _hub(latency_ms: int | None) -> Part:
    if latency_ms is None:
        return Part("hub", "unknown", "not_asked_yet")
    said = next(limit for limit in (10, 30, 100, 300, SLOW_MS, 10**9) if latency_ms <= limit)
    if said > SLOW_MS:
        return Part("hub", "fault", "slow", {"milliseconds": str(SLOW_MS)})
    return Part("hub", "ok", "answers", {"milliseconds": str(said)})


def _coarse(value: int) -> int:
    """Return a number with one digit that counts."""
    digits = str(value)
    return int(digits[0] + "0" * (len(digits) - 1))


def _number(file: Path, base: int) -> int | None:
    try:
        return int(file.read_text(encoding="ascii").strip(), base)
    except (OSError, ValueError):
        return None
