"""Writing an office as TOML, as an editor would lay it out (pure); it is read by the standard library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

TABLES: Final = ("rules", "hours", "kiosks", "texts")
LISTS: Final = ("services", "counters", "journeys")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def office_toml(office: Mapping[str, Any]) -> str:
    """Return an office as the table ``[office]`` of the hub's configuration; it needs no other."""
    return "\n".join(_table("office", office)).strip() + "\n"


def _table(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table: its own values first, then the tables within it, then its lists of tables."""
    yield ""
    yield f"[{name}]"
    apart = [key for key in table if key in TABLES or (key in LISTS and _is_list_of_tables(table[key]))]
    yield from _values({key: value for key, value in table.items() if key not in apart})
    for key in apart:
        if key in TABLES:
            yield ""
            yield f"[{name}.{key}]"
            yield from _values(table[key])
    for key in apart:
        for item in table[key] if key in LISTS else ():
            yield ""
            yield f"[[{name}.{key}]]"
            yield from _values(item)


def _values(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if value is not None:
            yield f"{_key(key)} = {_value(value)}"


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        # A JSON string is a TOML string, except for one control character (TOML 1.0, "String").
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        within = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None)
        return f"{{ {within} }}" if within else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return str(value).lower() if isinstance(value, bool) else repr(value)
