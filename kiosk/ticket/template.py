"""The ticket's layout as data (pure): a TOML file names what stands on the paper, from top to bottom.

``ticket.toml`` beside this file is the one that is shipped, and explains itself. An office edits a copy; a wrong copy
is refused with the key and the fix.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final, Literal

import msgspec

SHIPPED: Final = "ticket.toml"
MOST_BLOCKS: Final = 60
LARGEST: Final = 8
"""Printers enlarge their letters so many times, GS !."""
# Checked by hand: msgspec 0.22 crashes on a union of a number with limits and a tuple.
Size = int | tuple[int, int] | Literal["fit"]
Millimetres = Annotated[int, msgspec.Meta(ge=0, le=30)]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}\Z")]
Sentences = Annotated[dict[Language, Annotated[str, msgspec.Meta(min_length=1)]], msgspec.Meta(min_length=1)]
"""One text per language code: ``{"id": "Terima kasih", "en": "Thank you"}``."""


class TemplateError(Exception):
    """A template cannot be meant; the sentence names the key and the fix."""


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="show", tag=str.lower, kw_only=True):
    """One thing on the paper. ``above``: air above it in millimetres, if it is printed at all."""

    paper: Literal[80, 58] | None = None
    """Only on rolls of this width."""
    above: Millimetres = 0


class Words(Block, frozen=True):
    """A paragraph. ``size``: times the printer's own letters, across and down, or as large as suits its length."""

    size: Size = 1
    bold: bool = False
    align: Literal["center", "left", "right"] = "center"
    small: bool = False
    reverse: bool = False
    language: Literal["main", "second"] = "main"
    """``second``: in the ticket's second language, and nothing if it has none or the words would be the same."""

    def __post_init__(self) -> None:
        """Refuse what printers cannot enlarge."""
        _check_size(self.size)


class Office(Words, frozen=True):
    """The office's name."""


class Service(Words, frozen=True):
    """The service's name."""


class Class(Words, frozen=True):
    """PRIORITY, on priority tickets only."""


class Date(Words, frozen=True):
    """Date and time of issue, or one of them."""

    of: Literal["both", "day", "time"] = "both"


class Ahead(Words, frozen=True):
    """How many people are ahead."""


class Window(Words, frozen=True):
    """The expected wait, as minutes from now or as a time of day; nothing when the estimate is unsure."""

    of: Literal["minutes", "clock"] = "minutes"


class Waiting(Words, frozen=True):
    """People ahead and expected wait in one row."""


class Follow(Words, frozen=True):
    """That the code opens the phone page; nothing if the office has none."""


class Notice(Words, frozen=True):
    """The office's notice of the day, if there is one."""


class Footer(Words, frozen=True):
    """The last line: the office's own words, or thanks."""

    words: Sentences | None = None


class Text(Words, frozen=True, kw_only=True):
    """Words of the office's own."""

    words: Sentences


class Checklist(Words, frozen=True):
    """What to bring, if the service says so: one item a row under a heading, or all in one paragraph."""

    of: Literal["list", "paragraph"] = "list"
    align: Literal["center", "left", "right"] = "left"


class Number(Block, frozen=True):
    """The number. Without ``size`` it is as large as the paper allows."""

    size: int | tuple[int, int] | None = None
    reverse: bool = False

    def __post_init__(self) -> None:
        """Refuse what printers cannot enlarge."""
        _check_size(self.size)


class Logo(Block, frozen=True):
    """The logo of ``[kiosk.printer]``, if there is one. ``width``: at most so many hundredths of the paper's."""

    width: Annotated[int, msgspec.Meta(ge=10, le=100)] = 50


class Qr(Block, frozen=True):
    """The QR code. ``module``: the edge of its smallest square in dots, eight to a millimetre."""

    module: Annotated[int, msgspec.Meta(ge=3, le=16)] = 6


class Rule(Block, frozen=True):
    """A thin line across the paper."""


class Template(msgspec.Struct, frozen=True):
    """A whole layout."""

    blocks: tuple[Block, ...]

    def on(self, paper: int) -> list[Block]:
        """Return the blocks for a roll of ``paper`` millimetres (80 or 58)."""
        return [block for block in self.blocks if block.paper in (None, paper)]


