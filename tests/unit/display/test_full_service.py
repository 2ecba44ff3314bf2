"""A service that is full for today, on the board."""

from __future__ import annotations

import pytest

from appliance.wire.messages import ServiceState
from display import board_text


@pytest.mark.parametrize(("language", "line"), [("id", "penuh hari ini"), ("en", "full for today")])
@pytest.mark.parametrize("waiting", [0, 9])
def test_it_says_so_whoever_still_waits(language: str, line: str, waiting: int) -> None:
    state = ServiceState("a", "A", {"id": "Satu"}, waiting, open=False, reason="full", low=10, high=20)
    (cell,) = board_text.services([state], language)
    assert (cell["line"], cell["waiting"], cell["open"]) == (line, waiting, False)
