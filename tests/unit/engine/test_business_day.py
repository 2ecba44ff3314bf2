"""The business day: it opens once, closes once, and numbers start anew."""

from __future__ import annotations

from msgspec.structs import replace

from appliance.engine import commands as c
from appliance.engine.model import Service, Span

HOUR = 3_600_000


def reopen(office, date="2026-04-07"):
    office.wait(24 * 3600)
    return office.do(c.OpenDay(date, (Span(office.now, office.now + HOUR),), office.now + 10 * HOUR))


def test_numbers_start_at_one_each_day_for_each_service(office):
    assert [office.issue("a"), office.issue("a"), office.issue("b")] == ["A001", "A002", "B001"]
    office.do(c.CloseDay())
    reopen(office)
    assert office.issue("a") == "A001"


def test_a_number_is_not_given_again_after_a_cancellation(office):
    office.do(c.Cancel(office.issue("a")))
    assert office.issue("a") == "A002"


def test_past_its_last_number_a_series_goes_on_with_one_more_digit(office):
    office.day.last_numbers["A"] = 998
    assert [office.issue("a"), office.issue("a")] == ["A999", "A1000"]


def test_outside_opening_hours_no_numbers_are_given_but_those_who_have_one_are_served(office):
    number = office.issue()
    office.wait(5 * 3600)
    assert office.refusal(c.IssueTicket("a")) == "office_closed"
    assert office.call("1") == number


def test_at_the_close_nobody_is_left_at_a_counter_and_those_waiting_expire(office):
    served, called, waiting = office.issue(), office.issue(), office.issue()
    office.call("1"), office.call("2")
    office.do(c.Start("1"))
    office.do(c.CloseDay())
    assert [office.state(n) for n in (served, called, waiting)] == ["served", "expired", "expired"]
    assert all(counter.ticket is None and not counter.open for counter in office.day.counters.values())


def test_nothing_happens_in_a_closed_day(office):
    office.do(c.CloseDay())
    for command in (c.IssueTicket("a"), c.CallNext("1"), c.CloseDay()):
        assert office.refusal(command) == "office_closed"


def test_a_day_opens_once_and_yesterday_does_not_come_back(office):
    assert office.refusal(c.OpenDay("2026-04-07", (), 0)) == "day_open"
    office.do(c.CloseDay())
    assert office.refusal(c.OpenDay("2026-04-06", (), 0)) == "day_over"
    assert office.refusal(c.OpenDay("2026-04-05", (), 0)) == "day_over"


def test_counters_open_with_the_day_unless_told_otherwise(office):
    assert {i: counter.open for i, counter in office.day.counters.items()} == {"1": True, "2": True, "3": False}


def test_no_counter_or_service_is_taken_away_from_the_citizen_who_is_there(office):
    number = office.issue("b")
    office.call("1")
    _, *others = office.definition.counters
    without_counter = replace(office.definition, counters=tuple(others))
    only_a = tuple(replace(x, services=("a",)) for x in office.definition.counters)
    without_service = replace(office.definition, services=office.definition.services[:1], counters=only_a)
    assert office.refusal(c.DefineOffice(without_counter)) == "counter_busy"
    assert office.refusal(c.DefineOffice(without_service)) == "service_busy"
    office.wait(30)
    office.do(c.Finish("1"))
    assert office.state(number) == "served"
    office.do(c.DefineOffice(without_counter))
    office.do(c.DefineOffice(without_service))


def test_the_office_is_changed_while_citizens_are_served_and_nothing_happens_to_them(office):
    """In a busy office somebody always stands at some counter."""
    served, waiting = office.issue(), office.issue()
    office.call("1")
    office.do(c.Start("1"))
    another = Service("d", "D", {"id": "Layanan D"})
    one, *others = office.definition.counters
    renamed = replace(one, names={"id": "Loket Satu"}, services=("d",))
    office.do(
        c.DefineOffice(
            replace(office.definition, services=(*office.definition.services, another), counters=(renamed, *others))
        )
    )
    assert (office.state(served), office.state(waiting)) == ("serving", "waiting")
    assert office.refusal(c.Undo("1")) == "already_serving"
    office.do(c.Finish("1"))
    assert office.state(served) == "served"
    assert office.call("2") == waiting
    assert office.issue("d") == "D001"
    assert office.call("1") == "D001"
