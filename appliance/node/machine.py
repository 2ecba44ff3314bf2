"""What the kernel says of this machine (man 5 proc)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """Return what names this run of the machine, from switching on to switching off.

    Raises:
        OSError: if the kernel does not tell.
    """
    return BOOT_ID.read_text(encoding="ascii").strip()
