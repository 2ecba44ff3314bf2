"""What a citizen is told about the wait."""

from __future__ import annotations

from appliance.engine import commands as c
from appliance.engine.waiting import estimate, mean_minutes


def test_with_a_free_counter_and_nobody_waiting_the_wait_begins_at_nothing(office):
    told = estimate(office.day, "a")
    assert (told.ahead, told.low, told.high) == (0, 0, 5)


def test_more_people_ahead_never_shortens_the_wait(office):
    told = []
    for _ in range(20):
        office.issue("a")
        told.append(estimate(office.day, "a"))
    assert [t.ahead for t in told] == sorted(t.ahead for t in told)
    assert [t.low for t in told] == sorted(t.low for t in told)
    assert all(t.low <= t.high for t in told)


def test_people_of_another_service_count_when_the_same_counter_serves_them(office):
    office.issue("b"), office.issue("b")
    office.do(c.CloseCounter("2"))
    assert estimate(office.day, "a").ahead == 2


def test_without_an_open_counter_no_minutes_are_named(office):
    office.issue("c")
    told = estimate(office.day, "c")
    assert (told.ahead, told.low, told.high) == (1, None, None)


def test_service_times_are_learnt_during_the_day(office):
    assert mean_minutes(office.day, "a") == 5.0
    for _ in range(20):
        office.issue("a")
    for _ in range(20):
        office.call("1")
        office.wait(9 * 60)
    assert 8 < mean_minutes(office.day, "a") < 10


def test_minutes_are_rounded_to_steps_of_five(office):
    for _ in range(9):
        office.issue("a")
    told = estimate(office.day, "a")
    assert told.low % 5 == 0
    assert told.high % 5 == 0