_KINDS: Final[dict[str, type[Block]]] = {
    kind.__name__.lower(): kind
    for kind in (
        Logo, Office, Service, Number, Class, Date, Ahead, Window, Waiting, Qr, Follow, Checklist, Notice, Footer, Text,
        Rule,
    )
}  # fmt: skip
_FIXES: Final = {
    "size": 'write 1 to 8, or [across, down] with 1 to 8 each, or "fit"',
    "number.size": "write 1 to 8, or [across, down] with 1 to 8 each, or leave it out: as large as the paper allows",
    "align": 'write "center", "left" or "right"',
    "language": 'write "main" or "second"',
    "paper": "write 80 or 58, or leave it out for both",
    "above": "write millimetres, 0 to 30",
    "words": 'write { id = "…", en = "…" }, at least one of them',
    "width": "write hundredths of the paper's width, 10 to 100",
    "module": "write dots, 3 to 16",
    "date.of": 'write "both", "day" or "time"',
    "window.of": 'write "minutes" or "clock"',
    "checklist.of": 'write "list" or "paragraph"',
}


@cache
def shipped() -> Template:
    """Return the layout that comes with the kiosk."""
    return parse(shipped_text())


def shipped_text() -> str:
    """Return the shipped layout as the file that an office copies."""
    return resources.files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8")


def parse(text: str) -> Template:
    """Read a layout.

    Args:
        text: TOML, one ``[[block]]`` for each thing on the paper.

    Raises:
        TemplateError: naming the block, the key and the fix.
    """
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # tomllib has no words of its own for long numbers and deep tables
        raise TemplateError(f"this is not TOML: {error}") from error
    for key in tables.keys() - {"block"}:
        raise TemplateError(f"{key} is not a known key; there are only [[block]] tables")
    raw = tables.get("block", [])
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise TemplateError("block: write [[block]], with two brackets on each side")
    if len(raw) > MOST_BLOCKS:
        raise TemplateError(f"block: {len(raw)} are too many; {MOST_BLOCKS} at most")
    template = Template(tuple(_block(place, each) for place, each in enumerate(raw, 1)))
    for paper in (80, 58):
        numbers = sum(isinstance(block, Number) for block in template.on(paper))
        if numbers != 1:
            raise TemplateError(f'block: on {paper} mm there are {numbers} with show = "number"; there must be one')
    return template


def _block(place: int, raw: dict[str, Any]) -> Block:
    show = raw.get("show")
    kind = _KINDS.get(show) if isinstance(show, str) else None
    if kind is None:
        wrong = f"show = {show!r} is not known" if "show" in raw else "show is missing"
        raise TemplateError(f"block {place}: {wrong}; write {_guess(show, list(_KINDS))}")
    where = f"block {place} ({show})"
    keys = [field.name for field in msgspec.structs.fields(kind)]
    for key in raw.keys() - {"show", *keys}:
        raise TemplateError(f"{where}: {key} is not a known key here; write {_guess(key, keys)}")
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        key = _wrong_key(str(error), keys)
        fix = _FIXES.get(f"{show}.{key}", _FIXES.get(key, "write true or false"))
        wrong = f"{key} = {raw[key]!r} cannot be meant" if key in raw else f"{key} is missing"
        raise TemplateError(f"{where}: {wrong}; {fix}") from error


def _check_size(size: Size | None) -> None:
    times = (size,) if isinstance(size, int) else size
    if isinstance(times, tuple) and not all(1 <= each <= LARGEST for each in times):
        raise ValueError("size")


def _wrong_key(problem: str, keys: list[str]) -> str:
    """Return the key that msgspec complains of: "... - at `$.size[1]`", or "... missing required field `words`"."""
    return next((key for key in re.findall(r"\w+", problem.rpartition("`$.")[2] or problem) if key in keys), "show")


def _guess(wrong: object, known: list[str]) -> str:
    close = difflib.get_close_matches(str(wrong), known, 1)
    return close[0] if close else f"one of {', '.join(known)}"
