"""Tickets on their way to the paper, for tests of what remembers them."""

from __future__ import annotations

from appliance.tools.shots import scenes
from appliance.wire.messages import IssuedTicket
from kiosk.printer.spooler import Printing

CATALOGUE = scenes.catalogue(1, scenes.USUAL)


def printing(count: int, catalogue=CATALOGUE) -> Printing:
    ticket = IssuedTicket(f"A{count:03d}", "s0", scenes.DAY, 0, 0)
    return Printing(f"{count:032x}", ticket, f"{count + 1:032x}", catalogue, language="jv")
