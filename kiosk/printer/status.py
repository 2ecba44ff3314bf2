"""What a printer says about itself: the real-time status of ESC/POS, read without optimism.

Bytes: "DLE EOT n: Transmit real-time status" in Epson's ESC/POS Command Reference. Every reply has bits 1 and 4 set
and bits 0 and 7 clear. A reply that has not come or does not look like this is unknown; it is never "paper adequate".

Real-time means that the question overtakes what the printer has received and not printed, and that Epson's printers
find it in the middle of another command as well. "GS r: Transmit status" waits its turn instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from appliance.wire.messages import Part

CLEAR: Final = bytes.fromhex("10140801031401060208")
"""DLE DC4, function 8: throw away what has been received and not printed. Obeyed at once, also without paper."""
RECOVER: Final = b"\x10\x05\x02"
"""DLE ENQ 2: go on after an error that has been put right (a blocked cutter), without the tickets before it."""
END_QUERY: Final = b"\x1dr\x01"
"""GS r 1, behind a ticket: answered when everything before it has been carried out, and not without paper."""
MESSAGE_BYTES: Final = 3
"""What follows the first byte of a message that was not asked for (automatic status back, GS a)."""
PRINTER, OFFLINE, ERROR, PAPER = QUERIES = (1, 2, 3, 4)
"""The n of DLE EOT n."""
_FIXED_MASK: Final = 0b1001_0011
_FIXED: Final = 0b0001_0010
_ERROR: Final = Part("printer", "fault", "error")
ERRORS: Final = {
    "unrecoverable": Part("printer", "fault", "needs_repair"),
    "cutter": Part("printer", "fault", "cutter"),
    "hot": Part("printer", "fault", "hot"),
    "error": _ERROR,
}


def query(n: int) -> bytes:
    """Return the real-time command that asks for status ``n`` (1 to 4)."""
    return bytes((0x10, 0x04, n))


def is_status(byte: int) -> bool:
    """Tell whether a byte can be an answer to DLE EOT: bits 0 and 7 clear, bits 1 and 4 set."""
    return byte & _FIXED_MASK == _FIXED


def is_end(byte: int) -> bool:
    """Tell whether a byte answers ``END_QUERY`` and there is paper: bits 0 and 1 tell of the end of the roll."""
    return byte in (0b00, 0b11)


def begins_message(byte: int) -> bool:
    """Tell whether a byte is the first of a message that was not asked for: bits 0, 1 and 7 clear, bit 4 set."""
    return byte & _FIXED_MASK == 0b0001_0000


class Status(msgspec.Struct, frozen=True):
    """What is known; None where the printer has not said."""

    offline: bool | None = None
    cover_open: bool | None = None
    paper_out: bool | None = None
    near_end: bool | None = None
    error: str | None = None
    """A key of ``ERRORS``; empty when there is none."""

    @property
    def is_known(self) -> bool:
        """Tell whether the printer has said anything that can be understood."""
        return self != Status()

    @property
    def problem(self) -> str:
        """Return why nothing can be printed (``paper_out``, ``cover_open``, ``error``), or an empty string.

        Offline without a reason is not one of them: some models (Star) always say so.
        """
        if self.cover_open:  # the sensor for paper is in the cover of many models
            return "cover_open"
        if self.paper_out:
            return "paper_out"
        return "error" if self.error else ""

    @property
    def is_healthy(self) -> bool:
        """Tell whether the printer itself says that it prints."""
        return not self.problem and self.offline is False and self.paper_out is False


def parse(replies: Mapping[int, int | None]) -> Status:
    """Read the replies to DLE EOT, by their n.

    Bits: n=1: 3 offline. n=2: 2 cover open, 5 stopped for paper end, 6 error. n=3: 3 cutter, 5 unrecoverable, 6 goes
    away by itself. n=4: 2 and 3 near the end, 5 and 6 at the end of the roll.
    """
    said = {n: byte for n, byte in replies.items() if byte is not None and is_status(byte)}
    printer, offline, error, paper = (said.get(n) for n in QUERIES)
    ends = [bool(byte & mask) for byte, mask in ((offline, 0x20), (paper, 0x60)) if byte is not None]
    return Status(
        offline=None if printer is None else bool(printer & 0x08),
        cover_open=None if offline is None else bool(offline & 0x04),
        # That printing has not stopped for paper says nothing of a roll that ran out just now: only n=4 may deny it.
        paper_out=True if any(ends) else (False if paper is not None else None),
        near_end=None if paper is None else bool(paper & 0x0C),
        error=_error(offline, error),
    )


def to_part(status: Status, no_logo: str = "") -> Part:
    """Say how a printer is; ``no_logo``: why its tickets have no logo, told unless it cannot print."""
    match status.problem:
        case "cover_open":
            return Part("printer", "fault", "cover_open")
        case "paper_out":
            return Part("printer", "fault", "paper_out")
        case "error":
            return ERRORS.get(status.error or "", _ERROR)
    if no_logo:
        return Part("printer", "fault", "no_logo", {"error": no_logo})
    state: Literal["ok", "unknown"] = "ok" if status.is_healthy else "unknown"
    if status.near_end:  # the one thing of all these that somebody can do something about
        return Part("printer", state, "near_end")
    if status.is_healthy:
        return Part("printer", "ok")
    if status.paper_out is None:
        return Part("printer", "unknown", "no_paper_status")
    return Part("printer", "unknown", "says_offline" if status.offline else "may_be_offline")


def _error(offline: int | None, error: int | None) -> str | None:
    if offline is None and error is None:
        return None
    for mask, name in ((0x20, "unrecoverable"), (0x08, "cutter"), (0x40, "hot")):
        if error is not None and error & mask:
            return name
    return "error" if offline is not None and offline & 0x40 else ""
