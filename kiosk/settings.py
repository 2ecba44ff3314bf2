"""``[kiosk]``: one kiosk's settings."""

from __future__ import annotations

import msgspec

from appliance.ui.app import ScreenSettings
from kiosk.settings_printer import PrinterSettings


class KioskSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A touch screen and a ticket printer."""

    node: str = "kiosk-1"
    hub: str = "hub-1"
    """The hub's node name: its presence tells at once when it has gone."""
    languages: tuple[str, ...] = ("id", "en")
    """Offered on screen; the first is also the main language of the ticket."""
    services: tuple[str, ...] = ()
    """Offer only these services; empty offers all."""
    screen: ScreenSettings = ScreenSettings()
    printer: PrinterSettings = PrinterSettings()
