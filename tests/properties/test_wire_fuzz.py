"""Odd commands through the hub's own handler: none raises, every answer decodes, the invariants hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.hub import handler
from appliance.tools.proofs import wire_fuzz
from appliance.wire import messages as m

pytestmark = pytest.mark.expects_log(
    "malformed command",
    "may not ask for",
    "failed through a mistake of ours",
    "waits to be taken over",
    "the office's time",
    "cannot have printed up to",
)
COMMANDS = 12_000


@pytest.mark.timeout(600)
def test_no_odd_command_raises_and_the_queue_stays_right(tmp_path: Path) -> None:
    found, answers = wire_fuzz.play(tmp_path, COMMANDS, seed=47)
    assert found == []
    assert sum(answers.values()) > COMMANDS * 0.9
    assert answers["accepted"] > COMMANDS * 0.1
    assert len(answers) > 30, f"too few kinds of answers: {dict(answers)}"


def test_a_command_that_raises_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = handler.translate.command

    def planted(body, beside):  # type: ignore[no-untyped-def]  # as the real one
        if isinstance(body, m.Cancel) and body.number.startswith("A"):
            raise KeyError(body.number)
        return real(body, beside)

    monkeypatch.setattr(handler.translate, "command", planted)
    found, _ = wire_fuzz.play(tmp_path, 3_000, seed=47)
    assert "mistakes of our own" in found[0]
