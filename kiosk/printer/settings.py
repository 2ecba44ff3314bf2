"""``[kiosk.printer]``: which ticket printer is fitted and how it is reached."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

FAST_BAUD: Final = 115_200
"""At this speed a drawn number takes about as long as printing it does."""


class PrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The printer of one kiosk. ``kind = "none"`` is a real choice: the number is then shown large on the screen."""

    kind: Literal["serial", "usb", "network", "cups", "file", "none"] = "none"
    device: str = ""
    """serial: ``/dev/ttyUSB0``; file: ``/dev/usb/lp0``. A path under ``/dev/serial/by-id/`` survives re-plugging."""
    baud: Annotated[int, msgspec.Meta(ge=1200, le=921600)] = 38400
    flow: Literal["none", "rtscts", "dsrdtr", "xonxoff"] = "none"
    """serial: who holds the sender back when the printer's buffer is full. ``dsrdtr`` is refused with what to do."""
    host: str = ""
    """network: a numeric address. A name would need a resolver, which may be away and which knows no deadline."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 9100
    vendor: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)] = 0
    """usb: as ``lsusb`` shows it, for example ``0x04b8``."""
    product: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)] = 0
    paper_mm: Literal[80, 58] = 80
    profile: str = ""
    """A python-escpos profile; empty chooses ``TM-T20II`` (80 mm) or ``POS-5890`` (58 mm)."""
    code_page: str = "CP437"
    """A code page of that profile, or ``ascii`` for printers that cannot be trusted with anything else."""
    cancel_kanji: bool = False
    """For models made for China, which otherwise read two bytes above 127 as one Chinese character (``FS .``)."""
    qr: Literal["auto", "native", "image"] = "auto"
    """``native``: the printer draws it; ``image``: we do, which is about ten times the data; ``auto``: as the profile
    says."""
    number: Literal["auto", "text", "picture"] = "auto"
    """``picture``: drawn by us, larger and clearer than the printer's own letters, 15 kB; ``auto``: so, but not over a
    slow serial line."""
    cut: bool = True
    """False for printers without a cutter: the paper is fed to the tear bar instead."""
    logo: str = ""
    """An SVG or PNG; printed in black and white, as wide as the template says."""
    template: str = ""
    """The ticket's layout; empty is ``ticket.toml`` beside the kiosk's configuration, if there is one."""
    queue: str = ""
    """cups: the queue's name, as ``lpstat -e`` shows it."""
    deadline_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 5.0
    """Real seconds that one ticket may take to be handed over; then the citizen gets the number on the screen. The
    time that a serial line needs for its bytes comes on top."""

    @property
    def draws_numbers(self) -> bool:
        """Tell whether the number is a picture."""
        fast = self.kind != "serial" or self.baud >= FAST_BAUD
        return self.number == "picture" or (self.number == "auto" and fast)
