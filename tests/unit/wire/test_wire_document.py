"""The published contract is the one in the code."""

from __future__ import annotations

from pathlib import Path

from appliance.tools.pages.wire_page import document


def test_the_document_says_what_the_code_does():
    written = Path(__file__).parents[3] / "docs" / "wire.md"
    assert written.read_text(encoding="utf-8") == document(), "run ./dev run wire > docs/wire.md"
