"""Paths and values of an office in words: what was changed, and what is wrong with it (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance import texts
from appliance.engine.soundness import Problem
from appliance.web.admin.changes import LISTS, Change, Office, Path
from appliance.web.admin.typed import spans_text


class Wording:
    """Says what stands in offices.

    Args:
        language: of the words.
        offices: in which names of what has an id are looked up, the first one first.
    """

    def __init__(self, language: str, *offices: Office) -> None:
        self._language = language
        self._offices = offices

    def label(self, path: Path) -> str:
        """Return what a path means: ``Layanan A Pendaftaran · Nama (Indonesia)``."""
        if path[0] in LISTS and len(path) > 1:
            return " · ".join([self._item(path), *self._keys(path[2:])])
        if path[0] in LISTS:
            return self._word(f"admin.order.{path[0]}", path[0])
        if path[0] == "holidays" and len(path) > 1:
            return self._word("admin.field.holidays", path[0])
        if path[0] == "rules" and len(path) > 1:
            return self._word(f"admin.rule.{path[1]}.name", path[1])
        if path[0] == "texts" and len(path) > 1:
            return " · ".join(self._own_words(path))
        return " · ".join(self._keys(path))

    def value(self, path: Path, value: Any) -> str:
        """Return a value as people read it; a dash where there is nothing."""
        if value is None or value in ("", [], {}):
            return "–"
        if isinstance(value, bool):
            return self._word("admin.yes" if value else "admin.no", str(value))
        if isinstance(value, Mapping):
            return self._mapping(path, value)
        if isinstance(value, list):
            return self._list(path, value)
        if isinstance(value, float):
            return f"{value:g}"
        if path[0] == "rules" or "services" in path[1:]:
            return self._known(str(value))
        return str(value)

    def kind(self, change: Change) -> str:
        """Return whether something was added, removed or changed: a key below ``admin.change``."""
        if change.before is None:
            return "added"
        return "removed" if change.after is None else "changed"

    def problem(self, problem: Problem) -> str:
        """Return what is wrong, in a sentence that says what to do."""
        keys = problem.path.split(".")
        word = next((key for key in reversed(keys) if texts.find(f"admin.problem.shape_of.{key}")), "any")
        key = f"admin.problem.{problem.code}" if problem.code != "shape" else f"admin.problem.shape_of.{word}"
        found = texts.find(key, self._language)
        values = {name: self._known(value) for name, value in problem.values.items()}
        try:
            return found.format(**values) if found else problem.advice
        except KeyError:
            return problem.advice  # the sentence of another release names something else

    def where(self, problem: Problem) -> str:
        """Return where it is wrong; empty if it is about all of it."""
        return self.label(tuple(problem.path.split("."))) if problem.path else ""

    # -- within ----------------------------------------------------------------------------------------------------

    def _item(self, path: Path) -> str:
        found = self._find(path[0], path[1])
        name = texts.pick(found.get("names") or {}, self._language) if found else path[1]
        prefix = f"{found['prefix']} " if found and found.get("prefix") else ""
        # Isolated: a name written from right to left turns nothing around it.
        return f"{self._word(f'admin.item.{path[0]}', path[0])} {prefix}\u2068{name}\u2069"

    def _find(self, kind: str, key: str) -> dict[str, Any] | None:
        for office in self._offices:
            for item in office.get(kind, ()):
                if item.get("id") == key:
                    return dict(item)
        return None

    def _keys(self, keys: Path) -> list[str]:
        found = []
        for place, key in enumerate(keys):
            before = keys[place - 1] if place else ""
            if before in ("names", "bring", "group"):
                found.append(self._language_of(key))
            elif before in ("hours", "roster"):
                found.append(self._word(f"admin.weekday.{key}", key))
            else:
                found.append(self._word(f"admin.field.{key}", key))
        return found

    def _language_of(self, code: str) -> str:
        return self._word(f"admin.language.{code}", code)

    def _own_words(self, path: Path) -> list[str]:
        """Return what one of the office's own words is called; a problem's path has its key in pieces."""
        place, *rest = ".".join(path[1:]).split(".", 2)
        said = [self._word(f"words.text.{place}.{name}", name) for name in rest[:1]]
        return [self._word(f"words.place.{place}", place), *said, *(self._language_of(code) for code in rest[1:])]

    def _list(self, path: Path, value: list[Any]) -> str:
        if path[0] in LISTS and len(path) == 1:
            return " · ".join(self._named(path[0], key) for key in value)
        if all(isinstance(one, list) for one in value):
            return spans_text(value)
        if path[-1] in ("services", "helps"):
            return ", ".join(self._named("services", str(key)) for key in value)
        return "; ".join(self.value(path, one) for one in value)

    def _mapping(self, path: Path, value: Mapping[str, Any]) -> str:
        if path[0] in LISTS and len(path) == 2:
            return texts.pick(dict(value.get("names") or {}), self._language) or str(value.get("id", ""))
        if "place" in value:
            sentence = texts.find(f"admin.place.{value['place']}", self._language)
            return sentence.format(calls=value.get("calls", ""))
        if "names" in value:
            return texts.pick(dict(value["names"]), self._language)
        return ", ".join(f"{key}: {self.value((*path, key), one)}" for key, one in value.items())

    def _named(self, kind: str, key: str) -> str:
        found = self._find(kind, key)
        return texts.pick(found.get("names") or {}, self._language) or key if found else key

    def _known(self, value: str) -> str:
        """Return the word for a weekday, an id of ours or a service; the value itself if it is none of them."""
        for key in (f"admin.weekday.{value}", f"web.pause.{value}", f"web.pick.{value}"):
            if texts.find(key):
                return texts.find(key, self._language)
        return self._named("services", value)

    def _word(self, key: str, otherwise: str) -> str:
        return texts.find(key, self._language) or otherwise
