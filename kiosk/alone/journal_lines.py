"""Lines of a journal (pure): a CRC-32 and a record in JSON; and how much of them a disk that went bad has left.

A wrong bit anywhere in a line is found by its CRC and put right: of all lines of less than 11 KB that differ from what
was written in one bit, only the one that was written fits (the CRC-32 of IEEE 802.3 keeps a distance of four there).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from kiosk.alone.ledger import AnyRecord, Unreadable

_CRC: Final = 8
_SEAL: Final = re.compile(rb"[0-9a-f]{8} \{")
_LINE: Final = re.compile(rb"[0-9a-f]{8} \{[ -\xfe]*\n")
"""A line that begins and ends as one, whatever is wrong between."""
_LONGEST: Final = 11_000
"""Bytes of a line in which a wrong bit is looked for."""
_MOST_SEARCHED: Final = 60_000
"""Bytes that are searched for wrong bits, which takes seconds: a disk with more of them has lost whole blocks."""
_SHORTEST_ISSUED: Final = 128
"""Bytes; so many numbers at most were in a stretch that cannot be read."""

_decoder: Final[msgspec.json.Decoder[AnyRecord]] = msgspec.json.Decoder(AnyRecord)


class Found(msgspec.Struct, frozen=True):
    """What a journal has.

    ``records``: in their order, and at the end what is to be known of those that cannot be read. ``end``: what stands
    behind was torn by a power cut. ``mended``: lines in which a wrong bit was put right. ``bad``: it is not as written.
    """

    records: list[AnyRecord]
    end: int
    mended: int = 0
    bad: bool = False


def lines(records: Iterable[AnyRecord]) -> bytes:
    """Return records as they are written."""
    return b"".join(sealed(msgspec.json.encode(record)) for record in records)


def sealed(content: bytes) -> bytes:
    """Return a line: ``content`` behind its CRC."""
    return b"%0*x %s\n" % (_CRC, zlib.crc32(content), content)


def unsealed(line: bytes) -> bytes | None:
    """Return the content of a line without its end, also if one bit of it is wrong; None if it cannot be told."""
    content = _content(line)
    return content if content is not None else next((found for _, found in _flipped(line)), None)


def read(content: bytes) -> Found:
    """Return what there is in the content of a journal's file."""
    records: list[AnyRecord] = []
    gaps: list[bytes] = []
    at = end = gap = mended = searched = 0
    while at < len(content):
        stop = content.find(b"\n", at)
        record = _record(_content(content[at:stop])) if stop >= 0 else None
        if record is None and searched < _MOST_SEARCHED:
            searched += (stop if stop >= 0 else len(content)) - at
            stop, record = _mended(content, at)
            mended += record is not None
        if record is None:
            following = _SEAL.search(content, at + 1)
            at = following.start() if following else len(content)
            continue
        records.append(record)
        if gap < at:
            gaps.append(content[gap:at])
        at = gap = end = stop + 1
    tail = content[end:]
    if _torn(tail):
        # Several bits of the last line may be wrong as well: then its number is on paper.
        numbers = int(tail.endswith(b"\n") and bool(tail.strip(b"\n\0")))
    else:
        gaps.append(tail)
        numbers, end = 0, len(content)
    numbers += sum(map(_numbers, gaps))
    unreadable = [Unreadable(sum(max(1, lost.count(b"\n")) for lost in gaps), numbers)] if numbers else []
    return Found([*records, *unreadable], end, mended, bad=bool(unreadable or mended))


def _torn(tail: bytes) -> bool:
    """Tell whether no more stands there than one record of which a power cut has left a part."""
    return b"\n" not in tail.rstrip(b"\n")


def _numbers(lost: bytes) -> int:
    """Return how many numbers at most were in a stretch that cannot be read."""
    lines = re.findall(rb"[^\n]*\n|[^\n]+", lost)
    return sum(1 if _LINE.fullmatch(line) else max(1, len(line) // _SHORTEST_ISSUED) for line in lines)


def _mended(content: bytes, at: int) -> tuple[int, AnyRecord | None]:
    """Return the record at this place, with one wrong bit put right, and where its line ends.

    The bit may be that of a line's end, or make one: so two lines are looked at.
    """
    first = content.find(b"\n", at)
    second = content.find(b"\n", first + 1) if first >= 0 else -1
    for stop in dict.fromkeys((first, second, len(content))):
        if at < stop <= at + 2 * _LONGEST:
            for length, found in _flipped(content[at:stop], whole=stop == first):
                record = _record(found)
                if record is not None:
                    return at + length, record
    return at, None


def _flipped(line: bytes, *, whole: bool = True) -> Iterator[tuple[int, bytes]]:
    """Return what a line says with each of its bits the other way round, if that fits, and where the line ends then.

    ``whole``: it has its end behind it.
    """
    if len(line) > 2 * _LONGEST:
        return
    other = bytearray(line)
    for at in range(len(line)):
        for bit in range(8):
            other[at] ^= 1 << bit
            length = at if other[at] == ord("\n") else len(line) if whole or line[at] == ord("\n") else -1
            if length > _CRC and other[_CRC] == ord(" "):
                content = _content(bytes(other[:length]))
                if content is not None:
                    yield length, content
            other[at] ^= 1 << bit


def _content(line: bytes) -> bytes | None:
    seal, _, content = line.partition(b" ")
    return content if seal == b"%0*x" % (_CRC, zlib.crc32(content)) else None


def _record(content: bytes | None) -> AnyRecord | None:
    if content is None:
        return None
    try:
        return _decoder.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
