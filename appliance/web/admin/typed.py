"""What people type into a form, as an office's definition writes it (pure). What cannot be read stays as it was typed.

So the check names the field, and the form shows again what stood there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

LANGUAGES: Final = ("id", "en")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = re.compile(r"([0-9]{1,2})(?:[.:]([0-9]{2}))?")
_SPAN: Final = re.compile(r"(\S+?)\s*(?:-|–|—|s/d|s\.d\.|to)\s*(\S+)")
LONGEST_ID: Final = 32


def number(text: str, empty: Any = None) -> Any:
    """Return a number, ``empty`` if there is nothing, or the text if it is none."""
    if not text:
        return empty
    plain = text.replace(",", ".")
    if re.fullmatch(r"-?[0-9]{1,9}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"-?[0-9]{1,9}\.[0-9]{1,6}", plain) else text


def time_of_day(text: str) -> str | None:
    """Return ``08:30`` for 8.30, 08:30 or 8; None if there is nothing, or the text if it is no time."""
    found = _TIME.fullmatch(text)
    if found is None:
        return text or None
    return f"{int(found[1]):02d}:{found[2] or '00'}"


def spans(text: str) -> Any:
    """Return ``[["08:00", "12:00"], ["13:00", "15:00"]]`` for ``8-12, 13.00–15.00``; the text if it is none."""
    found = []
    for part in re.split(r"[,;\n]+", text):
        if not part.strip():
            continue
        match = _SPAN.fullmatch(part.strip())
        times = [time_of_day(moment) for moment in match.groups()] if match else []
        if not times or not all(time and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", time) for time in times):
            return text
        found.append(times)
    return found


def spans_text(value: Any) -> str:
    """Return what a field shows for spans, or what stood there."""
    if isinstance(value, str):
        return value
    return ", ".join(f"{opens.replace(':', '.')}–{closes.replace(':', '.')}" for opens, closes in value or ())


def lines(text: str) -> list[str]:
    """Return the lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def by_language(texts: dict[str, str], before: dict[str, Any]) -> dict[str, Any]:
    """Return texts by language: what was typed, and what there was in languages that the form does not ask for."""
    kept = {language: value for language, value in before.items() if language not in texts}
    return {**{language: text for language, text in texts.items() if text}, **kept}


def new_id(name: str, taken: Collection[str], otherwise: str) -> str:
    """Return an id that nobody has, like a name: ``pendaftaran-berkas``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_ID - 3].strip("-") or otherwise
    return next(i for i in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if i not in taken)


def in_old_order(chosen: Iterable[str], before: Sequence[str]) -> list[str]:
    """Return what was chosen, what was there before in its old order."""
    chosen = list(chosen)
    return [*(i for i in before if i in chosen), *(i for i in chosen if i not in before)]
