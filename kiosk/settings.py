"""``[kiosk]``: one kiosk's settings."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from appliance.speech.settings import SpeechSettings
from appliance.ui.app import ScreenSettings
from kiosk.printer.settings import PrinterSettings


class ScannerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[kiosk.scanner]``: what reads the codes of bookings and tickets."""

    kind: Literal["none", "keyboard", "serial"] = "none"
    """``keyboard``: it types what it reads and ends with Enter, as most USB scanners do when they are new."""
    device: str = ""
    """serial: ``/dev/ttyACM0``; a path under ``/dev/serial/by-id/`` survives re-plugging."""
    baud: Annotated[int, msgspec.Meta(ge=1200, le=921600)] = 9600


class GuidanceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[kiosk.guidance]``: spoken guidance for those who cannot read the screen. Off as long as no output is named."""

    headphones: str = ""
    """The ALSA device of the headphone socket, as ``aplay -L`` lists them."""
    loudspeaker: str = ""
    """The ALSA device of the loudspeaker."""
    begins_with_keys: bool = True
    """Pressing one of the four keys on the first screen begins the guidance: who cannot see cannot find the switch."""
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 70
    """Percent; staff can change it at the kiosk."""
    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=260)] = 135
    folder: str = ""
    """If named, sentences are kept there as files instead of being played, for demonstrations and tests."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return where the guidance can be heard, the more private place first."""
        return tuple(name for name in ("headphones", "loudspeaker") if getattr(self, name))

    def speech(self, output: str) -> SpeechSettings:
        """Return how to speak on one of ``outputs``."""
        player: Literal["folder", "alsa"] = "folder" if self.folder else "alsa"
        return SpeechSettings(
            player=player,
            device=getattr(self, output),
            folder=self.folder,
            words_per_minute=self.words_per_minute,
        )


class KioskSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A touch screen and a ticket printer."""

    node: str = "kiosk-1"
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=4)] = ("id", "en")
    """Offered on screen; each visit begins with the first, which is also the main language of the ticket."""
    services: tuple[str, ...] = ()
    """Offer only these services; empty offers all."""
    bookings: bool = False
    """Whether citizens can check in here with the code of a booking."""
    staff_pin: str = ""
    """What ``giliran staff-pin`` prints. Without one there is no staff screen."""
    folder: str = "/var/lib/giliran-kiosk"
    """Where this kiosk keeps what it must not forget."""
    screen: ScreenSettings = ScreenSettings()
    printer: PrinterSettings = PrinterSettings()
    scanner: ScannerSettings = ScannerSettings()
    guidance: GuidanceSettings = GuidanceSettings()
