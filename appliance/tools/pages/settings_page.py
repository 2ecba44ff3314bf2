"""``docs/settings.md``: every key of every section of the configuration, from the structures that read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from appliance.engine.model import Definition
from appliance.hub.settings import HubSettings
from appliance.node.config import BrokerSettings
from appliance.node.daemon import ClockSettings
from appliance.tools.pages.columns import default, meanings, type_of, words
from appliance.web.settings import WebSettings
from counter_keypad.settings import KeypadSettings
from display.settings import DisplaySettings
from kiosk.settings import KioskSettings

SECTIONS: Final[dict[str, type]] = {
    "broker": BrokerSettings,
    "hub": HubSettings,
    "clock": ClockSettings,
    "office": Definition,
    "kiosk": KioskSettings,
    "display": DisplaySettings,
    "keypad": KeypadSettings,
    "web": WebSettings,
}
HEAD: Final = """# Every key of the configuration

Made from the code by `./dev run pages`; a test keeps it true. A box reads `giliran.toml` (or the file of its role) and
then `conf.d/*.toml` beside it, later files winning key by key; it takes only its own sections. A wrong key is refused
with its file, its path and what was expected. [install.md](install.md) says which few an office needs.
"""


def document() -> str:
    """Return the page."""
    return HEAD + "".join(line for name, kind in SECTIONS.items() for line in _section(name, kind))


def _section(path: str, kind: Any) -> Iterator[str]:
    yield f"\n## `[{path}]`\n\n{words(kind).removeprefix(f'`[{path}]`').lstrip(':. ') or 'Its keys.'}\n\n"
    yield "| key | type | default | |\n|---|---|---|---|\n"
    below: list[tuple[str, Any]] = []
    told = meanings(kind)
    for field in msgspec.structs.fields(kind):
        inner = _structure(field.type)
        shown = "needed" if field.required else "" if inner else f"`{_toml(default(field))}`"
        cells = (_cell(field.type, inner, path, field.encode_name), shown, told.get(field.name, ""))
        yield f"| `{field.encode_name}` | {' | '.join(cells)} |\n"
        if inner is not None:
            below.append((f"{path}.{field.encode_name}", inner))
    for name, inner in below:
        yield from _section(name, inner)


def _cell(annotation: Any, inner: Any, path: str, name: str) -> str:
    if inner is None:
        return type_of(annotation).replace("|", "\\|")
    info = msgspec.inspect.type_info(annotation)
    many = "tables " if isinstance(info, msgspec.inspect.ListType | msgspec.inspect.VarTupleType) else "table "
    return f"{many}`[{path}.{name}]`"


def _structure(annotation: Any) -> Any:
    """Return the structure that a field holds, alone or in a list; None if it holds none."""
    info = msgspec.inspect.type_info(annotation)
    kinds = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    for one in kinds:
        item = getattr(one, "item_type", one)
        if isinstance(item, msgspec.inspect.StructType):
            return item.cls
    return None


def _toml(value: Any) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case tuple() | list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
        case _:
            return str(value)
