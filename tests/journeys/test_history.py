"""The comparison of a short with a long past runs, on pasts that are made in a moment."""

from __future__ import annotations

import pytest

from appliance.tools.office import past
from appliance.tools.proofs import history


@pytest.mark.expects_log("connection to the broker lost")
def test_a_hub_with_a_past_starts_answers_and_is_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "CALLS", 10)
    past.make(tmp_path / "short.db", 100)
    past.make(tmp_path / "long.db", 5_000)
    with history.Comparison(tmp_path / "office") as office:
        found = office.measure({"short": tmp_path / "short.db", "long": tmp_path / "long.db"}, 2)
    assert {name: len(rounds) for name, rounds in found.items()} == {"short": 2, "long": 2}
    for one in [*found["short"], *found["long"]]:
        assert one.start_ms > 0
        assert one.call_ms_p50 > 0
        assert one.memory_mb > 10
