"""Whatever a page says comes from the catalogues, in both languages, and every key that is asked for is there."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from appliance import texts

ROOT = Path(__file__).parents[3] / "appliance"
TEMPLATES = sorted(p for folder in ("web", "pages") for p in (ROOT / folder / "templates").rglob("*.*"))
SAID = {"title", "alt", "placeholder", "aria-label", "aria-description", "label"}
ALLOWED = {"Enter", "T", "P"}
"""What is the same in every language: keys of the keyboard."""
ATTRIBUTES = re.compile(r"\{% block (look|live) %\}.*?\{% endblock %\}", re.DOTALL)
"""Blocks that stand within a tag."""


class Words(HTMLParser):
    """Collects what a template itself says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within.append(tag)
        self.found += [value or "" for name, value in attrs if name in SAID]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.within:
            while self.within.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.within or self.within[-1] not in ("script", "style"):
            self.found.append(data)


def without_code(template: str) -> str:
    template = ATTRIBUTES.sub(" ", template)
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", " ", template, flags=re.DOTALL)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_says_nothing_of_its_own(file: Path) -> None:
    words = Words()
    words.feed(without_code(file.read_text(encoding="utf-8")))
    said = {part for text in words.found for part in re.split(r"\s+", text) if part}
    letters = {part for part in said - ALLOWED if re.search(r"[^\W\d_]", part)}
    assert letters == set()


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_text_that_a_template_asks_for_is_in_the_catalogues(file: Path) -> None:
    tree = jinja2.Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
    asked = {
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "t"
        and call.args
        and isinstance(call.args[0], nodes.Const)
    }
    missing = {(key, language) for key in asked for language in ("id", "en") if key not in texts.keys(language)}
    assert missing == set()


def test_a_planted_word_is_found() -> None:
    words = Words()
    words.feed(without_code('<p title="Halo">{{ t("x") }} <b>Selamat</b></p>'))
    assert {"Halo", "Selamat"} <= {word.strip() for word in words.found}
