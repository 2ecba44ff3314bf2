"""Text for a printer: in the characters of its code page, wrapped to its columns, never garbage and never commands."""

from __future__ import annotations

import textwrap
import unicodedata
from functools import lru_cache
from typing import Any, Final

_SUBSTITUTES: Final = {
    "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "‘": "'", "’": "'", "‚": ",", "ʻ": "'", "ʼ": "'", "“": '"',
    "”": '"', "„": '"', "«": '"', "»": '"', "…": "...", "·": "-", "•": "-", "±": "+/-", "☐": "[ ]", "□": "[ ]",
    "☑": "[x]", "✓": "v", "✔": "v", "×": "x", "÷": "/", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≈": "~",
    "─": "-", "⁄": "/", "°": " deg", "€": "EUR", "£": "GBP", "№": "No.", "©": "(c)", "®": "(R)", "ß": "ss", "ẞ": "SS",
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "æ": "ae",
    "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng", "\u00a0": " ",
}  # fmt: skip
"""For what Unicode does not take apart by itself; several characters are allowed."""


class Letters:
    """What a printer with one code page can write.

    Args:
        encoder: python-escpos's, of the printer's profile.
        page: the code page, as the profile names it.
        ascii_only: use nothing beyond it.
    """

    def __init__(self, encoder: Any, page: str, *, ascii_only: bool) -> None:
        self._encoder, self._page, self._ascii = encoder, page, ascii_only
        # Most rows of a ticket are the same as on the ticket before.
        self.rows = lru_cache(maxsize=512)(self._rows)

    def plain(self, text: str) -> str:
        """Return ``text`` in characters that the printer has; control characters become spaces, never commands."""
        return "".join(self._character(character) for character in unicodedata.normalize("NFC", text))

    def has(self, character: str) -> bool:
        """Tell whether the printer has a character."""
        if character < "\x80" or self._ascii:
            return " " <= character < "\x7f"
        return unicodedata.category(character) != "Cc" and bool(self._encoder.can_encode(self._page, character))

    def _rows(self, text: str, columns: int, hanging: int, *, balanced: bool) -> tuple[bytes, ...]:
        """Return the rows of a paragraph in the printer's bytes.

        Args:
            text: any Unicode.
            columns: characters in a row.
            hanging: the indent of all rows but the first.
            balanced: make the rows about equally long, which looks better in the middle of the paper.
        """
        plain = self.plain(text)
        return tuple(self._encoder.encode(row, self._page) for row in _wrap(plain, columns, hanging, balanced=balanced))

    def _character(self, character: str) -> str:
        if self.has(character):
            return character
        category = unicodedata.category(character)
        if category in ("Cc", "Zs", "Zl", "Zp"):
            return " "
        known = _SUBSTITUTES.get(character) or _parts(character)
        if known or category in ("Mn", "Me", "Cf", "So"):  # accents on their own, invisible marks, pictograms
            return "".join(part for part in known if self.has(part))
        return "?"


def _parts(character: str) -> str:
    """Return a character without its accents, and ligatures and fractions in their parts."""
    parts = (part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    return "".join(_SUBSTITUTES.get(part, part) for part in parts if part != character)


def _wrap(text: str, columns: int, hanging: int, *, balanced: bool) -> list[str]:
    if len(text) <= columns:
        return [text] if text else []

    def rows(width: int) -> list[str]:
        return textwrap.wrap(text, width, subsequent_indent=" " * hanging)

    widest = rows(columns)
    narrowest = max(map(len, text.split()), default=1) if balanced else columns
    return next((fewer for width in range(narrowest, columns) if len(fewer := rows(width)) == len(widest)), widest)
