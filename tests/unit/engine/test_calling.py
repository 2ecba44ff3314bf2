"""Who is next, and why."""

from __future__ import annotations

import pytest
from engine_office import HOUR, Office

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.model import Counter, Definition, Reentry, Rules, Service


def called(office, counter="1"):
    office.wait(5)
    events = office.do(c.CallNext(counter))
    return next((x for x in events if isinstance(x, e.TicketCalled)), None)


def take(office, service="a", *, priority=False):
    office.wait(1)
    return office.do(c.IssueTicket(service, priority))[0].number


def with_rules(**rules):
    return Office(Rules(**rules))


def test_priority_and_regular_take_turns_two_to_one():
    office = with_rules()
    regular = [take(office) for _ in range(4)]
    urgent = [take(office, priority=True) for _ in range(4)]
    order = [called(office).number for _ in range(8)]
    assert order == [urgent[0], urgent[1], regular[0], urgent[2], urgent[3], regular[1], regular[2], regular[3]]


def test_the_reason_of_a_call_tells_whose_turn_it_was():
    office = with_rules()
    take(office), take(office, priority=True), take(office, priority=True), take(office, priority=True)
    assert [called(office).reason for _ in range(4)] == ["priority_turn", "priority_turn", "regular_turn", "first_come"]


def test_each_ratio_is_kept_exactly_while_both_wait():
    office = with_rules(priority_share=1, regular_share=3)
    for _ in range(12):
        take(office), take(office, priority=True)
    classes = [office.day.tickets[called(office).number].priority for _ in range(8)]
    assert classes == [True, False, False, False] * 2


def test_whoever_has_waited_longer_than_the_promise_goes_before_all_who_came_later():
    office = with_rules(promise_minutes=30)
    patient = take(office)
    office.wait(31 * 60)
    take(office, priority=True), take(office, priority=True)
    choice = called(office)
    assert (choice.number, choice.reason) == (patient, "promise")


def test_the_promise_holds_across_the_services_that_a_counter_only_helps_with():
    services = (Service("a", "A", {"id": "A"}), Service("b", "B", {"id": "B"}))
    office = with_rules(promise_minutes=30)
    office.do(c.CloseDay())
    office.wait(24 * 3600)
    helper = Counter("1", {"id": "1"}, ("a",), helps=("b",))
    office.do(c.DefineOffice(Definition({"id": "K"}, services, (helper,), Rules(promise_minutes=30))))
    office.do(c.OpenDay("2026-04-07", office.spans(), office.now + 10 * HOUR))
    forgotten = take(office, "b")
    office.wait(31 * 60)
    take(office, "a")
    assert called(office).number == forgotten


def test_own_services_come_before_those_that_a_counter_helps_with():
    office = with_rules()
    office.do(c.CloseDay())
    office.wait(24 * 3600)
    services = (Service("a", "A", {"id": "A"}), Service("b", "B", {"id": "B"}))
    office.do(c.DefineOffice(Definition({"id": "K"}, services, (Counter("1", {"id": "1"}, ("a",), helps=("b",)),))))
    office.do(c.OpenDay("2026-04-07", office.spans(), office.now + 10 * HOUR))
    b, a = take(office, "b"), take(office, "a")
    assert [called(office).number, called(office).number] == [a, b]


def test_a_booked_citizen_is_due_from_the_booked_time_on_before_walk_ins():
    office = with_rules()
    office.do(c.Book("CODE1", "a", office.now + 10 * 60_000))
    walk_in, other = take(office), take(office)
    booked = office.do(c.IssueBooked("CODE1"))[0].number
    assert called(office).number == walk_in, "not due yet"
    office.wait(10 * 60)
    choice = called(office)
    assert (choice.number, choice.reason) == (booked, "booked")
    assert called(office).number == other


def test_a_booked_citizen_who_is_early_is_called_if_nobody_else_waits():
    office = with_rules()
    office.do(c.Book("CODE1", "a", office.now + 600_000))
    booked = office.do(c.IssueBooked("CODE1"))[0].number
    assert (called(office).number, office.state(booked)) == (booked, "called")


