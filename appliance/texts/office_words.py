"""The office's own words (pure): which of the citizens' texts an office may word itself, and what is said then.

The list is closed, and each text has a length at which kiosk, 58 mm paper and board are still sound: ``dev shots``
takes pictures of them with every text as long as it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from appliance import texts
from appliance.people import is_plain
from appliance.texts import DEFAULT, find, has, text

LONGEST: Final[dict[str, int]] = {
    "kiosk.begin": 32,
    "kiosk.begin_second": 48,
    "kiosk.choose_service": 22,
    "kiosk.bring_hint": 80,
    "kiosk.priority_who": 66,
    "kiosk.printed": 32,
    "kiosk.photograph": 90,
    "kiosk.turn_hint": 80,
    "kiosk.trouble": 36,
    "kiosk.closed_hint": 100,
    "ticket.follow": 34,
    "ticket.thanks": 120,
    "board.welcome": 32,
    "board.welcome_hint": 80,
    "board.closed_hint_before": 80,
    "board.closed_hint_after": 80,
}
"""Every text that an office may word itself, in the order in which citizens meet them, with its most letters."""
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
Given = Mapping[str, Mapping[str, str]]
"""Texts by key, then by language: ``{"board.welcome": {"id": "Sugeng rawuh"}}``."""


class OfficeWords(msgspec.Struct, frozen=True):
    """What an office says: in its own words where it gave some, else in the catalogues'."""

    given: Given = {}

    def text(self, key: str, language: str = DEFAULT, **values: object) -> str:
        """Return a text as ``appliance.texts.text`` does, in the office's words if it gave any.

        In a language for which there are neither, the office's Indonesian comes before the catalogue's. Words that the
        box's own release cannot fill in are passed over: the hub may be older or newer.

        Raises:
            KeyError: if not even the default catalogue has the key.
        """
        own = self._own(key, language)
        if not own:
            return text(key, language, **values)
        return own.format(**values) if values else own

    def _own(self, key: str, language: str) -> str:
        given = self.given.get(key) if key in LONGEST else None
        if not given:
            return ""
        own = given.get(language) or ("" if has(key, language) else given.get(DEFAULT, ""))
        return own if placeholders(own) == placeholders(find(key)) else ""


CATALOGUES: Final = OfficeWords()
"""The words of an office that gave none of its own."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one of an office's words; fields as of ``appliance.engine.soundness.Problem``."""

    path: str
    code: str
    advice: str
    values: dict[str, str] = {}


def placeholders(said: str) -> frozenset[str] | None:
    """Return the names that a text leaves to be filled in; None if a brace in it belongs to none."""
    return None if set("{}") & set(_PLACEHOLDER.sub("", said)) else frozenset(_PLACEHOLDER.findall(said))


def faults(given: Given) -> Iterator[Fault]:
    """Yield what is wrong with an office's words; nothing if every box can show them.

    Args:
        given: as the office's definition has them.
    """
    for key, said in given.items():
        path = f"texts.{key}"
        if key not in LONGEST:
            advice = f"{key!r} is no text that an office may word itself"
            yield Fault(path, "unknown_key", advice, {"key": key})
            continue
        for language, own in said.items():
            if language not in texts.languages():
                advice = f"no screen speaks {language!r}; there are {', '.join(sorted(texts.languages()))}"
                yield Fault(path, "no_such_language", advice, {"language": language})
            else:
                yield from _faults(f"{path}.{language}", key, own)


def _faults(path: str, key: str, own: str) -> Iterator[Fault]:
    wanted = placeholders(find(key))
    names = " ".join(f"{{{name}}}" for name in sorted(wanted or ()))
    if not own:
        yield Fault(path, "needed", "it is empty; leave it out for the usual words")
    elif not is_plain(own):
        advice = "it has a sign that nobody sees, or no letters at all"
        yield Fault(path, "unseen", advice)
    elif placeholders(own) != wanted:
        code = "placeholders" if wanted else "no_placeholders"
        advice = f"it must have {names}, spelt like this" if wanted else "braces mean nothing here"
        yield Fault(path, code, advice, {"names": names} if wanted else {})
    elif len(own) > LONGEST[key]:
        most = LONGEST[key]
        yield Fault(path, "text_too_long", f"it has {len(own)} letters; {most} fit", {"most": str(most)})
