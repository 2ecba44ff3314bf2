"""A service that is full for today, by the forecast: it says so, wavers not, and staff have the last word."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import ask, founded, last_actor, tick
from msgspec.structs import replace

from appliance.engine.model import Counter, Definition, Rules, Service, Told
from appliance.engine.wait_estimate import Forecast
from appliance.hub import snapshots, staff_snapshots
from appliance.hub.fullness import AGREE
from appliance.hub.outlook import AT_LEAST_MS
from appliance.units import MINUTE
from appliance.wire import messages as m

ALWAYS = (("00:00", "23:00"),)
OFFICE = Definition(
    {"id": "Kantor"},
    (Service("a", "A", {"id": "A"}), Service("b", "B", {"id": "B"})),
    (Counter("1", {"id": "1"}, ("a", "b")),),
    Rules(stop_when_full=True),
    hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ALWAYS),
)


def hub_with(tmp_path, office=OFFICE):
    bench = founded(tmp_path / "giliran.db", office=office)
    tick(bench)
    return bench


@pytest.fixture
def hub(tmp_path):
    bench = hub_with(tmp_path)
    yield bench
    bench.store.close()


def foretell(hub, before_closing, times=1, *, service="a"):
    """Let forecasts say that whoever comes now is called so many minutes before closing time; None: nobody knows."""
    day, now = hub.handler.day, max(hub.clock.office_ms(), hub.handler.day.at)
    minutes = None if before_closing is None else (day.spans[-1].closes - now) / MINUTE - before_closing
    known = Told(3, minutes, minutes, minutes)
    for _ in range(times):
        hub.house.foretold(Forecast(now, day.seq, (), {service: (known, known)}))


def card(hub, service="a"):
    states = snapshots.services(hub.handler.day, hub.clock.office_ms(), lambda _: Told(0), with_bring=False)
    return next((one.open, one.reason) for one in states if one.id == service)


def test_two_forecasts_beyond_closing_time_stop_its_numbers_and_every_screen_knows_why(hub):
    foretell(hub, -5)
    assert card(hub) == (True, "")
    foretell(hub, -5)
    assert card(hub) == (False, "full")
    assert card(hub, "b") == (True, "")
    assert ask(hub, m.Issue("a"), "kiosk-1").code == "full"
    assert "a" not in snapshots.lease(hub.handler.day).series
    told = staff_snapshots.queue(hub.handler.day, hub.clock.office_ms(), None, {})
    assert [one.full for one in told.services] == [True, False]
    assert last_actor(hub) == "hub"


def test_one_that_wavers_about_closing_time_changes_nothing(hub):
    for _ in range(3):
        foretell(hub, -5)
        foretell(hub, 5)
    assert card(hub) == (True, "")
    foretell(hub, -5, 2)
    for _ in range(3):
        foretell(hub, 9, 2)
        foretell(hub, None, 2)
    assert card(hub) == (False, "full")


def test_it_gives_numbers_again_when_a_good_while_would_be_left(hub):
    foretell(hub, -5, 2)
    foretell(hub, 11, 2)
    assert card(hub) == (True, "")
    foretell(hub, -5, 2)
    assert card(hub) == (False, "full")


def test_a_real_forecast_of_a_long_queue_stops_a_short_day_and_nothing_else(tmp_path):
    services = (Service("a", "A", {"id": "A"}, minutes=10), Service("b", "B", {"id": "B"}))
    counters = (Counter("1", {"id": "1"}, ("a",)), Counter("2", {"id": "2"}, ("b",)))
    short = dict.fromkeys(OFFICE.hours, (("00:00", "08:40"),))
    hub = hub_with(tmp_path, replace(OFFICE, services=services, counters=counters, hours=short))
    for service in "aaaaaaaaab":
        assert isinstance(ask(hub, m.Issue(service), "kiosk-1"), m.Accepted)
    for _ in range(AGREE):
        hub.clock.ms += AT_LEAST_MS
        forecast = None
        while forecast is None:
            forecast = hub.outlook.advance(hub.handler.day)
        hub.house.foretold(forecast)
    assert (card(hub), card(hub, "b")) == ((False, "full"), (True, ""))
    told = staff_snapshots.queue(hub.handler.day, hub.clock.office_ms(), forecast, {})
    assert told.services[0].ends_at > told.closes_at > told.services[1].ends_at
    hub.store.close()


def test_whoever_has_a_booking_still_gets_a_number(hub):
    ask(hub, m.Book("KODE1", "a", hub.clock.office_ms() + 5 * MINUTE))
    foretell(hub, -5, 2)
    assert ask(hub, m.CheckIn("KODE1"), "kiosk-1").number == "A001"


def test_what_staff_resume_is_not_stopped_again_that_day(hub):
    foretell(hub, -5, 2)
    assert isinstance(ask(hub, m.Resume("a")), m.Accepted)
    assert card(hub) == (True, "")
    foretell(hub, -60, 4)
    assert card(hub) == (True, "")
    tick(hub, 86_400_000)
    foretell(hub, -5, 2)
    assert card(hub) == (False, "full")


def test_an_office_that_wishes_it_no_more_gives_numbers_again(hub):
    foretell(hub, -5, 2)
    ask(hub, m.Define({**_plain(replace(OFFICE, rules=Rules()))}, "siti"))
    assert card(hub) == (True, "")


@pytest.mark.parametrize("office", [replace(OFFICE, rules=Rules()), replace(OFFICE, hours={})])
def test_it_is_for_offices_that_ask_for_it_and_have_hours(tmp_path, office):
    bench = hub_with(tmp_path, office)
    foretell(bench, -5, 3)
    assert card(bench) == (True, "")
    bench.store.close()


def _plain(definition):

    return msgspec.to_builtins(definition)


def test_one_forecast_after_the_service_was_stopped_does_not_open_it_again_nor_the_other_way_round(hub):
    foretell(hub, -5, 2)
    assert card(hub) == (False, "full")
    foretell(hub, 30)
    assert card(hub) == (False, "full")
    foretell(hub, 30)
    assert card(hub) == (True, "")
    foretell(hub, -5)
    assert card(hub) == (True, "")
