"""What colleagues are told when somebody asks for help, and whoever needs no number is counted."""

from __future__ import annotations

import sqlite3

import pytest
from hub_bench import NOW, ask, founded, tick

from appliance.engine.commands import CloseDay
from appliance.engine.evolve import evolve
from appliance.engine.model import Day, Told
from appliance.hub import snapshots, staff_snapshots
from appliance.store.projections import rebuild
from appliance.wire import messages as m
from appliance.wire import staff


def queue(hub):
    return staff_snapshots.queue(hub.handler.day, hub.clock.office_ms(), None, {})


def lobby(hub):
    day = hub.handler.day
    counters = [snapshots.counter_state(day, key) for key in day.counters]
    return [*counters, snapshots.notices(day, NOW), snapshots.services(day, NOW, lambda _: Told(0), with_bring=False)]


def test_consoles_are_told_of_an_alarm_until_it_is_ended_and_the_lobby_is_not(hub):
    before = lobby(hub)
    raised = ask(hub, m.RaiseAlarm("2", "siti"))
    (alarm,) = queue(hub).alarms
    assert alarm == staff.Alarm(raised.seq, hub.handler.day.at, "2", "siti")
    assert lobby(hub) == before
    told = staff_snapshots.counter(hub.handler.day, "2", hub.clock.office_ms(), {})
    assert (told.possible["raise_alarm"].code, told.possible["end_alarm"].code) == ("alarm_raised", "")
    ask(hub, m.EndAlarm("2", "budi"))
    assert queue(hub).alarms == []


def test_a_keypad_may_ask_for_help_in_the_name_of_the_session_also_after_hours(hub):
    ask(hub, m.OpenCounter("1", "siti"))
    ask(hub, m.RaiseAlarm("1"), "keypad-1")
    assert queue(hub).alarms[0].officer == "siti"
    hub.house.do(CloseDay())
    assert isinstance(ask(hub, m.RaiseAlarm("2"), "keypad-2"), m.Accepted)
    assert len(queue(hub).alarms) == 2


def test_a_call_for_help_lasts_until_somebody_answers_it_also_over_the_opening_of_a_day(tmp_path):
    hub = founded(tmp_path / "giliran.db")
    tick(hub)
    ask(hub, m.RaiseAlarm("1", "siti"))
    hub.house.do(CloseDay())
    ask(hub, m.RaiseAlarm("2", "budi"))
    raised = queue(hub).alarms
    before = hub.handler.day.date
    assert tick(hub, 86_400_000).date > before
    assert queue(hub).alarms == raised
    hub.store.close()
    again = founded(tmp_path / "giliran.db", "boot-2", machine=hub.clock.machine)
    assert queue(again).alarms == raised
    ask(again, m.EndAlarm("1", "siti"))
    assert [alarm.counter for alarm in queue(again).alarms] == ["2"]
    again.store.close()


def test_it_is_asked_for_once_and_ended_once_at_a_counter_that_there_is(hub):
    assert ask(hub, m.EndAlarm("1")).code == "no_alarm"
    assert ask(hub, m.RaiseAlarm("9")).code == "unknown_counter"
    ask(hub, m.RaiseAlarm("1"))
    assert ask(hub, m.RaiseAlarm("1")).code == "alarm_raised"


def rows(hub):
    file = f"file:{hub.store._database.file}?mode=ro"
    return sqlite3.connect(file, uri=True).execute("SELECT service, counter, officer FROM quick_serve").fetchall()


def test_whoever_needs_no_number_is_counted_and_nothing_else_happens(hub):
    ask(hub, m.Issue("a"), "kiosk-1")
    before = hub.handler.day
    learnt, numbers, waiting = before.learnt, dict(before.last_numbers), snapshots.waiting_by_service(before)
    ask(hub, m.QuickServe("a", "1", "siti"))
    ask(hub, m.QuickServe("a", officer="siti"))
    day = hub.handler.day
    assert (day.learnt, day.last_numbers, snapshots.waiting_by_service(day)) == (learnt, numbers, waiting)
    assert queue(hub).services[0].quick == 2
    assert rows(hub) == [("a", "1", "siti"), ("a", "", "siti")]
    assert ask(hub, m.Issue("a"), "kiosk-1").number == "A002"


def test_its_rows_can_be_made_anew_from_the_log(hub):
    ask(hub, m.QuickServe("a", "1", "siti"))
    with hub.store._database.transaction() as connection:
        rebuild(connection, hub.store.log)
    assert rows(hub) == [("a", "1", "siti")]


@pytest.mark.expects_log("it may not ask for")
def test_only_staff_count_and_only_what_there_is(hub):
    assert ask(hub, m.QuickServe("z")).code == "unknown_service"
    assert ask(hub, m.QuickServe("a", "9")).code == "unknown_counter"
    assert ask(hub, m.QuickServe("a"), "keypad-1").code == "not_allowed"


def test_a_hub_that_is_restarted_knows_both(hub):
    ask(hub, m.RaiseAlarm("2", "siti"))
    ask(hub, m.QuickServe("a"))
    day = Day()
    for record in hub.store.log.current_day():
        evolve(day, record.entry)
    assert (day.alarms, day.quick) == (hub.handler.day.alarms, {"a": 1})
