"""Old events in the words of today: the log outlives every release, and no record in it is ever changed.

Each step takes the fields of an event as the release before wrote them and returns them as this one reads them. A log
of every release is kept among the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Fields = dict[str, Any]


def upcast(kind: str, version: int, fields: Fields) -> Fields:
    """Return an event's fields in the present version.

    Args:
        kind: the event's type.
        version: the one that it was written with.
        fields: as written.
    """
    for step in _STEPS[version - 1 :]:
        change = step.get(kind)
        fields = change(fields) if change else fields
    return fields


def _what_was_told_together(fields: Fields) -> Fields:
    """Version 2 keeps what the citizen was told in one place, ``told``."""
    apart = {"ahead", "low", "high"}
    told = {name: fields[name] for name in apart & fields.keys()}
    return {name: value for name, value in fields.items() if name not in apart} | {"told": told}


_STEPS: Final[list[dict[str, Callable[[Fields], Fields]]]] = [
    {"TicketIssued": _what_was_told_together},
    {},
]
"""The first entry leads from version 1 to 2, and so on. The defaults of what version 3 added say what was so before."""
