"""What is printed on a ticket (pure): an issued ticket and a layout become lines; the paper is the printer's matter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

import msgspec

from appliance.texts import DEFAULT, moments, pick, text
from appliance.texts.office_words import OfficeWords
from appliance.wire.messages import IssuedTicket, Names, Office
from appliance.wire.topics import ticket_token
from kiosk.ticket import template as layout
from kiosk.ticket.template import LARGEST, Block, Template

WIDTH_DOTS: Final = {80: 576, 58: 384}
"""Printable dots of the two paper widths (millimetres) at 203 dpi."""
DOTS_PER_MM: Final = 8
CHARACTER_DOTS: Final = 12
"""Width of one character of font A; enlarged characters are whole multiples of it, at most ``LARGEST`` times."""
SMALL_CHARACTER_DOTS: Final = 9
"""Width of one character of the small font."""
NARROW_DOTS: Final = 480
"""Paper with fewer dots is of the narrow sort."""
ROWS_THAT_FIT: Final = 3
"""Doubled letters are easy to read; words that would take more rows of them stay narrow."""
DOT: Final = " · "
"""Between people ahead and expected wait in one row."""
LONGEST_ADDRESS: Final = 200
"""In bytes. With the token that makes a code of 69 squares, which 58 mm paper and old telephones can just do."""
CLOCK_MINUTES: Final = 5
"""Times of day that are only expected are rounded to this, away from each other."""

Align = Literal["left", "center", "right"]


class Line(msgspec.Struct, frozen=True, tag=True):
    """One thing on the paper, from top to bottom."""


class Text(Line, frozen=True):
    """A paragraph; whoever prints it wraps it at spaces.

    ``width`` and ``height`` enlarge 1 to 8 times; ``spacing`` is the gap after each character in dots before
    enlargement; ``small`` is font B; ``reverse`` is white on black; ``hanging`` indents all rows but the first.
    """

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False
    align: Align = "center"
    spacing: int = 0
    small: bool = False
    reverse: bool = False
    hanging: int = 0


class Headline(Text, frozen=True):
    """The number in the printer's own letters, as large as they get; ``free``: a larger drawing is welcome."""

    free: bool = True


class Qr(Line, frozen=True):
    """A QR code, centred; ``module`` is the edge of its smallest square in dots."""

    content: str
    module: int


class Logo(Line, frozen=True):
    """The office's logo, if the printer has one; at most ``width`` hundredths of the paper's width."""

    width: int = 50


class Rule(Line, frozen=True):
    """A thin line across the paper."""


class Feed(Line, frozen=True):
    """Blank paper."""

    dots: int


class Cut(Line, frozen=True):
    """The end of the ticket.

    ``copy``: what a second paper says above it, printed because the first was torn on its way to the printer.
    """

    copy: str = ""


def slip(
    ticket: IssuedTicket,
    *,
    service_names: Names,
    office: Office,
    at: datetime | None,
    token: str,
    bring: Mapping[str, list[str]] | None = None,
    languages: Sequence[str] = ("id", "en"),
    width: int = WIDTH_DOTS[80],
    template: Template | None = None,
    reprinted: bool = False,
) -> list[Line]:
    """Lay out one ticket.

    Args:
        ticket: as the hub (or the kiosk's own series) issued it.
        service_names: the service in each language.
        office: its name, the address of its phone page, its notice.
        at: when it was issued, as the office's wall clock shows it: the caller has applied the time zone. None if
            nobody knows; the ticket then has no date.
        token: the request id of the ticket (32 hexadecimal digits); its QR code carries a part of it.
        bring: what to bring, per language.
        languages: the main one first, then perhaps a second one.
        width: printable dots of the paper.
        template: the layout; None is the shipped one.
        reprinted: the ticket says that it is a copy.
    """
    page = _Page(ticket, service_names, office, at, token, bring or {}, tuple(languages), width)
    blocks = (template or layout.shipped()).on(58 if width < NARROW_DOTS else 80)
    lines = [line for block in blocks for line in page.lines(block)]
    main = languages[0]
    # What staff and citizens must be able to rely on is not up to the layout.
    training = [Text(f" {text('ticket.training', main)} ", bold=True, reverse=True)] if office.training else []
    copy = text("ticket.reprint", main)
    return [*training, *lines, *([Text(copy, small=True)] if reprinted else []), Cut("" if reprinted else copy)]


