"""How loud the guidance is, as staff have set it: kept in the kiosk's folder."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.node import durable_file

log = logging.getLogger(__name__)


def kept(folder: Path, otherwise: int) -> int:
    """Return the volume that was kept, in percent; ``otherwise`` if none was, or it cannot be read."""
    try:
        found = durable_file.read(_file(folder))
        return otherwise if found is None else max(0, min(100, int(found.decode("ascii"))))
    except (durable_file.Unreadable, ValueError):
        return otherwise


def keep(folder: Path, volume: int) -> None:
    """Keep the volume for the next start."""
    try:
        durable_file.save(_file(folder), str(volume).encode())
    except OSError as error:
        log.warning("the volume lasts until the next start only: %s", error)


def _file(folder: Path) -> Path:
    return folder / "volume"
