"""What the hub does by itself: the day opens and closes, and a clock that cannot be believed is not."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hub_bench import NOW, OFFICE, Machine, ask, founded, tick

from appliance.engine.model import Rules
from appliance.hub.office_time import PACE
from appliance.store.database import StorageFault
from appliance.texts.parts import LOGGED, of_part
from appliance.wire import messages as m

DAY_MS = 86_400_000
HOUR = 3_600_000


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


def restarted(hub, tmp_path, off=0):
    """Kill the hub and start it on a machine that was switched off meanwhile and whose clock is ``off`` since."""
    hub.store.close()
    return founded(tmp_path / "giliran.db", "boot-2", machine=Machine(off, hub.clock.ms))


def test_the_day_closes_at_its_hour_and_the_next_one_opens_after_midnight(hub):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    assert tick(hub, 15 * HOUR).is_open is False
    assert hub.handler.day.tickets["A001"].state == "expired"
    assert tick(hub, DAY_MS // 3).date == "2026-04-07"


def test_a_hub_that_was_off_at_that_hour_closes_yesterday_before_it_opens_today(hub, tmp_path):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    hub = restarted(hub, tmp_path, DAY_MS)
    assert tick(hub).date == "2026-04-07"
    assert hub.ask(hub.request(m.Issue("a")))[0].number == "A001"


def test_a_clock_of_1970_is_not_believed_and_the_day_stays_closed(tmp_path, hub):
    hub = founded(tmp_path / "new.db", machine=Machine(-NOW))
    assert not tick(hub).is_open
    assert told(hub) is None
    assert hub.ask(hub.request(m.Issue("a")))[0].code == "office_closed"


# -- a machine's clock that is set -------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [-NOW, -DAY_MS, -HOUR, -5_000, 5_000, HOUR, 15 * HOUR, DAY_MS, 45 * DAY_MS])
def test_a_step_of_the_machines_clock_neither_opens_nor_closes_a_day_nor_moves_the_time(hub, step):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    at = hub.handler.day.at
    hub.clock.machine.off += step
    for _ in range(30):
        tick(hub, 2_000)
    assert (hub.handler.day.date, hub.handler.day.is_open) == ("2026-04-06", True)
    assert abs(told(hub) - at - 60_000) <= 60_000 * PACE
    hub.ask(hub.request(m.Issue("a")))
    assert abs(hub.handler.day.at - at - 60_000) <= 60_000 * PACE


def test_the_internets_time_that_is_far_off_is_told_and_taken_over_when_the_day_has_closed(hub):
    tick(hub)
    hub.clock.machine.off += 3 * HOUR
    tick(hub, 10_000)
    assert (hub.house.clock_part().state, "180 minutes later" in of_part(hub.house.clock_part(), LOGGED)) == (
        "fault",
        True,
    )
    for hour in range(14):  # until 22:00
        tick(hub, HOUR)
        assert told(hub) == hub.clock.machine.office_ms() - 3 * HOUR, hour
    tick(hub, HOUR)  # 23:00 here, 02:00 there: another date
    assert (hub.handler.day.is_open, told(hub)) == (False, hub.clock.machine.office_ms() - 3 * HOUR)


@pytest.mark.expects_log("set to the machine's: by 10800 s")
def test_the_next_day_begins_by_the_internets_time(hub):
    tick(hub)
    hub.clock.machine.off += 3 * HOUR
    for _ in range(16):
        tick(hub, HOUR)
    assert hub.handler.day.date == "2026-04-07"
    assert (told(hub), hub.house.clock_part().state) == (hub.clock.machine.office_ms(), "ok")


@pytest.mark.expects_log("set to the machine's: by -10800 s")
def test_an_internet_that_is_behind_is_taken_over_too_and_waited_for(hub):
    tick(hub)
    hub.clock.machine.off -= 3 * HOUR
    for _ in range(15):
        tick(hub, HOUR)
    assert not hub.handler.day.is_open  # at 23:00 by the hub's time; the internet has 20:00
    closed = hub.handler.day.at
    tick(hub)
    assert told(hub) is None
    assert hub.clock.office_ms() == closed
    tick(hub, 3 * HOUR)
    assert told(hub) == hub.clock.machine.office_ms()
    assert tick(hub, HOUR).date == "2026-04-07"


# -- a clock that is behind the log ------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [61_000, HOUR, DAY_MS, 50 * 365 * DAY_MS])
def test_after_a_restart_with_the_clock_set_back_counters_go_on_calling(tmp_path, back):
    office = msgspec.structs.replace(OFFICE, rules=Rules())
    hub = founded(tmp_path / "giliran.db", office=office)
    tick(hub)
    for _ in range(4):
        ask(hub, m.Issue("a"))
    ask(hub, m.CallNext("1"))
    hub.store.close()
    hub = founded(tmp_path / "giliran.db", "boot-2", office, machine=Machine(-back, hub.clock.ms))
    assert told(hub) is None
    assert ask(hub, m.CallNext("1")).code == "too_soon"
    tick(hub, 2_000)
    assert ask(hub, m.CallNext("1")).number == "A002"
    tick(hub, 2_000)
    assert ask(hub, m.CallNext("1")).number == "A003"
    tick(hub, 10_001)
    assert ask(hub, m.Undo("1")).code == "too_late"
    ask(hub, m.Recall("1"))
    tick(hub, 14_999)
    assert ask(hub, m.NoShow("1")).code == "too_early"
    tick(hub, 1)
    assert isinstance(ask(hub, m.NoShow("1")), m.Accepted)
    hub.store.close()


def test_a_day_ends_by_the_time_of_day_though_that_be_behind_the_log(hub, tmp_path):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    hub = restarted(hub, tmp_path, -HOUR)
    for _ in range(15 * 60):
        assert tick(hub, 60_000).is_open
        hub.ask(hub.request(m.Issue("a")))  # somebody comes each minute, so the log is never caught up
    assert told(hub) is None
    for _ in range(60):
        tick(hub, 60_000)
    assert not hub.handler.day.is_open
    tick(hub, HOUR)
    assert tick(hub, HOUR).date == "2026-04-07"
    hub.store.close()


def test_a_day_that_was_opened_too_early_is_open_to_citizens_on_its_own_date_too(tmp_path):
    """The clock was a day ahead until nine, and is right since: the day goes on today, and tomorrow."""
    office = msgspec.structs.replace(OFFICE, hours={"mon": (("07:00", "15:00"),), "tue": (("07:00", "15:00"),)})
    hub = founded(tmp_path / "giliran.db", office=office, machine=Machine(DAY_MS))
    tick(hub)
    assert hub.handler.day.date == "2026-04-07"
    ask(hub, m.Issue("a"))
    hub.store.close()
    hub = founded(tmp_path / "giliran.db", "boot-2", office, machine=Machine(0, hub.clock.ms))
    offered, given = {}, []
    for _ in range(48 * 6):
        tick(hub, HOUR // 6)
        moment = datetime.fromtimestamp(hub.clock.machine.office_ms() / 1000, ZoneInfo("Asia/Jakarta"))
        reply = ask(hub, m.Issue("a"))
        assert isinstance(reply, m.Accepted) == (hub.link.catalogue.office.phase == "open")
        if isinstance(reply, m.Accepted):
            offered.setdefault(moment.day, set()).add(moment.hour)
            given.append(reply.number)
    assert offered == {6: set(range(8, 15)), 7: set(range(7, 15))}
    assert given == [f"A{count:03d}" for count in range(2, 2 + len(given))]
    hub.store.close()


def test_a_small_correction_of_the_clock_is_no_alarm_and_time_goes_on(hub, tmp_path):
    tick(hub)
    hub.ask(hub.request(m.Issue("a")))
    last = hub.handler.day.at
    hub = restarted(hub, tmp_path, -5_000)
    tick(hub, 100)
    assert told(hub) == last + 100
    hub.store.close()


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
