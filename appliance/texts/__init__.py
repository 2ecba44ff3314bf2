"""Message catalogues (pure): every text that a citizen sees or hears, one TOML file per language.

A new language is one more file here. A text that a language lacks is taken from Indonesian, the office's own.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final

DEFAULT: Final = "id"


@cache
def _catalogue(language: str) -> dict[str, str]:
    file = resources.files(__package__).joinpath(f"{language}.toml")
    return _flat(tomllib.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            texts.update(_flat(value, f"{prefix}{key}."))
        else:
            texts[prefix + key] = str(value)
    return texts


def text(key: str, language: str = DEFAULT, **values: object) -> str:
    """Return the text ``key`` (``kiosk.touch_to_begin``) in ``language``, its ``{placeholders}`` filled in.

    Raises:
        KeyError: if not even the default catalogue has the key.
    """
    found = _catalogue(language).get(key) or _catalogue(DEFAULT)[key]
    return found.format(**values) if values else found


def find(key: str, language: str = DEFAULT) -> str:
    """Return the text ``key`` with its placeholders as they are; empty if not even the default catalogue has it."""
    return _catalogue(language).get(key) or _catalogue(DEFAULT).get(key, "")


def keys(language: str) -> set[str]:
    """Return all keys of one catalogue."""
    return set(_catalogue(language))


def pick(names: dict[str, str], language: str) -> str:
    """Return the name in ``language``, else in Indonesian, else in any language there is."""
    return names.get(language) or names.get(DEFAULT) or next(iter(names.values()), "")
