"""The printer port and its drivers: ESC/POS printers by any of our transports, and "nothing fitted".

python-escpos writes the commands (into memory, with its printer database for code pages and widths); we hand them over
with a deadline and read the status ourselves. Byte sequences: Epson's ESC/POS Command Reference.
"""

from __future__ import annotations

import logging
import textwrap
import threading
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
import qrcode  # type: ignore[import-untyped]  # it comes with python-escpos, without type stubs
from escpos.capabilities import CAPABILITIES
from escpos.escpos import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image, UnidentifiedImageError

from appliance.node.config import ConfigError
from appliance.wire.messages import Part
from kiosk import printer_status
from kiosk.printer_status import Status
from kiosk.settings_printer import PrinterSettings
from kiosk.slip import CHARACTER_DOTS, WIDTH_DOTS, Cut, Feed, Line, Logo, Qr, Rule, Text
from kiosk.transport import FileTransport, NetworkTransport, SerialTransport, Transport, TransportError, UsbTransport

log = logging.getLogger(__name__)

FIRST_REPLY_S: Final = 0.2
"""How long a printer that has never answered is given for a status byte. One that has answered before gets longer."""
REPLY_S: Final = 2.0
SMALL_CHARACTER_DOTS: Final = 9
ROWS_TO_TEAR_BAR: Final = 4
LOGO_HEIGHT_DOTS: Final = 160
SMOOTH_FROM: Final = 4
"""Printers smooth the corners of characters enlarged at least this much (GS b)."""
_PROFILES: Final = {80: "TM-T20II", 58: "POS-5890"}
_SUBSTITUTES: Final = {
    "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "·": "-", "•": "-", "±": "+/-",
    "☐": "[ ]", "□": "[ ]", "☑": "[x]", "×": "x", "→": "->", "─": "-", "€": "EUR", "ß": "ss", "\u00a0": " ",
}  # fmt: skip


class PrintFailed(Exception):
    """The ticket is not on paper, or nobody can say so; the citizen needs the number in another way.

    ``code``: missing, stalled, lost, no_answer, paper_out, cover_open or error. ``detail`` is for a technician.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class PrintResult(msgspec.Struct, frozen=True):
    """How it went. ``printed`` is False when nothing is fitted; ``confirmed``: the printer itself says all is well."""

    printed: bool
    confirmed: bool = False
    near_end: bool = False


class Printer(Protocol):
    """What prints tickets. Use it from one thread; ``parts`` may be asked from any."""

    width: int
    """Printable dots."""

    def print(self, lines: Sequence[Line]) -> PrintResult:
        """Print one ticket. Raises ``PrintFailed``, at the latest after the settings' deadline."""

    def parts(self) -> list[Part]:
        """Return the printer's health for the presence message."""

    def close(self) -> None:
        """Let go of the device."""


class NoPrinter:
    """Nothing fitted: every ticket lives on the screen."""

    width = WIDTH_DOTS[80]

    def print(self, lines: Sequence[Line]) -> PrintResult:  # noqa: ARG002  # there is nothing to print them on
        """Print nothing, and say so."""
        return PrintResult(printed=False)

    def parts(self) -> list[Part]:
        """Report that there is none."""
        return [Part("printer", "missing", "none is fitted; numbers are shown on the screen")]

    def close(self) -> None:
        """Do nothing."""


def build(settings: PrinterSettings) -> Printer:
    """Return the printer that the settings describe; it need not be there yet.

    Raises:
        ConfigError: if the settings cannot be meant.
    """
    if settings.kind == "none":
        return NoPrinter()
    return EscposPrinter(Renderer(settings), _transport(settings), settings.deadline_s)


