"""What the hub's tests share."""

from __future__ import annotations

import pytest
from hub_bench import founded, tick


@pytest.fixture
def hub(tmp_path):
    """A hub in its first day."""
    bench = founded(tmp_path / "giliran.db")
    tick(bench)
    yield bench
    bench.store.close()
