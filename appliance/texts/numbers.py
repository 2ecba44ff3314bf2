"""Numbers as they are spoken (pure): digits and letters one by one, or whole numbers in words.

The words stand here and not in the catalogues because a language's numbers are rules, not a list of texts. A new
language is one more entry in ``_LANGUAGES``. Sources: KBBI and the Indonesian spelling guide (EYD V) for Indonesian,
British usage ("one hundred and two") for English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

Style = Literal["digits", "number"]
"""``digits``: "A, nol, satu, dua". ``number``: "A dua belas"."""

LARGEST: Final = 999_999
"""The largest number that ``cardinal`` says in words."""

_ID_DIGITS: Final = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_EN_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEENS: Final = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LONGEST_NAME_NUMBER: Final = 3
_RUN: Final = re.compile(r"\d+")


def _indonesian(value: int) -> str:
    if value < 10:
        return _ID_DIGITS[value]
    if value < 20:
        return {10: "sepuluh", 11: "sebelas"}.get(value) or f"{_ID_DIGITS[value - 10]} belas"
    for size, name, single in ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "")):
        if value >= size:
            count, rest = divmod(value, size)
            head = single if count == 1 else f"{_indonesian(count)} {name}"
            return f"{head} {_indonesian(rest)}" if rest else head
    raise AssertionError("every value from 20 on has a tens, hundreds or thousands part")


def _english(value: int) -> str:
    if value < 20:
        return _EN_DIGITS[value] if value < 10 else _EN_TEENS[value - 10]
    if value < 100:
        tens, rest = divmod(value, 10)
        return f"{_EN_TENS[tens]}-{_EN_DIGITS[rest]}" if rest else _EN_TENS[tens]
    size, name = (100, "hundred") if value < 1000 else (1000, "thousand")
    count, rest = divmod(value, size)
    link = " and " if 0 < rest < 100 else " "
    return f"{_english(count)} {name}{link}{_english(rest)}" if rest else f"{_english(count)} {name}"


class _Language(NamedTuple):
    digits: tuple[str, ...]
    cardinal: Callable[[int], str]
    after_letters: str
    """What stands between the letters and a whole number. An English voice reads the lone letter of "A twelve" as the
    article, so a comma sets it apart."""


_LANGUAGES: Final = {
    "id": _Language(_ID_DIGITS, _indonesian, " "),
    "en": _Language(_EN_DIGITS, _english, ", "),
}
LANGUAGES: Final = tuple(_LANGUAGES)
"""The languages that can be spoken."""


def cardinal(value: int, language: str) -> str:
    """Return a whole number in words: 12 is "dua belas", "twelve".

    Args:
        value: 0 to ``LARGEST``.
        language: one of ``LANGUAGES``.

    Raises:
        ValueError: if either is out of its range.
    """
    if not 0 <= value <= LARGEST:
        raise ValueError(f"{value} is not between 0 and {LARGEST}")
    return _language(language).cardinal(value)


def spell(number: str, language: str, style: Style = "digits") -> str:
    """Return a ticket number as it is spoken.

    Args:
        number: letters and then digits, as printed: ``A012``.
        language: one of ``LANGUAGES``.
        style: one by one, or the digits as a whole number. Numbers beyond ``LARGEST`` are always spelt one by one.

    Returns:
        "A, nol, satu, dua" or "A dua belas". The commas are the voice's pauses.

    Raises:
        ValueError: if the language is not known.
    """
    rules = _language(language)
    letters = [sign.upper() for sign in number if sign.isalpha()]
    digits = [sign for sign in number if sign.isdecimal()]
    if style == "number" and digits and int("".join(digits)) <= LARGEST:
        whole = rules.cardinal(int("".join(digits)))
        return rules.after_letters.join([", ".join(letters), whole]) if letters else whole
    return ", ".join([*letters, *(rules.digits[int(digit)] for digit in digits)])


def in_words(name: str, language: str) -> str:
    """Return a name with its numbers in words: "Loket 12" is "Loket dua belas".

    A number with a leading zero, or of more than three digits, is read digit by digit, as people read a room number.

    Raises:
        ValueError: if the language is not known.
    """
    rules = _language(language)

    def words(match: re.Match[str]) -> str:
        run = match.group()
        one_by_one = len(run) > _LONGEST_NAME_NUMBER or (len(run) > 1 and run[0] == "0")
        said = ", ".join(rules.digits[int(digit)] for digit in run) if one_by_one else rules.cardinal(int(run))
        return f" {said} "

    return re.sub(r"\s+([,.;:)])", r"\1", " ".join(_RUN.sub(words, name).split()))


def _language(language: str) -> _Language:
    rules = _LANGUAGES.get(language)
    if rules is None:
        raise ValueError(f"no number words for the language {language!r}; known: {', '.join(LANGUAGES)}")
    return rules
