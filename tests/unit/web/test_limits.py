"""How much anybody may ask for: bursts, the long run, and nobody costs another anything; on virtual time."""

from __future__ import annotations

import pytest

from appliance.web.api import limits
from appliance.web.api.limits import Buckets


def test_a_burst_then_the_long_run() -> None:
    buckets = Buckets(2.0, 5.0)
    assert [buckets.take("a", 0) for _ in range(7)] == [0, 0, 0, 0, 0, 1, 1]
    assert buckets.take("b", 0) == 0
    taken = sum(buckets.take("a", now) == 0 for now in range(0, 10_000, 10))
    assert taken == pytest.approx(20, abs=1)


def test_the_wait_that_is_told_is_enough() -> None:
    buckets = Buckets(0.1, 1.0)
    assert buckets.take("a", 0) == 0
    wait = buckets.take("a", 0)
    assert wait == 10
    assert buckets.take("a", wait * 1000) == 0


def test_no_more_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BUCKETS", 3)
    buckets = Buckets(1.0, 1.0)
    for who in "abcd":
        buckets.take(who, 0)
    assert len(buckets._buckets) == 3
