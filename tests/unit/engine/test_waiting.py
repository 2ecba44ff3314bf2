"""What citizens may expect: position, minutes, a range; and what the day teaches about them."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from msgspec.structs import replace

from appliance.engine import commands as c
from appliance.engine import learning
from appliance.engine.expected_times import expectation
from appliance.engine.model import Booking, Counter, Learnt, Service, Span, Told
from appliance.engine.wait_estimate import Forecasting, forecast, people_ahead, told

MINUTE = 60_000


def foresee(office, steps=3000):
    return forecast(office.day, office.now, expectation(office.day, office.now), random.Random(4), steps)


def turn_of(office, number):
    return next(turn for turn in foresee(office).turns if turn.number == number)


def newcomer(office, service="a", *, priority=False):
    return foresee(office).newcomers[service][priority]


def busy(office, *counters):
    for counter in counters:
        office.issue("a")
        office.call(counter)
        office.do(c.Start(counter))


def test_with_a_free_counter_and_nobody_waiting_there_is_no_wait(office):
    assert newcomer(office) == Told(0, 0.0, 0.0, 0.0)


def test_everybody_who_waits_has_a_position_and_a_range_around_the_estimate(office):
    busy(office, "1", "2")
    numbers = [office.issue("a") for _ in range(12)]
    turns = foresee(office).turns
    assert [turn.number for turn in turns] == numbers
    assert [turn.position for turn in turns] == list(range(1, 13))
    assert all(turn.low <= turn.minutes <= turn.high for turn in turns)
    assert all(before.minutes <= after.minutes for before, after in pairwise(turns))


def test_the_estimate_is_about_the_work_ahead_shared_by_the_counters(office):
    busy(office, "1", "2")
    numbers = [office.issue("a") for _ in range(20)]
    # Nineteen ahead, five minutes each, two counters, and the two who are being served.
    assert turn_of(office, numbers[-1]).minutes == pytest.approx(19 * 5 / 2 + 2.5, abs=8)


def test_a_counter_that_goes_home_by_its_roster_makes_the_wait_longer(office):
    numbers = [office.issue("a") for _ in range(20)]
    before = turn_of(office, numbers[-1]).minutes
    office.day.counter_definitions["2"] = Counter("2", {}, ("a",), roster={"mon": (("08:00", "08:10"),)})
    office.day.rosters["2"] = (Span(office.now, office.now + 10 * MINUTE),)
    assert turn_of(office, numbers[-1]).minutes > before * 1.5


def test_a_counter_that_will_come_by_its_roster_makes_the_wait_shorter(office):
    office.do(c.CloseCounter("2"))
    numbers = [office.issue("a") for _ in range(20)]
    before = turn_of(office, numbers[-1]).minutes
    office.day.counter_definitions["2"] = Counter("2", {}, ("a",), roster={"mon": (("08:30", "15:00"),)})
    office.day.rosters["2"] = (Span(office.now + 20 * MINUTE, office.day.ends_at),)
    assert turn_of(office, numbers[-1]).minutes < before * 0.85


def test_whoever_has_priority_waits_less_and_makes_others_wait_longer(office):
    numbers = [office.issue("a") for _ in range(15)]
    regular, priority = newcomer(office), newcomer(office, priority=True)
    assert priority.minutes < regular.minutes / 2
    before = turn_of(office, numbers[-1]).minutes
    for _ in range(6):
        office.do(c.IssueTicket("a", priority=True))
    assert turn_of(office, numbers[-1]).minutes > before + 5


def test_booked_citizens_who_are_still_to_come_are_reckoned_with(office):
    numbers = [office.issue("a") for _ in range(15)]
    before = turn_of(office, numbers[-1]).minutes
    for place in range(10):
        due = office.now + (place + 2) * MINUTE
        office.day.bookings[f"B{place}"] = Booking(f"B{place}", "a", due)
    assert turn_of(office, numbers[-1]).minutes > before + 10


def test_people_of_another_service_count_when_the_same_counter_serves_them(office):
    office.issue("b"), office.issue("b")
    office.do(c.CloseCounter("2"))
    assert people_ahead(office.day, "a") == 2
    assert newcomer(office).minutes > 5


def test_without_an_open_counter_no_minutes_are_named(office):
    number = office.issue("c")
    assert (turn_of(office, number).position, turn_of(office, number).minutes) == (1, None)
    assert newcomer(office, "c") == Told(1)


def test_a_counter_that_is_open_in_name_only_is_not_reckoned_with_at_once(office):
    number = office.issue("a")
    office.wait(200)
    # Nobody has called for minutes, though somebody waits: the officers are not there yet.
    assert turn_of(office, number).minutes > 2


def test_foretelling_changes_nothing(office):
    for _ in range(5):
        office.issue("a")
    before = repr(office.day)
    foresee(office)
    assert repr(office.day) == before


def test_the_day_may_go_on_while_the_forecast_is_made(office):
    numbers = [office.issue("a") for _ in range(10)]
    work = Forecasting(office.day, office.now, expectation(office.day, office.now), random.Random(1), 2000)
    work.step()
    office.call("1")
    office.do(c.Transfer("1", service="b"))
    office.do(c.Cancel(numbers[5]))
    while not work.step():
        pass
    assert [turn.number for turn in work.result().turns] == numbers


def test_between_forecasts_newcomers_move_with_whoever_came(office):
    for _ in range(10):
        office.issue("a")
    known = foresee(office)
    first = told(office.day, known, "a", priority=False)
    office.issue("a")
    second = told(office.day, known, "a", priority=False)
    assert first == known.newcomers["a"][0]
    assert (second.ahead, second.minutes > first.minutes) == (first.ahead + 1, True)


def test_without_a_forecast_only_the_people_ahead_are_told(office):
    office.issue("a")
    assert told(office.day, None, "a", priority=False) == Told(1)


def test_a_booked_citizen_is_told_the_time_until_then(office):
    office.do(c.Book("CODE", "a", office.now + 20 * MINUTE))
    said = office.do(c.IssueBooked("CODE"))[0].told
    assert (said.ahead, said.low) == (0, 20.0)
    assert said.high <= 25


def test_a_booked_citizen_before_whom_the_queue_will_be_empty_is_told_so(office):
    office.do(c.Book("SOON", "a", office.now + 20 * MINUTE))
    said = office.do(c.IssueBooked("SOON", Told(1, 4.0, 2.0, 8.0)))[0].told
    assert (said.minutes, said.low, said.high) == (4.0, 2.0, 8.0)
    office.do(c.Book("LATER", "a", office.now + 20 * MINUTE))
    behind_many = office.do(c.IssueBooked("LATER", Told(30, 90.0, 60.0, 120.0)))[0].told
    assert 20 <= behind_many.low < behind_many.minutes < behind_many.high <= 40


def test_of_a_wait_that_has_partly_gone_by_what_was_learnt_of_ranges_holds_for_the_rest(office):
    numbers = [office.issue("a") for _ in range(12)]
    office.day.learnt = replace(office.day.learnt, below=3.0, above=3.0)
    last = numbers[-1]
    fresh = turn_of(office, last)
    office.day.tickets[last].arrived_at -= 60 * MINUTE  # the place in the queue is what it was
    stale = turn_of(office, last)
    assert stale.minutes == pytest.approx(fresh.minutes, rel=0.2)
    assert stale.high - stale.minutes < 0.7 * (fresh.high - fresh.minutes)


def test_service_times_are_learnt_for_service_and_counter(office):
    service = office.day.services["a"]
    assert learning.service_ms(office.day.learnt, service) == 5 * MINUTE
    for _ in range(20):
        office.issue("a"), office.issue("a")
    for _ in range(15):
        office.do(c.CallNext("1")), office.do(c.CallNext("2"))
        office.wait(6 * 60)
        office.do(c.Finish("2"))
        office.wait(6 * 60)
        office.do(c.Finish("1"))
    slow, fast = (learning.service_ms_at(office.day.learnt, service, counter) / MINUTE for counter in ("1", "2"))
    assert 9 < slow < 12
    assert 6 < fast < 8


def test_who_did_not_come_is_learnt(office):
    for _ in range(10):
        office.issue("a")
        office.call("1")
        office.wait(20)
        office.do(c.Recall("1"))
        office.wait(20)
        office.do(c.NoShow("1"))
    share, lasts = learning.absence(office.day.learnt, "a")
    assert share > 0.3
    assert 35_000 < lasts < 60_000


def test_the_next_day_starts_with_what_was_learnt_but_not_with_all_its_weight():
    learnt = Learnt()
    for _ in range(1000):
        learnt = learning.seen_service(learnt, "a", "1", 8 * MINUTE)
    service = Service("a", "A", {}, minutes=2.0)
    tomorrow = learning.carried_over(learnt)
    assert learning.service_ms(tomorrow, service) == pytest.approx(8 * MINUTE, rel=0.05)
    for _ in range(120):
        tomorrow = learning.seen_service(tomorrow, "a", "1", 4 * MINUTE)
    assert learning.service_ms(tomorrow, service) < 6.2 * MINUTE


def test_ranges_that_are_passed_too_often_are_stretched_and_others_shrink():
    learnt = Learnt()
    for _ in range(30):
        learnt = learning.seen_wait(learnt, Told(5, 10.0, 8.0, 12.0), 20 * MINUTE)
    assert (learnt.above > 2, learnt.below < 1) == (True, True)
    for _ in range(300):
        learnt = learning.seen_wait(learnt, Told(5, 10.0, 8.0, 12.0), 10 * MINUTE)
    assert learnt.above < 1


def test_who_waits_for_one_counter_alone_is_ahead_of_nobody_whom_another_may_call(office):
    for _ in range(3):
        office.issue("a")
        office.call("1")
        office.do(c.Transfer("1", to="2"))
    assert newcomer(office) == Told(0, 0.0, 0.0, 0.0)
    office.issue("a")
    office.issue("a")
    assert people_ahead(office.day, "a") == 4  # two by the other counter, and meanwhile two of this one's
    office.do(c.PauseCounter("1", reason="break"))
    assert people_ahead(office.day, "a") == 5


def test_a_service_that_was_taken_away_leaves_the_others_their_forecast(office):
    office.wait(60)
    office.do(c.IssueTicket("b", priority=True))
    office.call()
    office.do(c.Finish("1"))
    waits = office.issue("a")
    services = tuple(one for one in office.definition.services if one.id != "b")
    counters = tuple(replace(one, services=("a",)) for one in office.definition.counters)
    office.do(c.DefineOffice(replace(office.definition, services=services, counters=counters)))
    assert turn_of(office, waits).position == 1