def _transport(settings: PrinterSettings) -> Transport:
    if settings.kind == "network":
        try:
            return NetworkTransport(settings.host, settings.port)
        except ValueError as error:
            raise ConfigError(f"kiosk.printer.host: {settings.host!r} is not an IP address") from error
    if settings.kind == "usb":
        if not settings.vendor or not settings.product:
            raise ConfigError("kiosk.printer.vendor and product: write the two numbers that lsusb shows")
        return UsbTransport(settings.vendor, settings.product)
    if not settings.device:
        raise ConfigError(f"kiosk.printer.device: a {settings.kind} printer needs its device file")
    if settings.kind == "file":
        return FileTransport(settings.device)
    return SerialTransport(settings.device, settings.baud, settings.flow)


class EscposPrinter:
    """A thermal printer that speaks ESC/POS."""

    def __init__(self, renderer: Renderer, transport: Transport, deadline_s: float) -> None:
        self.width = renderer.width
        self._renderer, self._transport, self._deadline_s = renderer, transport, deadline_s
        self._lock = threading.Lock()
        self._answers: bool | None = None  # whether this printer ever tells its status; None: never asked
        self._owed = 0  # bytes that an interrupted command may still be waiting for
        self._torn = False
        self._part = Part("printer", "unknown", "not asked yet")

    def print(self, lines: Sequence[Line]) -> PrintResult:
        """Print one whole ticket. A ticket that failed before is not remembered: old jobs never print by themselves."""
        with self._lock:
            job = self._renderer.render(lines)
            deadline = time.monotonic() + self._deadline_s
            try:
                return self._print(job, deadline)
            except TransportError as error:
                if error.sent:
                    self._torn, self._owed = True, max(map(len, job))
                raise self._failed(error.code, str(error)) from error
            finally:
                if self._transport.one_job:
                    self._transport.close()

    def parts(self) -> list[Part]:
        """Ask for the status; while a ticket is being printed, return what was known before."""
        if not self._lock.acquire(blocking=False):
            return [self._part]
        try:
            deadline = time.monotonic() + self._deadline_s
            if not self._transport.is_open:
                self._transport.open(deadline)
            self._ask(deadline)
        except TransportError as error:
            self._transport.close()
            self._part = Part("printer", "missing" if error.code == "missing" else "fault", str(error))
        finally:
            if self._transport.one_job:
                self._transport.close()
            self._lock.release()
        return [self._part]

    def close(self) -> None:
        """Let go of the device."""
        with self._lock:
            self._transport.close()

    def _print(self, job: list[bytes], deadline: float) -> PrintResult:
        if not self._transport.is_open:
            self._transport.open(deadline)
        before = self._expect(deadline)
        if before.problem:
            # Nothing was sent, so nothing will come out when somebody changes the paper.
            raise PrintFailed(before.problem, self._part.detail)
        if self._torn:
            # The printer may still take what comes for the rest of a command (a picture's dots), then has half a
            # ticket on the paper: NULs end the one, a cut the other.
            self._transport.write(b"\0" * self._owed + self._renderer.restart, deadline)
            self._torn, self._owed = False, 0
        self._transport.write(b"".join(job), deadline)
        after = self._expect(deadline)
        if after.problem:
            raise PrintFailed(after.problem, self._part.detail)
        return PrintResult(printed=True, confirmed=after.paper_out is False, near_end=bool(after.near_end))

    def _expect(self, deadline: float) -> Status:
        """Ask for the status, except of a printer that never answers; one that used to answer must."""
        if self._answers is False:
            return Status()
        used_to_answer = self._answers
        status = self._ask(deadline)
        if used_to_answer and not status.is_known:
            self._torn = True
            raise self._failed("no_answer", "the printer, which used to answer, says nothing; is it switched on?")
        return status

    def _ask(self, deadline: float) -> Status:
        replies: dict[int, int | None] = {}
        self._transport.discard_input()
        for n in printer_status.QUERIES:
            self._transport.write(printer_status.query(n), deadline)
            patience = REPLY_S if self._answers else FIRST_REPLY_S
            replies[n] = self._transport.read(min(deadline, time.monotonic() + patience))
            if replies[n] is None:
                break
        status = printer_status.parse(replies)
        self._answers = self._answers or status.is_known
        self._part = printer_status.to_part(status)
        if self._renderer.complaint and self._part.state == "ok":
            self._part = Part("printer", "fault", self._renderer.complaint)
        return status

    def _failed(self, code: str, detail: str) -> PrintFailed:
        self._transport.close()
        self._part = Part("printer", "missing" if code == "missing" else "fault", detail)
        return PrintFailed(code, detail)


