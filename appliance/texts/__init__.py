"""Message catalogues (pure): every text that a citizen or staff see or hear, in TOML files by language.

``id.toml`` holds what is said in the lobby; what a surface of its own says has a file of its own (``web.id.toml``). A
text that a language lacks is taken from Indonesian, the office's own.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final

DEFAULT: Final = "id"


@cache
def _catalogue(language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name):
        if file.name == f"{language}.toml" or file.name.endswith(f".{language}.toml"):
            texts |= _flat(tomllib.loads(file.read_text(encoding="utf-8")))
    return texts


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


def has(key: str, language: str) -> bool:
    """Tell whether the catalogue of ``language`` itself has a text."""
    return key in _catalogue(language)


@cache
def languages() -> frozenset[str]:
    """Return every language that has a catalogue."""
    names = (file.name for file in resources.files(__package__).iterdir() if file.name.endswith(".toml"))
    return frozenset(name.removesuffix(".toml") for name in names if name.count(".") == 1)


def find(key: str, language: str = DEFAULT) -> str:
    """Return the text ``key`` with its placeholders as they are; empty if not even the default catalogue has it."""
    return _catalogue(language).get(key) or _catalogue(DEFAULT).get(key, "")


def keys(language: str) -> set[str]:
    """Return all keys of one catalogue."""
    return set(_catalogue(language))


def pick(names: dict[str, str], language: str) -> str:
    """Return the name in ``language``, else in Indonesian, else in any language there is."""
    return names.get(language) or names.get(DEFAULT) or next(iter(names.values()), "")
