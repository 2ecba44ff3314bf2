"""What differs between two offices, and what two people's changes of one come to (pure).

An office is looked at as a flat map from paths to values, so that two changes collide only where they meet: services,
counters and journeys count by their ids, holidays by their dates, opening hours by weekday.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec

Office = dict[str, Any]
Path = tuple[str, ...]
Flat = dict[Path, Any]
LISTS: Final = ("services", "counters", "journeys")
"""Whose items have ids."""
WHOLE: Final = ("rules",)
"""Whose values are changed as a whole, whatever they are made of."""
MISSING: Final = None
MINE: Final = "mine"
THEIRS: Final = "theirs"


class Change(msgspec.Struct, frozen=True):
    """One thing that differs; ``before`` and ``after`` are None where there is nothing.

    An item that came or went is one change, with the item itself as its value.
    """

    path: Path
    before: Any
    after: Any


class Collision(msgspec.Struct, frozen=True):
    """One thing that both changed, and differently. ``taken``: whose was chosen; empty if nobody was asked yet."""

    path: Path
    mine: Any
    theirs: Any
    taken: str = ""

    @property
    def key(self) -> str:
        """Return the name under which a form asks for the choice."""
        return "/".join(self.path)


class Merge(msgspec.Struct, frozen=True):
    """What two changes come to. Where a collision is not decided, it is as theirs."""

    office: Office
    collisions: list[Collision]

    @property
    def open(self) -> bool:
        """Tell whether something is still to be decided."""
        return any(not collision.taken for collision in self.collisions)


def flat(office: Mapping[str, Any]) -> Flat:
    """Return an office as paths and values."""
    found: Flat = {}
    for key, value in office.items():
        if key in LISTS:
            found[(key,)] = [item["id"] for item in value]
            for item in value:
                found.update(_leaves((key, item["id"]), item))
        elif key == "holidays":
            found.update({(key, date): date for date in value})
        else:
            found.update(_leaves((key,), value))
    return found


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and not (path[0] in WHOLE and len(path) > 1):
        for key, below in value.items():
            yield from _leaves((*path, key), below)
    elif value is not None and not (path[0] == "hours" and not value):
        yield path, list(value) if isinstance(value, tuple) else value


def unflat(found: Flat) -> Office:
    """Return the office of which ``found`` are the paths and values."""
    office: Office = {}
    items: dict[str, dict[str, dict[str, Any]]] = {key: {} for key in LISTS}
    for path, value in found.items():
        if path[0] in LISTS:
            if len(path) > 1:
                _put(items[path[0]].setdefault(path[1], {}), path[2:], value)
        elif path[0] == "holidays":
            office.setdefault("holidays", []).append(value)
        else:
            _put(office, path, value)
    for key in LISTS:
        order = [i for i in found.get((key,), []) if i in items[key]]
        office[key] = [items[key][i] for i in [*order, *(i for i in items[key] if i not in order)]]
    if "holidays" in office:
        office["holidays"].sort()
    return office


def _put(into: dict[str, Any], path: Path, value: Any) -> None:
    for key in path[:-1]:
        into = into.setdefault(key, {})
    into[path[-1]] = value


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what differs, in the order of the newer one, what is gone at the end."""
    old, new = flat(before), flat(after)
    found, told = [], set()
    for path in [*new, *(path for path in old if path not in new)]:
        if path[0] in LISTS and len(path) == 1:
            if _moved(old.get(path, []), new.get(path, [])):
                found.append(Change(path, old.get(path), new.get(path)))
            continue
        item = path[:2] if path[0] in LISTS else path
        if item in told:
            continue
        if len(item) < len(path) and _is_there(old, item) != _is_there(new, item):
            told.add(item)
            found.append(Change(item, _item(old, item), _item(new, item)))
        elif old.get(path) != new.get(path):
            found.append(Change(path, old.get(path), new.get(path)))
    return found


def merge(base: Office, mine: Office, theirs: Office, taken: Mapping[str, str]) -> Merge:
    """Return what comes of two changes of ``base``.

    Args:
        base: what both began with.
        mine: what one made of it.
        theirs: what the other did; it holds now.
        taken: by a collision's key, whose was chosen (``mine`` or ``theirs``).
    """
    old, own, now = flat(base), flat(mine), flat(theirs)
    merged = dict(now)
    collisions = list(_gone(old, own, now, merged, taken))
    settled = {collision.path for collision in collisions}
    for path in [*own, *(path for path in old if path not in own)]:
        if (path[0] in LISTS and len(path) == 1) or path[:2] in settled:
            continue
        item = path[:2]
        if path[0] in LISTS and _is_there(old, item) and not (_is_there(own, item) and _is_there(now, item)):
            continue  # it was taken away, and nobody minds
        before, want, have = old.get(path), own.get(path), now.get(path)
        if want in (before, have):
            continue
        if have != before:
            choice = taken.get("/".join(path), "")
            collisions.append(Collision(path, want, have, choice))
            if choice != MINE:
                continue
        _set(merged, path, want)
    for key in LISTS:
        merged[(key,)] = _order(old.get((key,), []), own.get((key,), []), now.get((key,), []))
    return Merge(unflat(merged), collisions)


def _gone(old: Flat, own: Flat, now: Flat, merged: Flat, taken: Mapping[str, str]) -> Iterator[Collision]:
    """See to what one took away: it goes, unless the other changed it meanwhile."""
    for item in [(key, i) for key in LISTS for i in old.get((key,), [])]:
        here, there = _is_there(own, item), _is_there(now, item)
        if here == there:
            continue
        kept = own if here else now
        if _below(kept, item) != _below(old, item):
            choice = taken.get("/".join(item), "")
            yield Collision(item, _item(own, item), _item(now, item), choice)
            if choice != MINE:
                continue
        elif here:
            continue  # they took it away, and I had not touched it
        for path in _below(now, item):
            merged.pop(path, None)
        merged.update(_below(own, item))


def _set(merged: Flat, path: Path, value: Any) -> None:
    if value is MISSING:
        merged.pop(path, None)
    else:
        merged[path] = value


def _order(old: list[str], own: list[str], now: list[str]) -> list[str]:
    """Return the order of a list: whoever moved something has moved it; what both have is as theirs."""
    if _moved(old, own) and not _moved(old, now):
        return [*own, *(i for i in now if i not in own)]
    return [*now, *(i for i in own if i not in now)]


def _moved(old: Collection[str], new: Collection[str]) -> bool:
    return [i for i in old if i in new] != [i for i in new if i in old]


def _is_there(found: Flat, item: Path) -> bool:
    return (*item, "id") in found


def _below(found: Flat, item: Path) -> Flat:
    return {path: value for path, value in found.items() if path[: len(item)] == item}


def _item(found: Flat, item: Path) -> Any:
    below: dict[str, Any] = {}
    for path, value in _below(found, item).items():
        _put(below, path[2:], value)
    return below or None
