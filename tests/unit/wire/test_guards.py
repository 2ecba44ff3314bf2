"""Patterns let through what they say and not a sign more: a line break behind a number is no number."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.wire import messages as m
from appliance.wire import topics

PACKAGES = ("appliance", "kiosk", "display", "counter_keypad")
ROOT = Path(__file__).parents[3]
SOURCES = sorted(file for folder in (*PACKAGES, "tests") for file in (ROOT / folder).rglob("*.py"))


def _modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not found.name.endswith("__main__") and not found.name.rpartition(".")[2][0].isdigit():
                yield importlib.import_module(found.name)


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Yield every call that takes a pattern, with the pattern's expression."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        yield from ((node, word.value) for word in node.keywords if word.arg == "pattern")
        function = node.func
        if isinstance(function, ast.Attribute) and ast.unparse(function.value) == "re" and node.args:
            yield node, node.args[0]


def _text(expression: ast.expr) -> str:
    """Return the pattern's own text, what is filled in at run time left out."""
    parts = [part.value for part in ast.walk(expression) if isinstance(part, ast.Constant)]
    return "".join(part.decode("latin-1") if isinstance(part, bytes) else str(part) for part in parts if part)


PATTERNS = sorted(
    {
        pattern.value
        for file in SOURCES
        for call, pattern in _calls(ast.parse(file.read_text()))
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "Meta"
        and isinstance(pattern, ast.Constant)
        and isinstance(pattern.value, str)
    }
)
"""Of every text that a message or a file of settings may carry."""

GUARDS = {
    guard.pattern: guard
    for module in _modules()
    for guard in vars(module).values()
    if isinstance(guard, re.Pattern) and isinstance(guard.pattern, str) and guard.pattern.endswith(r"\Z")
}
"""Everything compiled that says where a text ends."""


def _carried(info: Any) -> Iterator[str]:
    """Yield the patterns in a type of the wire."""
    if isinstance(info, msgspec.inspect.StrType) and info.pattern:
        yield info.pattern
    for name in getattr(info, "__struct_fields__", ()):
        inner = getattr(info, name)
        for one in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(one, msgspec.inspect.Field):
                yield from _carried(one.type)
            elif isinstance(one, msgspec.inspect.Type):
                yield from _carried(one)


def test_the_walk_finds_the_contract_s_patterns():
    carried = set(_carried(msgspec.inspect.type_info(m.Request)))
    assert len(carried) >= 7
    assert carried <= set(PATTERNS)
    assert topics.NODE_NAME.pattern in GUARDS


@pytest.mark.parametrize("pattern", PATTERNS)
@given(data=st.data())
def test_a_text_is_taken_and_with_a_line_break_refused(pattern, data):
    kind = Annotated[str, msgspec.Meta(pattern=pattern)]
    valid = data.draw(st.from_regex(pattern))
    assert msgspec.convert(valid, kind) == valid
    for odd in (valid + "\n", "\n" + valid, valid + "\n" + valid):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(odd, kind)


@pytest.mark.parametrize("pattern", GUARDS)
@given(data=st.data())
def test_a_compiled_guard_refuses_the_same_with_a_line_break(pattern, data):
    guard = GUARDS[pattern]
    valid = data.draw(st.from_regex(guard))
    assert guard.search(valid)
    assert not any(ask(valid + "\n") for ask in (guard.search, guard.match, guard.fullmatch))


@pytest.mark.parametrize(
    ("field", "valid"), [("number", "AX01"), ("service", "a"), ("id", "b" * 32), ("instead_of", "c" * 32)]
)
def test_an_offline_ticket_with_a_line_break_in_a_field_is_malformed(field, valid):
    ticket = {"number": "AX02", "service": "b", "age": 0, "id": "d" * 32, field: valid}
    body = {"do": "merge_offline", "tickets": [ticket]}
    request = {"v": 1, "id": "a" * 32, "seen": {"boot": "", "tick": 0, "since": 0}, "body": body}
    assert m.decode(msgspec.json.encode(request), m.Request).body
    ticket[field] += "\n"
    with pytest.raises(m.Malformed, match=field):
        m.decode(msgspec.json.encode(request), m.Request)


def test_a_node_with_a_line_break_in_its_name_sends_no_command():
    assert topics.sender_of_command("giliran/1/command/kiosk-1\n") is None


def test_nobody_ends_a_pattern_with_a_dollar():
    """In Python it also stands before a line break at the end: write \\Z, or mean lines and say MULTILINE."""
    found = []
    for file in SOURCES:
        for call, pattern in _calls(ast.parse(file.read_text())):
            bare = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "", _text(pattern), flags=re.DOTALL)
            if "$" in bare and "MULTILINE" not in ast.unparse(call):
                found.append(f"{file.relative_to(ROOT)}:{call.lineno}")
    assert not found


def test_nobody_asks_a_pattern_for_the_beginning_alone():
    """``match`` leaves the end open: ``fullmatch`` for guards, ``search`` for what stands within a text."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in SOURCES
        if file != Path(__file__)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "match"
    ]
    assert not found
