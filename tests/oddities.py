"""Messages that are right but for one field, which holds what nobody expects there."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from appliance.wire.messages import Message

ODD_TEXTS = (
    "", " ", "\n", "A012\n", "\x00", "\u202eA012", "Ж012", "A²", "٠١٢", "{0}{number:d}", "%s", "<b>A</b>", "0" * 400,
    "../../etc", "Asia", "/", "x" * 5_000,
)  # fmt: skip
ODD_NUMBERS = (0, -1, 1, 2**31, 2**53 + 1, 2**62, 2**63, 2**64, 10**30, 0.0, -0.5, 1e-300, 1e300)
ODD_OTHERS = (None, True, False, [], {}, [None], {"": ""}, {"id": ""}, {"xx": "?"})
ODD: tuple[Any, ...] = (*ODD_TEXTS, *ODD_NUMBERS, *ODD_OTHERS)


def odd_ones(message: Message) -> Iterator[bytes]:
    """Yield the payload with each of its fields, however deep, replaced by each odd value or left out."""
    right = json.loads(msgspec.json.encode(message))
    for path in list(_paths(right)):
        for value in ODD:
            wrong = copy.deepcopy(right)
            _parent(wrong, path)[path[-1]] = value
            yield json.dumps(wrong).encode()
        short = copy.deepcopy(right)
        del _parent(short, path)[path[-1]]
        yield json.dumps(short).encode()


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    found = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in found:
        yield (*path, key)
        yield from _paths(inner, (*path, key))


def _parent(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        value = value[key]
    return value
