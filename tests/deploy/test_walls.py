"""No file needs itself, by whatever way round; import-linter holds the walls between rooms (``./dev lint``)."""

from __future__ import annotations

import graphlib
from itertools import pairwise

import pytest
from grimp import build_graph

PACKAGES = ("appliance", "kiosk", "display", "counter_keypad")


@pytest.fixture(scope="module")
def imports():
    graph = build_graph(*PACKAGES, exclude_type_checking_imports=False, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def circle(imports):
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        return " -> ".join(error.args[1])
    return ""


def test_nothing_imports_in_a_circle(imports):
    assert circle(imports) == ""


def test_a_circle_would_be_seen(imports):
    way = ["kiosk.printer.port", "kiosk.printer.drivers", "kiosk.printer.device"]
    planted = {module: set(imports[module]) for module in imports}
    for before, after in pairwise(way):
        planted[before].add(after)
    assert "kiosk.printer.port" in circle(planted)
