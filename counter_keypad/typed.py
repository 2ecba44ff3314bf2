"""Typed keys -> wishes (pure): "12 Enter" calls number 12 of the counter's service.

The same rules hold for a USB number pad and for a serial keypad, whether that sends keys or whole lines.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from counter_keypad import actions
from counter_keypad.actions import Wish
from counter_keypad.key_codes import CLEAR, ENTER
from counter_keypad.settings import Entry

FORGET_MS: Final = 8_000
"""Digits that nobody has finished with Enter for so long belong to nobody."""
MOST_DIGITS: Final = 6

Heard = Wish | Literal["typing", "mistake"]
"""What came of a key: a wish, part of a number, or nothing that could be meant."""


class Typed:
    """What has been typed so far on one keypad.

    Args:
        entry: what numbers and keys mean.
    """

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._prefix = ""
        self._digits = ""
        self._last_ms = 0

    def goes_on(self, now: int) -> bool:
        """Take in that something comes at ``now``; tell whether what came before may belong to it, or is forgotten."""
        soon = now - self._last_ms <= FORGET_MS
        self._last_ms = now
        if not soon:
            self._clear()
        return soon

    def key(self, name: str, now: int) -> Heard | None:
        """Take in a key: a digit, a letter, ``ENTER``, ``CLEAR`` or the name of another one.

        Returns:
            What came of it, or None for a key that has no meaning here.
        """
        self.goes_on(now)
        meaning = self._entry.keys.get(name)
        if meaning is not None:
            return self._special(meaning)
        if name == ENTER:
            return self._enter()
        if name == CLEAR:
            self._clear()
            return "typing"
        if len(name) == 1 and name.isascii() and name.isdigit():
            return self._digit(name)
        if len(name) == 1 and name.isascii() and name.isalpha():
            return self._letter(name.upper())
        return None

    def line(self, line: str, number: str) -> Heard | None:
        """Take in a whole line; ``number`` is the pattern of those that are numbers."""
        meaning = self._entry.keys.get(line)
        if meaning is not None:
            return self._special(meaning)
        found = re.fullmatch(number, line)
        if found is None:
            return "mistake" if line else None
        chosen, self._prefix = self._prefix, ""
        digits = found["digits"] or ""
        if not re.fullmatch(f"[0-9]{{1,{MOST_DIGITS}}}", digits):
            return "mistake"
        return self._wish(found.groupdict().get("prefix") or chosen, digits)

    def _special(self, meaning: str) -> Heard:
        self._clear()
        if meaning in self._entry.series:
            self._prefix = meaning
            return "typing"
        return actions.parse(meaning)

    def _digit(self, digit: str) -> Heard:
        if len(self._digits) >= MOST_DIGITS:
            self._clear()
            return "mistake"
        self._digits += digit
        return "typing"

    def _letter(self, letter: str) -> Heard:
        if self._digits:  # a number begins with its letters
            self._clear()
        self._prefix += letter
        if any(prefix.startswith(self._prefix) for prefix in self._entry.series):
            return "typing"
        self._clear()
        return "mistake"

    def _enter(self) -> Heard | None:
        prefix, digits = self._prefix, self._digits
        self._clear()
        if digits:
            return self._wish(prefix, digits)
        if prefix:
            return "mistake"
        return actions.parse(self._entry.enter) if self._entry.enter else None

    def _wish(self, prefix: str, digits: str) -> Heard:
        prefix = prefix or next(iter(self._entry.series), "")
        if prefix not in self._entry.series or not int(digits):
            return "mistake"
        return Wish("call_number", f"{prefix}{int(digits):0{self._entry.series[prefix]}d}")

    def _clear(self) -> None:
        self._prefix = self._digits = ""
