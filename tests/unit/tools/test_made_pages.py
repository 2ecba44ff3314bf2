"""What docs/ says of messages, events, rows and settings is what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.tools.pages.pages import PAGES

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_made_from_the_code_says_what_the_code_does(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run ./dev run pages"
