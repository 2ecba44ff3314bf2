"""What the hub does by itself: the day opens and closes, and a clock that cannot be believed is not."""

from __future__ import annotations

import pytest
from hub_bench import NOW, founded, tick

from appliance.store.database import StorageFault
from appliance.wire import messages as m

DAY_MS = 86_400_000


@pytest.fixture
def hub(tmp_path):
    bench = founded(tmp_path / "giliran.db")
    yield bench
    bench.store.close()


def told(hub):
    hub.house.publish_clock()
    return hub.link.clocks[-1].at


def test_the_day_opens_by_itself(hub):
    assert (tick(hub).is_open, hub.handler.day.date) == (True, "2026-04-06")


def test_the_day_closes_at_its_hour_and_the_next_one_opens_after_midnight(hub):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    hub.moved = 15 * 3_600_000
    assert tick(hub).is_open is False
    assert hub.handler.day.tickets["A001"].state == "expired"
    assert tick(hub, DAY_MS // 3).date == "2026-04-07"


def test_a_hub_that_was_off_at_that_hour_closes_yesterday_before_it_opens_today(hub):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    hub.moved = DAY_MS
    assert tick(hub).date == "2026-04-07"
    assert hub.ask(hub.request(m.Issue("a")))[0].number == "A001"


def test_a_clock_of_1970_is_not_believed_and_the_day_stays_closed(hub):
    hub.moved = -NOW
    assert not tick(hub).is_open
    assert told(hub) is None
    assert hub.ask(hub.request(m.Issue("a")))[0].code == "office_closed"


def test_a_clock_that_jumps_back_a_day_does_not_reopen_yesterday(hub):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    hub.moved = -DAY_MS
    assert tick(hub).date == "2026-04-06"
    assert told(hub) is None


def test_a_small_correction_of_the_clock_is_no_alarm_and_time_stands_still_meanwhile(hub):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    last = hub.handler.day.at
    hub.moved = -5_000
    tick(hub, 100)
    assert told(hub) == last


@pytest.mark.expects_log("nothing was stored")
def test_after_the_disk_refused_the_day_is_tried_again_with_a_pause(hub, monkeypatch):
    tries = []

    def full(*_):
        tries.append(hub.clock.ms)
        raise StorageFault("disk full")

    real = hub.store.commit
    monkeypatch.setattr(hub.store, "commit", full)
    for _ in range(100):
        tick(hub, 100)
    assert 1 <= len(tries) <= 3
    monkeypatch.setattr(hub.store, "commit", real)
    assert tick(hub, 6000).is_open
