"""Forecasts are made in quiet moments, a little at a time, and are not believed for ever."""

from __future__ import annotations

import copy
import random

import pytest
from hub_bench import OFFICE, Bench

from appliance.engine.commands import DefineOffice
from appliance.hub import outlook as timing
from appliance.hub.calendar import opening_of
from appliance.hub.outlook import Outlook
from appliance.wire import messages as m


@pytest.fixture
def hub(tmp_path):
    bench = Bench(tmp_path / "giliran.db")
    bench.handler.execute(DefineOffice(OFFICE), "hub")
    bench.handler.execute(opening_of(OFFICE, bench.clock.office_ms()), "hub")
    bench.outlook = Outlook(bench.clock, random.Random(1))
    yield bench
    bench.store.close()


def come(hub):
    hub.ask(hub.request(m.Issue("a")))


def work(hub, steps=2_000):
    """Let the hub be idle; return the forecast that was finished, or None."""
    found = None
    for _ in range(steps):
        found = hub.outlook.advance(hub.handler.day) or found
        if not hub.outlook.busy:
            break
    return found


def test_the_first_forecast_is_made_at_once_and_then_nothing_is_to_be_done(hub):
    assert work(hub) is not None
    assert not hub.outlook.busy
    assert work(hub) is None


def test_after_somebody_came_it_waits_for_its_time_and_for_a_quiet_moment(hub):
    work(hub)
    come(hub)
    hub.clock.ms += timing.EVERY_MS - 1
    assert work(hub) is None
    hub.clock.ms += timing.EVERY_MS
    come(hub)
    assert work(hub) is None
    hub.clock.ms += timing.QUIET_MS
    assert len(work(hub).turns) == 2


def test_work_that_was_begun_gives_way_to_whoever_presses_a_button(hub):
    work(hub)
    come(hub)
    work(hub, steps=1)
    hub.clock.ms += timing.EVERY_MS
    work(hub, steps=3)
    assert hub.outlook.busy
    come(hub)
    work(hub, steps=1)
    assert not hub.outlook.busy
    hub.clock.ms += timing.QUIET_MS
    assert work(hub) is not None


def test_where_it_is_never_quiet_it_is_made_all_the_same(hub):
    work(hub)
    made = 0
    for _ in range(240):
        hub.clock.ms += timing.QUIET_MS - 50
        come(hub)
        made += work(hub) is not None
    assert made == 240 * (timing.QUIET_MS - 50) // timing.OVERDUE_MS


def test_waiting_alone_makes_a_new_one_now_and_then(hub):
    work(hub)
    hub.clock.ms += timing.AT_LEAST_MS - 1
    assert work(hub) is None
    hub.clock.ms += 1
    assert work(hub) is not None


def test_an_old_forecast_is_not_told(hub):
    work(hub)
    assert hub.outlook.told(hub.handler.day, "a").minutes == 0.0
    hub.clock.ms += timing.OLD_MS
    assert hub.outlook.told(hub.handler.day, "a").minutes is None


def test_a_day_that_was_loaded_anew_knows_nothing_of_the_one_before(hub):
    work(hub)
    assert hub.outlook.told(copy.deepcopy(hub.handler.day), "a").minutes is None