def test_checked_in_later_than_the_grace_one_queues_like_a_walk_in():
    office = with_rules(booking_grace_minutes=15)
    office.do(c.Book("CODE1", "a", office.now + 60_000))
    walk_in = take(office)
    office.wait(17 * 60)
    late = office.do(c.IssueBooked("CODE1"))[0]
    assert late.due_at is None
    assert [called(office).number, called(office).number] == [walk_in, late.number]


def test_a_booking_is_used_once_and_can_be_given_back():
    office = with_rules()
    due = office.now + 60_000
    office.do(c.Book("CODE1", "a", due))
    assert office.refusal(c.Book("CODE1", "a", due)) == "booking_exists"
    assert office.refusal(c.Book("CODE2", "a", office.now)) == "booking_past"
    office.do(c.IssueBooked("CODE1"))
    assert office.refusal(c.IssueBooked("CODE1")) == "unknown_booking"
    office.do(c.Book("CODE2", "a", due))
    office.do(c.CancelBooking("CODE2"))
    assert office.refusal(c.IssueBooked("CODE2")) == "unknown_booking"


def test_a_booking_for_tomorrow_survives_the_night():
    office = with_rules()
    office.do(c.Book("CODE1", "a", office.now + 24 * HOUR))
    assert office.refusal(c.IssueBooked("CODE1")) == "booking_other_day"
    office.do(c.CloseDay())
    office.wait(24 * 3600 - 600)
    office.do(c.OpenDay("2026-04-07", office.spans(), office.now + 10 * HOUR))
    assert office.do(c.IssueBooked("CODE1"))[0].due_at is not None


@pytest.mark.parametrize(
    ("reentry", "place"),
    [
        (Reentry("arrival"), 0),
        (Reentry("after", 1), 1),
        (Reentry("after", 3), 3),
        (Reentry("after", 9), 5),
        (Reentry("end"), 5),
    ],
)
def test_who_returns_after_a_no_show_comes_back_where_the_office_wants(reentry, place):
    office = with_rules(no_show_returns=reentry, no_show_min_calls=1, no_show_min_seconds=0)
    absent = take(office)
    others = [take(office) for _ in range(5)]
    called(office)
    office.do(c.NoShow("1"))
    office.do(c.Return(absent))
    order = [called(office).number for _ in range(6)]
    assert order == [*others[:place], absent, *others[place:]]


def test_two_who_return_behind_the_same_person_do_not_overtake_those_behind():
    office = with_rules(parked_returns=Reentry("after", 1))
    first, second, third, fourth = (take(office) for _ in range(4))
    called(office), office.do(c.Park("1"))
    called(office), office.do(c.Park("1"))
    office.do(c.Return(first)), office.do(c.Return(second))
    order = [called(office).number for _ in range(4)]
    assert order[0] == third
    assert order[-1] == fourth


def test_an_officer_calls_a_particular_number_only_for_a_reason():
    office = with_rules()
    take(office)
    second = take(office)
    office.wait(5)
    assert office.refusal(c.CallNumber("1", number=second, reason="friend")) == "no_reason"
    assert office.refusal(c.CallNumber("1", number="A099", reason="urgent")) == "unknown_ticket"
    assert office.refusal(c.CallNumber("3", number=second, reason="urgent")) == "counter_closed"
    assert office.do(c.CallNumber("1", number=second, reason="urgent"))[0].reason == "picked_urgent"
    office.wait(5)
    assert office.refusal(c.CallNumber("2", number=second, reason="urgent")) == "not_waiting"
    only_b = take(office, "b")
    assert office.refusal(c.CallNumber("2", number=only_b, reason="urgent")) == "not_served_here"


def test_a_call_can_be_taken_back_within_seconds_and_the_ticket_keeps_its_place():
    office = with_rules(undo_seconds=10)
    first, _ = take(office), take(office)
    called(office)
    office.wait(10)
    office.do(c.Undo("1"))
    assert office.state(first) == "waiting"
    assert office.day.last_calls == []
    assert called(office).number == first
    office.wait(11)
    assert office.refusal(c.Undo("1")) == "too_late"
    office.do(c.Start("1"))
    assert office.refusal(c.Undo("1")) == "already_serving"


def test_a_number_is_not_called_for_ever():
    office = with_rules(recall_limit=3)
    take(office)
    called(office)
    office.do(c.Recall("1")), office.do(c.Recall("1"))
    assert office.refusal(c.Recall("1")) == "recall_limit"
