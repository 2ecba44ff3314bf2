"""What docs/ says of messages, events, rows and settings is what the code does, and what it names is there."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from appliance.cli import TOOLS, VERBS
from appliance.tools.pages.pages import PAGES

HOUSE = Path(__file__).parents[3]
DOCS = HOUSE / "docs"
NAMED = re.compile(r"`((?:appliance|kiosk|display|counter_keypad|broker_config|systemd|tests)/[\w./-]+)`")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_made_from_the_code_says_what_the_code_does(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run ./dev run pages"


@pytest.mark.parametrize("page", [*DOCS.glob("*.md"), *HOUSE.glob("*.md")], ids=lambda page: page.name)
def test_files_and_folders_that_a_page_names_are_there(page):
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not (HOUSE / name).exists()] == []


@pytest.mark.parametrize("verb", VERBS | TOOLS)
def test_every_verb_says_what_it_can(verb, capsys):
    with pytest.raises(SystemExit) as end:
        import_module((VERBS | TOOLS)[verb][0]).main(["--help"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith((f"usage: giliran {verb} ", f"usage: dev {verb} "))