def qr_content(ticket: IssuedTicket, office: Office, request_id: str) -> str:
    """Return what the QR code says: the phone page if the office has one, else the bare token that a kiosk reads."""
    return f"{follow_url(office)}{ticket_token(ticket.number, request_id)}"


def follow_url(office: Office) -> str:
    """Return the address of the office's phone page; none if it is so long that nobody could read its code."""
    return office.follow_url if len(office.follow_url.encode()) <= LONGEST_ADDRESS else ""


def when(at: datetime, language: str, of: str = "both") -> str:
    """Return date and time in words: ``Senin, 6 April 2026  09.41``; or one of them (``of``: both, day, time)."""
    day, time = moments.day(at, language), moments.clock(at, language)
    return {"day": day, "time": time}.get(of, f"{day}  {time}")


def people_text(ticket: IssuedTicket, language: str) -> str:
    """Return how many are ahead; nothing where nobody can know (``ahead`` is negative)."""
    if ticket.ahead < 0:
        return ""
    if ticket.ahead == 0:
        return text("ticket.nobody_ahead", language)
    return text("ticket.one_ahead" if ticket.ahead == 1 else "ticket.ahead", language, ahead=ticket.ahead)


def window_text(ticket: IssuedTicket, at: datetime | None, language: str, of: str = "minutes") -> str:
    """Return how long it may take (``of``: minutes), or until when (``clock``); nothing when the estimate is unsure."""
    low, high = ticket.low, ticket.high
    if ticket.ahead == 0 or low is None or high is None:
        return ""
    if of == "clock" and at is not None:
        ends = _rounded(at + timedelta(minutes=low)), _rounded(at + timedelta(minutes=high), up=True)
        window = "–".join(dict.fromkeys(moments.clock(end, language) for end in ends))
        return text("ticket.wait_clock", language, window=window)
    if low >= high:
        return text("ticket.wait_about", language, high=high)
    return text("ticket.wait_range" if low > 0 else "ticket.wait_under", language, low=low, high=high)


