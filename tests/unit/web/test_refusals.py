"""Whatever the engine and the hub may refuse, a console says in the language of whoever pressed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appliance import texts
from appliance.people import Permission

ROOT = Path(__file__).parents[3] / "appliance"
CODES = sorted(
    {
        code
        for folder in ("engine", "hub")
        for file in (ROOT / folder).glob("*.py")
        for code in re.findall(r'Refusal\(\s*"([a-z_]+)"', file.read_text(encoding="utf-8"))
    }
)


def test_the_codes_were_found() -> None:
    assert {"nobody_waiting", "counter_taken", "storage", "stale"} <= set(CODES)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("code", CODES)
def test_each_refusal_has_a_sentence(code: str, language: str) -> None:
    assert f"web.refusal.{code}" in texts.keys(language)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("permission", list(Permission))
def test_each_permission_has_a_name_where_tokens_are_made(permission: Permission, language: str) -> None:
    assert f"api.scope.{permission.replace(':', '_')}" in texts.keys(language)
