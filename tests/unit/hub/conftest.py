"""What the hub's tests share."""

from __future__ import annotations

import pytest
from hub_bench import founded, tick

from appliance.hub import office_time


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """A machine without internet time and without a clock chip."""
    monkeypatch.setattr(office_time, "synchronised", lambda: False)
    monkeypatch.setattr(office_time, "CHIPS", tmp_path / "no chips")


@pytest.fixture
def hub(tmp_path):
    """A hub in its first day."""
    bench = founded(tmp_path / "giliran.db")
    tick(bench)
    yield bench
    bench.store.close()