class _Page(msgspec.Struct, frozen=True):
    """Everything that one ticket can say."""

    ticket: IssuedTicket
    service_names: Names
    office: Office
    at: datetime | None
    token: str
    bring: Mapping[str, list[str]]
    languages: tuple[str, ...]
    width: int

    @property
    def _own(self) -> OfficeWords:
        return OfficeWords(self.office.texts)

    def lines(self, block: Block) -> Iterator[Line]:
        """Yield what a block prints: nothing, or the air above it and its lines."""
        printed = list(self._lines(block))
        if printed and block.above:
            yield Feed(block.above * DOTS_PER_MM)
        yield from printed

    def _lines(self, block: Block) -> Iterator[Line]:
        match block:
            case layout.Number():
                yield _headline(self.ticket.number, self.width, block)
            case layout.Logo():
                yield Logo(block.width)
            case layout.Qr():
                yield Qr(qr_content(self.ticket, self.office, self.token), block.module)
            case layout.Rule():
                yield Rule()
            case layout.Checklist():
                yield from self._checklist(block)
            case layout.Words():
                yield from self._words(block)

    def _words(self, block: layout.Words) -> Iterator[Line]:
        language = self._language(block)
        said = self._say(block, language) if language else ""
        if not said or (block.language == "second" and said == self._say(block, self.languages[0])):
            return
        line = _text(f" {said} " if block.reverse else said, self.width, block)
        cell = line.width * (SMALL_CHARACTER_DOTS if line.small else CHARACTER_DOTS)
        if DOT in said and len(said) * cell > self.width:
            # Two thoughts on two rows, rather than broken somewhere.
            yield from (msgspec.structs.replace(line, text=part) for part in said.split(DOT))
        else:
            yield line

    def _language(self, block: layout.Words) -> str:
        place = 1 if block.language == "second" else 0
        return self.languages[place] if place < len(self.languages) else ""

    def _say(self, block: layout.Words, language: str) -> str:
        match block:
            case layout.Office():
                return pick(self.office.names, language)
            case layout.Service():
                return pick(self.service_names, language)
            case layout.Class():
                return text("ticket.priority", language) if self.ticket.priority else ""
            case layout.Date():
                return when(self.at, language, block.of) if self.at else ""
            case layout.Ahead():
                return people_text(self.ticket, language)
            case layout.Window():
                return window_text(self.ticket, self.at, language, block.of)
            case layout.Waiting():
                both = people_text(self.ticket, language), window_text(self.ticket, self.at, language)
                return DOT.join(part for part in both if part)
            case layout.Follow():
                return self._own.text("ticket.follow", language) if follow_url(self.office) else ""
            case layout.Notice():
                return pick(self.office.notice, language)
            case layout.Footer() | layout.Text():
                return pick(block.words, language) if block.words else self._own.text("ticket.thanks", language)
        raise AssertionError(block)

    def _checklist(self, block: layout.Checklist) -> Iterator[Line]:
        language = self._language(block)
        others = (self.bring.get(DEFAULT), *self.bring.values()) if block.language == "main" else ()
        items = next((listed for listed in (self.bring.get(language), *others) if listed), [])
        if not items or not language:
            return
        if block.of == "paragraph":
            yield _text(text("ticket.bring_list", language, items=", ".join(items)), self.width, block)
            return
        yield _text(text("ticket.bring", language), self.width, msgspec.structs.replace(block, bold=True))
        for item in items:
            yield msgspec.structs.replace(_text(f"- {item}", self.width, block), hanging=2)


def _text(words: str, width: int, block: layout.Words) -> Text:
    across, down = _fitting(words, width) if block.size == "fit" else _pair(block.size)
    return Text(
        words, across, down, bold=block.bold, align=block.align, small=block.small, reverse=block.reverse
    )  # fmt: skip


def _pair(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


@lru_cache(maxsize=256)
def _fitting(words: str, width: int) -> tuple[int, int]:
    """Return the enlargement for words of unknown length: double, or only tall if that took too many rows."""
    columns = width // (2 * CHARACTER_DOTS)
    rows = textwrap.wrap(words, columns, break_long_words=False)
    return (2, 2) if len(rows) <= ROWS_THAT_FIT and all(len(row) <= columns for row in rows) else (1, 2)


def _headline(number: str, width: int, block: layout.Number) -> Headline:
    """Make the number as large as the paper allows with air between its characters.

    The gap is at least one dot before enlargement; what is left over widens it, to less than half a character.
    A number that has to be narrow is not much taller than wide: stretched digits are hard to tell apart.
    """
    count = max(1, len(number))
    most = max(1, min(LARGEST, width // (count * (CHARACTER_DOTS + 1))))
    across, down = _pair(block.size) if block.size else (most, min(LARGEST, most + 2))
    across = min(across, most)
    spare = width // (count * across) - CHARACTER_DOTS
    return Headline(
        number, across, down, bold=True, spacing=max(0, min(5, spare)), reverse=block.reverse,
        free=not block.size and not block.reverse,
    )  # fmt: skip


def _rounded(at: datetime, *, up: bool = False) -> datetime:
    past = timedelta(minutes=at.minute % CLOCK_MINUTES)
    whole = at.replace(second=0, microsecond=0) - past
    return whole + timedelta(minutes=CLOCK_MINUTES) if up and past else whole