class Renderer:
    """Turns a ticket's lines into ESC/POS. The same lines give the same bytes.

    Args:
        settings: paper, profile, code page, how QR codes are drawn, logo, cutter.

    Raises:
        ConfigError: if the profile or its code page is unknown.
    """

    def __init__(self, settings: PrinterSettings) -> None:
        self._settings = settings
        self._profile = settings.profile or _PROFILES[settings.paper_mm]
        if self._profile not in CAPABILITIES["profiles"]:
            raise ConfigError(f"kiosk.printer.profile: python-escpos knows no {self._profile!r}")
        pixels = CAPABILITIES["profiles"][self._profile]["media"]["width"].get("pixels")
        self.width: int = pixels if isinstance(pixels, int) else WIDTH_DOTS[settings.paper_mm]
        self._ascii = settings.code_page.lower() == "ascii"
        self._page = "CP437" if self._ascii else settings.code_page.upper()
        self._encoder = self._new().magic.encoder
        slots = [
            int(n) for n, page in CAPABILITIES["profiles"][self._profile]["codePages"].items() if page == self._page
        ]
        if not slots:
            raise ConfigError(f"kiosk.printer.code_page: {settings.code_page!r} is not one of the {self._profile}'s")
        # python-escpos takes the last slot of a page that is listed twice (CP437 as 0 and 52); every printer has 0.
        self._slot = min(slots)
        self.complaint = ""
        """What is wrong with the settings' files, though tickets can be printed without them."""
        self._logo = self._load_logo(settings.logo, self.width) if settings.logo else None
        self.restart = b"".join(self.render([Cut()]))
        """Makes the printer forget a half ticket and cuts it off."""

    def render(self, lines: Sequence[Line]) -> list[bytes]:
        """Return the commands of one ticket, in order; each item is a whole command or text."""
        printer = self._new()
        printer.hw("INIT")
        if self._settings.cancel_kanji:
            printer._raw(b"\x1c.")  # noqa: SLF001  # FS .: python-escpos has no name for it
        printer._raw(b"\x1bt" + bytes((self._slot,)))  # noqa: SLF001  # ESC t; ESC @ may have put another page back
        style: dict[str, object] = {}
        for line in lines:
            self._line(printer, line, style)
        return [bytes(command) for command in printer._output_list]  # noqa: SLF001  # ``output`` loses the joints

    def plain(self, text: str) -> str:
        """Return ``text`` in characters that the printer has; control characters become spaces, never commands."""
        return "".join(self._character(character) for character in unicodedata.normalize("NFC", text))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _new(self) -> Any:
        return Dummy(profile=self._profile)

    def _line(self, printer: Any, line: Line, style: dict[str, object]) -> None:
        match line:
            case Text():
                self._text(printer, line, style)
            case Rule():
                columns = self.width // CHARACTER_DOTS
                self._text(printer, Text(("─" if self._has("─") else "-") * columns, align="left"), style)
            case Feed():
                printer.print_and_feed(line.rows)
            case Qr() if self._settings.qr == "native":
                _restyle(printer, style, align="center")
                printer.qr(line.content, ec=QR_ECLEVEL_M, size=line.module, native=True)
                printer.print_and_feed(1)  # printers add no quiet zone of their own
            case Qr():
                self._picture(printer, qr_picture(line.content, line.module), style)
            case Logo() if self._logo is not None:
                self._picture(printer, self._logo, style)
            case Cut() if self._settings.cut:
                printer.cut(feed=False)  # GS V 66 0: feeds the paper just as far as the cutter, then cuts
            case Cut():
                printer.print_and_feed(ROWS_TO_TEAR_BAR)

    def _text(self, printer: Any, line: Text, style: dict[str, object]) -> None:
        size = (line.width, line.height)
        _restyle(
            printer, style, align=line.align, bold=line.bold, invert=line.reverse, font="b" if line.small else "a",
            size=size, smooth=max(size) >= SMOOTH_FROM,
        )  # fmt: skip
        cell = (SMALL_CHARACTER_DOTS if line.small else CHARACTER_DOTS) + line.spacing
        for row in _wrap(self.plain(line.text), self.width // (cell * line.width), line.hanging):
            encoded = self._encoder.encode(row, self._page)
            if line.spacing:
                # No gap after the last character, else the row would not stand in the middle (ESC SP).
                encoded = b"\x1b " + bytes((line.spacing,)) + encoded[:-1] + b"\x1b \0" + encoded[-1:]
            printer._raw(encoded + b"\n")  # noqa: SLF001  # ``text`` would switch code pages by itself

    def _picture(self, printer: Any, picture: Image.Image, style: dict[str, object]) -> None:
        # Centred by us: some printers do not apply ESC a to pictures.
        left = (self.width - picture.width) // 2
        canvas = Image.new("1", (left + picture.width, picture.height), 1)
        canvas.paste(picture, (left, 0))
        _restyle(printer, style, align="left")
        printer.image(canvas)

    def _character(self, character: str) -> str:
        if self._has(character):
            return character
        if unicodedata.category(character) in ("Cc", "Zs", "Zl", "Zp"):
            return " "
        if character in _SUBSTITUTES:
            return _SUBSTITUTES[character]
        base = unicodedata.normalize("NFKD", character)
        kept = "".join(part for part in base if not unicodedata.combining(part) and self._has(part))
        if kept or unicodedata.category(character) in ("Mn", "Cf"):
            return kept
        return "?"

    def _has(self, character: str) -> bool:
        if unicodedata.category(character) == "Cc":
            return False
        if self._ascii or character < "\x80":
            return character < "\x80"
        return bool(self._encoder.can_encode(self._page, character))

    def _load_logo(self, file: str, width: int) -> Image.Image | None:
        try:
            with Image.open(Path(file)) as image:
                rgba = image.convert("RGBA")
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
            self.complaint = f"logo {file}: {error}; tickets are printed without it"
            log.warning("%s", self.complaint)
            return None
        paper = Image.new("RGBA", rgba.size, "white")
        paper.alpha_composite(rgba)
        grey = paper.convert("L")
        grey.thumbnail((width // 2, LOGO_HEIGHT_DOTS))
        return grey.convert("1")


def qr_picture(content: str, module: int) -> Image.Image:
    """Draw a QR code, error correction level M, with the quiet zone that readers need (4 modules, ISO/IEC 18004)."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=module, border=4)
    code.add_data(content.encode())
    matrix = code.get_matrix()
    picture = Image.new("1", (len(matrix), len(matrix)), 1)
    picture.putdata([0 if dark else 1 for row in matrix for dark in row])
    return picture.resize((len(matrix) * module,) * 2, Image.Resampling.NEAREST)


def _restyle(printer: Any, style: dict[str, object], **wanted: object) -> None:
    """Send the commands for what differs from the printer's present style."""
    changed = {key: value for key, value in wanted.items() if style.get(key) != value}
    style.update(changed)
    size = changed.pop("size", None)
    if isinstance(size, tuple):
        changed.update(custom_size=True, width=size[0], height=size[1])
    if changed:
        printer.set(**changed)


def _wrap(text: str, columns: int, hanging: int) -> list[str]:
    if len(text) <= columns:
        return [text] if text else []
    return textwrap.wrap(text, columns, subsequent_indent=" " * hanging)
