"""What a thermal printer would put on paper: ESC/POS bytes become a picture.

This reads the bytes on its own, without the driver, and is stricter than a printer: everything that it does not know,
and everything that would look wrong, is reported. Commands: Epson's ESC/POS Command Reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from PIL import Image

from kiosk.workshop import paper_ink as ink

CODE_PAGES: Final = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}  # fmt: skip  # noqa: E501  # ESC t n
LINE_DOTS: Final = 30
"""The least height of a row, ESC 2: 3.75 mm."""
WIDTHS: Final = {80: 576, 58: 384}
_ONE: Final = {
    b"\x1b!", b"\x1bE", b"\x1bG", b"\x1b-", b"\x1ba", b"\x1bt", b"\x1bd", b"\x1bJ", b"\x1b3", b"\x1b ", b"\x1bM",
    b"\x1b{", b"\x1bR", b"\x1bV", b"\x1d!", b"\x1dB", b"\x1db", b"\x1dr", b"\x1da",
}  # fmt: skip
"""Commands with one byte behind them."""
_NONE: Final = {b"\x1b@", b"\x1b2", b"\x1c.", b"\x1c&"}


class Command(msgspec.Struct, frozen=True):
    """One command or run of text. ``name`` is its first bytes, or ``text``, ``unknown``, or a control character."""

    name: bytes
    data: bytes
    start: int
    end: int


class Paper(msgspec.Struct, frozen=True):
    """What came out. ``text`` has one item for each row that was printed; ``problems`` is empty for good bytes."""

    image: Image.Image
    text: list[str]
    problems: list[str]
    cuts: int


def next_command(data: bytes | bytearray, start: int) -> Command | None:
    """Return the command that begins at ``start``, or None if its end has not come yet."""
    first = data[start : start + 1]
    if not first:
        return None
    if first in (b"\x1b", b"\x1d", b"\x1c", b"\x10"):
        return _escape(data, start)
    if first[0] < 0x20 or first == b"\x7f":
        return Command(bytes(first), b"", start, start + 1)
    end = start
    while end < len(data) and data[end] >= 0x20 and data[end] != 0x7F:
        end += 1
    return Command(b"text", bytes(data[start:end]), start, end)


def _escape(data: bytes | bytearray, start: int) -> Command | None:
    name = bytes(data[start : start + 2])
    at = start + 2
    if len(name) < 2:
        return None
    if name in _NONE:
        return Command(name, b"", start, at)
    length = _length(data, name, at)
    if length is None or at + length > len(data):
        return None
    if length < 0:
        return Command(b"unknown", name, start, at)
    return Command(name, bytes(data[at : at + length]), start, at + length)


def _length(data: bytes | bytearray, name: bytes, at: int) -> int | None:
    """Return how many bytes follow the two of ``name``; None if that is not known yet, -1 if it is no command."""
    if name in _ONE or name in (b"\x10\x04", b"\x10\x05"):
        return 1
    if name == b"\x10\x14":  # DLE DC4: function 8 has a key of seven bytes
        return None if at >= len(data) else (8 if data[at] == 8 else 3)
    if name == b"\x1dV":
        return None if at >= len(data) else (2 if data[at] in (65, 66, 97, 98, 103, 104) else 1)
    if name == b"\x1d(":
        return None if at + 3 > len(data) else 3 + data[at + 1] + 256 * data[at + 2]
    if name == b"\x1dv":
        if at + 6 > len(data):
            return None
        width, height = data[at + 2] + 256 * data[at + 3], data[at + 4] + 256 * data[at + 5]
        return 6 + width * height
    return -1


def commands(data: bytes | bytearray) -> Iterator[Command]:
    """Yield the whole commands of ``data``; a cut-off one at the end is yielded as ``unknown``."""
    at = 0
    while at < len(data):
        command = next_command(data, at)
        if command is None:
            command = Command(b"unknown", bytes(data[at:]), at, len(data))
        yield command
        at = command.end


def render(data: bytes | bytearray, paper_mm: int = 80, width: int | None = None) -> Paper:
    """Draw what ``data`` prints.

    Args:
        data: a ticket, or several.
        paper_mm: width of the roll, 80 or 58.
        width: printable dots, if this printer has not as many as most.
    """
    width = width or WIDTHS[paper_mm]
    interpreter = _Interpreter(width)
    for command in commands(data):
        interpreter.take(command)
    interpreter.finish()
    return Paper(
        ink.as_paper(interpreter.rows, width, paper_mm, cut=interpreter.cuts > 0),
        interpreter.text,
        interpreter.problems,
        interpreter.cuts,
    )


class _Interpreter:
    """The state of a printer, and the rows it has printed."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[Image.Image] = []
        self.text: list[str] = []
        self.problems: list[str] = []
        self.cuts = 0
        self._initialised = False
        self._do: dict[bytes, Callable[[bytes], None]] = {
            b"text": self._text, b"\n": lambda _: self._line_feed(), b"\r": lambda _: None, b"\0": lambda _: None,
            b"\x1b@": lambda _: self._reset(), b"\x1b!": self._mode, b"\x1bE": self._bold, b"\x1bG": self._bold,
            b"\x1ba": self._align, b"\x1bt": self._code_page, b"\x1bd": self._feed, b"\x1bJ": self._feed_dots,
            b"\x1b2": lambda _: self._spacing(bytes((LINE_DOTS,))), b"\x1b3": self._spacing, b"\x1b ": self._gap,
            b"\x1bM": self._font, b"\x1bR": self._alphabet, b"\x1c.": lambda _: None, b"\x1d!": self._size,
            b"\x1dB": self._reverse, b"\x1db": lambda _: None, b"\x1dV": self._cut, b"\x1d(": self._function,
            b"\x1dv": self._raster, b"\x10\x04": lambda _: None, b"\x10\x05": lambda _: None,
            b"\x10\x14": lambda _: None,
        }  # fmt: skip
        self._reset()
        self._initialised = False

    def take(self, command: Command) -> None:
        """Carry out one command."""
        if not self._initialised and command.name not in (b"\x1b@", b"\0") and command.name[:1] != b"\x10":
            self._complain("printing begins without ESC @")
            self._initialised = True
        do = self._do.get(command.name)
        if do is None:
            shown = (command.data if command.name == b"unknown" else command.name + command.data)[:16]
            self._complain(f"unknown or incomplete command {shown.hex(' ')} at byte {command.start}")
        else:
            do(command.data)

    def finish(self) -> None:
        """Notice what was never printed."""
        if self._row:
            self._complain("the last row has no line feed")
            self._line_feed()

    # -- state -----------------------------------------------------------------------------------------------------

    def _reset(self) -> None:
        self._initialised = True
        self._row: list[tuple[str, ink.Style]] = []
        self._style = ink.Style()
        self._alignment, self._page, self._line_dots = 0, "cp437", LINE_DOTS
        self._qr_module, self._qr_level, self._qr_content = 3, 48, b""

    def _complain(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def _change(self, **changes: object) -> None:
        self._style = msgspec.structs.replace(self._style, **changes)

    def _mode(self, data: bytes) -> None:
        bits = data[0]
        self._change(
            small=bool(bits & 1), bold=bool(bits & 8), height=2 if bits & 16 else 1, width=2 if bits & 32 else 1
        )

    def _bold(self, data: bytes) -> None:
        self._change(bold=bool(data[0] & 1))

    def _font(self, data: bytes) -> None:
        if data[0] not in (0, 1, 48, 49):
            self._complain(f"ESC M {data[0]}: no such font")
        self._change(small=bool(data[0] & 1))

    def _alphabet(self, data: bytes) -> None:
        if data[0]:
            self._complain(f"ESC R {data[0]}: an alphabet in which #, $ and @ are other letters")

    def _reverse(self, data: bytes) -> None:
        self._change(reverse=bool(data[0] & 1))

    def _size(self, data: bytes) -> None:
        if data[0] & 0x88:
            self._complain(f"GS ! {data[0]}: at most 8 times")
        self._change(width=(data[0] >> 4 & 7) + 1, height=(data[0] & 7) + 1)

    def _gap(self, data: bytes) -> None:
        self._change(gap=data[0])

    def _spacing(self, data: bytes) -> None:
        self._line_dots = data[0]

    def _align(self, data: bytes) -> None:
        if self._row:
            self._complain("ESC a is ignored in the middle of a row")
        elif data[0] % 48 > 2:
            self._complain(f"ESC a {data[0]}: no such alignment")
        else:
            self._alignment = data[0] % 48

    def _code_page(self, data: bytes) -> None:
        if data[0] not in CODE_PAGES:
            self._complain(f"ESC t {data[0]}: a code page that is not known here")
        self._page = CODE_PAGES.get(data[0], self._page)

    # -- what leaves marks -----------------------------------------------------------------------------------------

    def _text(self, data: bytes) -> None:
        text = data.decode(self._page, errors="replace")
        if "\ufffd" in text:
            self._complain(f"bytes that {self._page} does not have: {data!r}")
        for character in text:
            if sum(style.advance for _, style in self._row) + self._style.advance > self.width:
                self._complain(f"a row is wider than the paper: {''.join(c for c, _ in self._row)!r}")
                self._line_feed()
            self._row.append((character, self._style))

    def _line_feed(self) -> None:
        if self._row:
            self.text.append("".join(character for character, _ in self._row).strip())
        self.rows.append(ink.row(self._row, self.width, self._alignment, self._line_dots))
        self._row = []

    def _feed(self, data: bytes) -> None:
        if self._row:
            self._line_feed()
        self.rows.extend(ink.row([], self.width, 0, self._line_dots) for _ in range(data[0]))

    def _feed_dots(self, data: bytes) -> None:
        self.rows.append(ink.row([], self.width, 0, data[0]))

    def _raster(self, data: bytes) -> None:
        across, down = data[2] + 256 * data[3], data[4] + 256 * data[5]
        if data[0] not in (48, 0) or data[1] % 48 > 3 or not across or not down:
            self._complain(f"GS v {data[:6].hex(' ')}: not a picture")
            return
        if across * 8 > (self.width + 7) // 8 * 8:
            self._complain(f"a picture of {across * 8} dots is wider than the paper")
        picture = Image.frombytes("1", (across * 8, down), data[6:])
        self.rows.append(ink.picture(picture, self.width, self._alignment))

    def _function(self, data: bytes) -> None:
        if data[:1] != b"k" or data[3:4] != b"1":
            self._complain(f"GS ( {data[:6].hex(' ')}: not a QR code")
            return
        function, rest = data[4], data[5:]
        if function == 65 and rest in (b"2\0", b"1\0"):
            return
        if function == 67 and len(rest) == 1 and 1 <= rest[0] <= 16:
            self._qr_module = rest[0]
        elif function == 69 and len(rest) == 1 and 48 <= rest[0] <= 51:
            self._qr_level = rest[0]
        elif function == 80 and rest[:1] == b"0":
            self._qr_content = rest[1:]
        elif function == 81 and rest == b"0" and self._qr_content:
            code = ink.qr(self._qr_content, self._qr_module, self._qr_level)
            if code.width > self.width:
                self._complain("the QR code is wider than the paper")
            self.rows.append(ink.picture(code, self.width, self._alignment))
        else:
            self._complain(f"GS ( k function {function}: wrong {rest[:8].hex(' ')}")

    def _cut(self, data: bytes) -> None:
        if data[0] % 48 > 1 and data[0] not in (65, 66):
            self._complain(f"GS V {data[0]}: no such cut")
        if self._row:
            self._complain("cut in the middle of a row")
            self._line_feed()
        self.cuts += 1
        if len(data) > 1:
            # Function B feeds until the last row has passed the knife, some 12 mm behind the head.
            self.rows.append(ink.row([], self.width, 0, ink.HEAD_TO_KNIFE_DOTS + data[1]))
