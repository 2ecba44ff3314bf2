"""Whatever a box says of a part has a sentence in every language, and every sentence belongs to something said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import appliance
import appliance.speech.watched
import kiosk.alone.journal
from appliance.texts import find, keys
from appliance.texts.parts import LOGGED, PartFault, name_of_part, of_part
from appliance.wire.messages import Part

ROOT = Path(appliance.__file__).parent.parent
PACKAGES = ("appliance", "kiosk", "display", "counter_keypad")
LANGUAGES = ("id", "en")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
NAMING = {"_try": 0, "__init__": 0}
"""Where parts that share code are given their name: ``_try("buzzer", …)``, ``super().__init__("number pad", …)``."""


class Said(msgspec.Struct, frozen=True):
    """One place in the source that says something. ``name`` and ``values`` are None where they are not written out."""

    where: str
    name: str | None
    code: str
    values: frozenset[str] | None


def trees():
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def literal(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def codes(node):
    """Return the codes that an expression may be; None if they are not written there."""
    if isinstance(node, ast.IfExp):
        return [*codes(node.body), *codes(node.orelse)]
    return [node.value] if literal(node) is not None else None


def called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def faults() -> dict[str, str]:
    """Return the part that each class of ``PartFault`` speaks of."""

    def below(kind: type[PartFault]) -> Iterator[type[PartFault]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    known = {kind.__name__: kind.name for kind in below(PartFault) if kind.__module__.startswith(PACKAGES)}
    assert {kiosk.alone.journal.JournalFault.__name__, appliance.speech.watched.WorkerLost.__name__} <= known.keys()
    return known


def made(where, call, sets):
    """Yield what one ``Part(…)`` says."""
    code = call.args[2] if len(call.args) > 2 else None
    values = call.args[3] if len(call.args) > 3 else None
    assert not call.keywords, f"{where}: write name, state, code and values in this order"
    if code is None:
        return
    found = codes(code)
    if found is None:  # what a fault says: those are looked at where they are made
        assert isinstance(code, ast.Attribute), f"{where}: write the code out"
        assert code.attr == "code", f"{where}: write the code out"
        return
    for one in found:
        yield Said(where, literal(call.args[0]), one, given(where, values, sets))


def given(where, values, sets):
    """Return the keys of an expression for values, through names that are set beside it."""
    if values is None:
        return frozenset()
    if isinstance(values, ast.Name):
        nearest = max((at for at in sets.get(values.id, {}) if at <= values.lineno), default=None)
        assert nearest is not None, f"{where}: {values.id} is set elsewhere"
        return given(where, sets[values.id][nearest], sets)
    assert isinstance(values, ast.Dict), f"{where}: write the values out"
    names: frozenset[str] = frozenset()
    for key, value in zip(values.keys, values.values, strict=True):
        names |= given(where, value, sets) if key is None else {literal(key)}
    return names


def all_said() -> list[Said]:
    kinds, said = faults(), []
    for file, tree in trees():
        sets: dict[str, dict[int, ast.AST]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                sets.setdefault(node.targets[0].id, {})[node.lineno] = node.value
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            where = f"{file}:{node.lineno}"
            if called(node) == "Part":
                said += made(where, node, sets)
            elif called(node) in kinds:
                for code in codes(node.args[0]) or []:
                    values = frozenset(str(keyword.arg) for keyword in node.keywords)
                    said.append(Said(where, kinds[called(node)], code, values))
    return said


def all_names() -> set[str]:
    """Return every name that a part can have."""
    found = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (called(node) == "Part" or called(node) in NAMING) and node.args:
                found.add(literal(node.args[0]))
    shared = {found for found in found if found and f"part_name.{found}" in keys("id")}
    return shared | {said.name for said in all_said() if said.name}


def key_of(said: Said) -> str:
    own = f"part.{said.name}.{said.code}"
    return own if own in keys("id") else f"part.any.{said.code}"


SAID = all_said()


def test_the_source_has_been_read():
    assert len(SAID) > 120
    assert {"appliance", "kiosk", "display", "counter_keypad"} == {said.where.split("/")[0] for said in SAID}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_said_has_a_sentence_that_names_what_is_given(language):
    for said in SAID:
        key = key_of(said)
        assert key in keys(language), f"{said.where}: no sentence for {said.name} {said.code}"
        assert set(PLACEHOLDER.findall(find(key, language))) == said.values, f"{said.where}: {key}"


def test_every_sentence_is_said_by_something():
    assert {key for key in keys("id") if key.startswith("part.")} == {key_of(said) for said in SAID}


def test_every_part_has_a_name_and_every_name_a_part():
    assert {key.removeprefix("part_name.") for key in keys("id") if key.startswith("part_name.")} == all_names()


def test_a_sentence_is_calm_and_whole():
    for language in LANGUAGES:
        for key in keys(language):
            if key.startswith("part."):
                sentence = find(key, language)
                assert sentence[0].isupper() or sentence[0] == "{" or sentence.startswith("piper:"), key
                assert sentence.endswith((".", "?", "}")), key
                assert "!" not in sentence, key


def test_a_part_is_told_in_the_language_of_who_reads_it():
    part = Part("disk", "fault", "nearly_full", {"megabytes": "200", "folder": "/var"})
    assert of_part(part, "id").startswith("Kurang dari 200 MB kosong pada /var; mesin masih melayani.")
    assert of_part(part, LOGGED).startswith("Less than 200 MB free on /var; the machine still serves.")
    assert of_part(part, "jv") == of_part(part, "id")
    assert (name_of_part("disk", "id"), name_of_part("disk", "en")) == ("Penyimpanan", "Disk")
    assert of_part(Part("power", "ok"), "id") == ""


def test_what_parts_share_is_said_once():
    assert of_part(Part("scanner", "unknown", "not_tried_yet"), "en") == "Not tried yet."


def test_what_a_newer_box_says_is_shown_as_it_came():
    later = Part("printer", "fault", "gone_to_mars", {"planet": "Mars", "odd": "{0.x}"})
    assert of_part(later, "id") == "gone_to_mars, Mars, {0.x}"
    assert of_part(Part("disk", "fault", "nearly_full", {"of": "5 GB"}), "id") == "nearly_full, 5 GB"
    assert name_of_part("flux capacitor", "id") == "flux capacitor"
    assert of_part(Part("disk", "fault", "free", {"megabytes": "{megabytes.x}"}), "en") == "{megabytes.x} MB free."


def test_a_fault_reads_in_the_log_as_in_the_presence():
    fault = kiosk.alone.journal.JournalFault("disk_full", folder="/var/lib/giliran")
    assert str(fault) == of_part(Part("offline", "fault", fault.code, fault.values), LOGGED)
    assert "/var/lib/giliran" in str(fault)
