"""What is printed on a ticket (pure): an issued ticket becomes lines; how they reach paper is the printer's matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

from appliance.texts import pick, text
from appliance.wire.messages import IssuedTicket, Names, Office
from appliance.wire.topics import ticket_token

WIDTH_DOTS: Final = {80: 576, 58: 384}
"""Printable dots of the two paper widths (millimetres) at 203 dpi."""
CHARACTER_DOTS: Final = 12
"""Width of one character of font A; enlarged characters are whole multiples of it, at most ``LARGEST`` times."""
LARGEST: Final = 8
NARROW_DOTS: Final = 480
"""Below this many dots the ticket says the same with less."""

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


class Qr(Line, frozen=True):
    """A QR code, centred; ``module`` is the edge of its smallest square in dots."""

    content: str
    module: int


class Logo(Line, frozen=True):
    """The office's logo, if the printer has one."""


class Rule(Line, frozen=True):
    """A thin line across the paper."""


class Feed(Line, frozen=True):
    """Empty rows."""

    rows: int = 1


class Cut(Line, frozen=True):
    """The end of the ticket."""


def slip(
    ticket: IssuedTicket,
    *,
    service_names: Names,
    office: Office,
    at: datetime,
    token: str,
    bring: dict[str, list[str]] | None = None,
    languages: Sequence[str] = ("id", "en"),
    width: int = WIDTH_DOTS[80],
    footer: Names | None = None,
) -> list[Line]:
    """Lay out one ticket.

    Args:
        ticket: as the hub (or the kiosk's own series) issued it.
        service_names: the service in each language.
        office: whose name stands on top, and the address of its phone page.
        at: when it was issued, as the office's wall clock shows it: the caller has applied the time zone.
        token: the request id of the ticket (32 hexadecimal digits); it opens the phone page.
        bring: what to bring, per language.
        languages: the first is printed large, the second, if any, small below it.
        width: printable dots of the paper.
        footer: the office's own last line per language; None prints thanks.
    """
    main, *others = languages
    narrow = width < NARROW_DOTS
    second = others[0] if others and not narrow else None
    return [
        Logo(),
        Text(pick(office.names, main), bold=True),
        Feed(),
        *_service(service_names, main, second, width),
        Feed(),
        _number(ticket.number, width),
        Feed(),
        *(_priority(main) if ticket.priority else []),
        Text(when(at, main)),
        Rule(),
        *_waiting(ticket, main, others[0] if others else None, width),
        Feed(),
        Qr(qr_content(ticket, office, token), 5 if narrow else 6),
        *(_follow(main, second) if office.follow_url else []),
        *_checklist((bring or {}).get(main) or (bring or {}).get("id") or [], main, narrow=narrow),
        Feed(),
        Text(pick(footer, main) if footer else text("ticket.thanks", main)),
        Cut(),
    ]


def qr_content(ticket: IssuedTicket, office: Office, request_id: str) -> str:
    """Return what the QR code says: the phone page if the office has one, else the bare token that a kiosk reads."""
    return f"{office.follow_url}{ticket_token(ticket.number, request_id)}"


def when(at: datetime, language: str) -> str:
    """Return date and time in words: ``Senin, 6 April 2026  09.41``."""
    return text(
        "ticket.when",
        language,
        weekday=text(f"ticket.weekdays.{at.isoweekday()}", language),
        day=at.day,
        month=text(f"ticket.months.{at.month}", language),
        year=at.year,
        hour=at.hour,
        minute=at.minute,
    )


def waiting_text(ticket: IssuedTicket, language: str) -> tuple[str, str]:
    """Return how many are ahead and how long it may take; the second is empty when the estimate is unsure."""
    if ticket.ahead == 0:
        return text("ticket.nobody_ahead", language), ""
    people = text("ticket.one_ahead" if ticket.ahead == 1 else "ticket.ahead", language, ahead=ticket.ahead)
    if ticket.low is None or ticket.high is None:
        return people, ""
    if ticket.low >= ticket.high:
        return people, text("ticket.wait_about", language, high=ticket.high)
    key = "ticket.wait_range" if ticket.low > 0 else "ticket.wait_under"
    return people, text(key, language, low=ticket.low, high=ticket.high)


def _service(names: Names, main: str, second: str | None, width: int) -> list[Line]:
    name = pick(names, main)
    longest = max(map(len, name.split()), default=0)
    lines: list[Line] = [Text(name, 2 if longest <= _double_columns(width) else 1, 2, bold=True)]
    other = pick(names, second) if second else name
    return lines if other == name else [*lines, Text(other, small=True)]


def _double_columns(width: int) -> int:
    return width // (2 * CHARACTER_DOTS)


def _number(number: str, width: int) -> Text:
    """Make the number as large as the paper allows with air between its characters.

    The gap is at least one dot before enlargement; what is left over widens it, to less than half a character.
    A number that has to be narrow is not much taller than wide: stretched digits are hard to tell apart.
    """
    count = len(number)
    scale = max(1, min(LARGEST, width // (count * (CHARACTER_DOTS + 1))))
    spare = width // (count * scale) - CHARACTER_DOTS
    return Text(number, scale, min(LARGEST, scale + 2), bold=True, spacing=max(0, min(5, spare)))


def _priority(main: str) -> list[Line]:
    return [Text(f" {text('ticket.priority', main)} ", 2, 2, bold=True, reverse=True), Feed()]


def _waiting(ticket: IssuedTicket, main: str, second: str | None, width: int) -> list[Line]:
    parts = [part for part in waiting_text(ticket, main) if part]
    # Tall narrow letters are hard to read: they are for what does not fit in one row otherwise.
    across = 2 if max(map(len, parts)) <= _double_columns(width) else 1
    lines: list[Line] = [Text(part, across, 2, bold=True) for part in parts]
    if second:
        lines.append(Text(" · ".join(part for part in waiting_text(ticket, second) if part), small=True))
    return lines


def _follow(main: str, second: str | None) -> list[Line]:
    lines: list[Line] = [Text(text("ticket.follow", main))]
    return [*lines, Text(text("ticket.follow", second), small=True)] if second else lines


def _checklist(items: list[str], main: str, *, narrow: bool) -> list[Line]:
    if not items:
        return []
    if narrow:
        return [Feed(), Text(text("ticket.bring_list", main, items=", ".join(items)), align="left")]
    heading: list[Line] = [Feed(), Text(text("ticket.bring", main), bold=True, align="left")]
    return heading + [Text(f"- {item}", align="left", hanging=2) for item in items]
