"""What of an office is not even of the right kind, field by field: the hub would name only the first (pure)."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

from appliance.engine.definition import Definition
from appliance.engine.soundness import Problem, problems
from appliance.texts import office_words

MOST: Final = 60
"""So many problems are told at once."""


def office_problems(office: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with an office as far as that is told without the hub's calendar."""
    found = list(_struct("", Definition, office))[:MOST]
    if found:
        return found
    try:
        definition = msgspec.convert(office, Definition)
    except msgspec.ValidationError as error:
        return [Problem("", "shape", str(error))]
    return [*problems(definition), *own_words_problems(definition.texts)]


def own_words_problems(given: office_words.Given) -> list[Problem]:
    """Return what is wrong with the office's own words."""
    return [Problem(one.path, one.code, one.advice, one.values) for one in office_words.faults(given)]


def whole(office: dict[str, Any]) -> dict[str, Any]:
    """Return a right office with every field, also those that have their defaults."""
    # By way of JSON, so that lists are lists as on the wire.
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.convert(office, Definition)))
    return found


def bounds(kind: Any) -> tuple[float | None, float | None]:
    """Return the lowest and highest number that a field takes; None where there is no bound."""
    for part in _parts(kind):
        if get_origin(part) is Annotated:
            for note in get_args(part)[1:]:
                if isinstance(note, msgspec.Meta) and (note.ge is not None or note.gt is not None):
                    return note.ge if note.ge is not None else note.gt, note.le
    return None, None


def _struct(path: str, kind: Any, value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, "shape", "a table is wanted here")
        return
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for name in value.keys() - fields.keys():
        yield Problem(_below(path, name), "unknown_key", "there is no such key", {"key": str(name)})
    wrong = False
    for name, field in fields.items():
        below = _below(path, name)
        if name in value:
            for problem in _value(below, field.type, value[name]):
                wrong = True
                yield problem
        elif field.required:
            wrong = True
            yield Problem(below, "needed", "it is missing")
    if not wrong and path:
        yield from _converted(path, kind, {name: value[name] for name in value.keys() & fields.keys()})


def _value(path: str, kind: Any, value: Any) -> Iterator[Problem]:
    bare = _bare(kind)
    arguments = get_args(bare)
    if get_origin(bare) is dict and isinstance(value, dict):
        wrong = False
        for key, below in value.items():
            for problem in _value(_below(path, key), arguments[1], below):
                wrong = True
                yield problem
        if not wrong:
            yield from _converted(path, kind, value)
    elif get_origin(bare) is tuple and _is_struct(arguments[0]) and isinstance(value, list | tuple):
        for place, item in enumerate(value):
            name = item.get("id", place) if isinstance(item, dict) else place
            yield from _struct(_below(path, name), arguments[0], item)
    elif _is_struct(bare):
        yield from _struct(path, bare, value)
    else:
        yield from _converted(path, kind, value)


def _converted(path: str, kind: Any, value: Any) -> Iterator[Problem]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        low, high = bounds(kind)
        if value in ("", {}, [], ()) or value is None:
            yield Problem(path, "needed", "it is empty")
        elif low is not None and high is not None:
            yield Problem(path, "range", str(error), {"low": f"{low:g}", "high": f"{high:g}"})
        elif low is not None:
            yield Problem(path, "at_least", str(error), {"low": f"{low:g}"})
        else:
            yield Problem(path, "shape", str(error))


def _below(path: str, name: Any) -> str:
    return f"{path}.{name}" if path else str(name)


def _parts(kind: Any) -> list[Any]:
    """Return a type and, if it is a choice of several, each of them."""
    return [kind, *get_args(kind)] if get_origin(kind) in (typing.Union, types.UnionType) else [kind]


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
