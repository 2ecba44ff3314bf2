"""What the staff's screen needs of the kiosk that it belongs to."""

from __future__ import annotations

from typing import Protocol

from appliance.wire.messages import Part
from kiosk.printer.spooler import Printing


class Box(Protocol):
    """What staff can see and do, beside printing: the running kiosk."""

    def parts(self) -> list[Part]:
        """Return the health of everything."""

    def latest(self) -> list[Printing]:
        """Return the latest tickets, the last one first."""

    def language(self) -> str:
        """Return the language of the screen."""

    def staff_numbers(self) -> bool:
        """Tell whether the hub knows staff by numbers and PINs of their own, and is there to ask."""

    def restart(self) -> None:
        """End the program, to be started anew."""
