"""The measurement with few and with many people waiting runs, on crowds that come in a moment."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from appliance.tools.bench import bench


@pytest.mark.expects_log("connection to the broker lost")
def test_calls_are_measured_with_few_and_with_many_people_waiting(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "MANY", 60)
    monkeypatch.setattr(bench, "TURNS", 2)
    figures = bench.crowd(tmp_path / "office", 5)
    assert set(figures) == {
        *(f"call_next_ms_p{part}_{waiting}_waiting" for part in (50, 99) for waiting in (10, 60)),
        "call_next_waiting_ratio",
    }
    assert min(figures.values()) > 0
    for waiting in (10, 60):
        file = tmp_path / "office" / "hub-1" / f"waiting-{waiting}.db"
        with contextlib.closing(sqlite3.connect(file)) as connection:
            states = dict(connection.execute("SELECT state, count(*) FROM ticket GROUP BY state"))
        assert states["waiting"] == waiting, "so many wait from the first call to the last"
        assert states["served"] + states["called"] == 10
