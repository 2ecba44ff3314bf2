"""Undo restores everything that the press did: the call, the turn of the classes, and who was at the counter."""

from __future__ import annotations

import copy

import msgspec
import pytest
from engine_office import Office

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.decide import decide
from appliance.engine.evolve import evolve
from appliance.engine.model import Journey, Reentry, Rules


def with_journey():
    office = Office()
    journey = Journey("trip", {"id": "Perjalanan"}, ("a", "c"))
    office.do(c.DefineOffice(msgspec.structs.replace(office.definition, journeys=(journey,))))
    office.do(c.OpenCounter("3"))
    return office


def priority(office):
    office.wait(1)
    return office.do(c.IssueTicket("a", priority=True))[0].number


def test_calling_and_undoing_gives_the_same_citizen_each_time():
    office = Office()
    first, *_ = [priority(office) for _ in range(3)]
    for _ in range(4):
        office.issue()
    called = []
    for _ in range(4):
        called.append(office.call())
        office.do(c.Undo("1"))
    assert called == [first] * 4


def test_the_citizen_whom_call_next_finished_by_mistake_is_at_the_counter_again(office):
    served, waiting = office.issue(), office.issue()
    office.call()
    office.do(c.Start("1"))
    before = copy.copy(office.day.tickets[served])
    assert office.call() == waiting
    assert office.do(c.Undo("1")) == [e.CallUndone(waiting, "1", office.day.seq - 1, served)]
    assert office.day.tickets[served] == before
    assert office.day.counters["1"].ticket == served
    assert office.state(waiting) == "waiting"


def test_a_citizen_who_had_only_been_called_is_called_again_with_their_times(office):
    first, second = office.issue(), office.issue()
    office.call()
    before = copy.copy(office.day.tickets[first])
    office.call()
    office.do(c.Undo("1"))
    assert office.day.tickets[first] == before
    assert office.state(second) == "waiting"


def test_a_finish_by_mistake_is_taken_back(office):
    number = office.issue()
    office.call()
    before = copy.copy(office.day.tickets[number])
    assert office.call() is None
    assert [type(event) for event in office.do(c.Undo("1"))] == [e.FinishUndone]
    assert office.day.tickets[number] == before
    office.do(c.Start("1"))
    office.do(c.Finish("1"))
    office.do(c.Undo("1"))
    assert office.state(number) == "serving"


def test_several_presses_are_taken_back_one_after_the_other():
    office = Office(Rules(seconds_between_calls=0, undo_seconds=600))
    numbers = [office.issue() for _ in range(3)]
    for _ in numbers:
        office.call()
    for _ in numbers:
        office.do(c.Undo("1"))
    assert [office.state(number) for number in numbers] == ["waiting"] * 3
    assert office.refusal(c.Undo("1")) == "nobody_called"


def test_a_journeys_citizen_leaves_the_next_services_queue_again():
    office = with_journey()
    number = office.issue("trip")
    office.call()
    office.do(c.Start("1"))
    before = copy.copy(office.day.tickets[number])
    office.do(c.Finish("1"))
    assert office.day.tickets[number].service == "c"
    office.do(c.Undo("1"))
    assert office.day.tickets[number] == before
    assert not office.day.waiting["c"].regular


def test_whoever_was_called_elsewhere_since_stays_there():
    office = with_journey()
    number, other = office.issue("trip"), office.issue()
    office.call()
    assert office.call() == other
    assert office.do(c.CallNext("3"))[0].number == number
    assert office.do(c.Undo("1"))[0].finished is None
    assert (office.state(number), office.state(other)) == ("called", "waiting")


def test_a_finish_cannot_be_taken_back_once_the_citizen_was_called_elsewhere():
    office = with_journey()
    office.issue("trip")
    office.call()
    office.do(c.Finish("1"))
    office.do(c.CallNext("3"))
    assert office.refusal(c.Undo("1")) == "moved_on"


def test_a_finish_cannot_be_taken_back_once_the_citizen_was_sent_elsewhere_though_to_the_same_place():
    office = with_journey()
    rules = msgspec.structs.replace(office.definition.rules, transferred_enters=Reentry("arrival"))
    office.do(c.DefineOffice(msgspec.structs.replace(office.day.definition, rules=rules)))
    number = office.issue("trip")
    office.call()
    office.do(c.Finish("1"))
    office.do(c.CallNext("3"))
    office.do(c.Transfer("3", service="b"))
    assert office.refusal(c.Undo("1")) == "moved_on"
    assert office.day.tickets[number].service == "b"


def test_what_others_learnt_and_called_meanwhile_stays(office):
    mine, theirs = office.issue(), office.issue()
    office.do(c.CallNext("2"))
    office.call("1")
    office.do(c.Finish("2"))
    taught = office.day.learnt
    office.do(c.Undo("1"))
    assert office.day.learnt.services == taught.services
    assert office.state(mine) == "served"
    assert office.state(theirs) == "waiting"


@pytest.mark.parametrize("command", [c.Park("1"), c.CloseCounter("1"), c.Transfer("1", service="b")])
def test_what_has_its_own_way_back_is_not_undone(office, command):
    office.issue(), office.issue()
    office.call()
    office.do(command)
    if isinstance(command, c.CloseCounter):
        office.do(c.OpenCounter("1"))
    assert office.refusal(c.Undo("1")) == "nobody_called"


@pytest.mark.parametrize("asked", ["a", "trip"])
def test_the_lobbys_list_is_as_before(asked):
    office = with_journey()
    numbers = [office.issue(asked) for _ in range(30)]
    for _ in numbers[:26]:
        office.call()
    before = list(office.day.last_calls)
    office.call()
    office.do(c.Undo("1"))
    assert office.day.last_calls == before


def test_the_call_of_a_journeys_citizen_stays_in_the_lobbys_list_when_they_go_on():
    office = with_journey()
    number = office.issue("trip")
    office.call()
    before = list(office.day.last_calls)
    office.do(c.Finish("1"))
    assert office.state(number) == "waiting"
    assert office.day.last_calls == before, "it was right, though perhaps nobody has heard it yet"
    office.do(c.CallNext("3"))
    office.do(c.Undo("3"))
    assert office.day.last_calls == before


@pytest.mark.parametrize("command", [c.Undo("1"), c.Transfer("1", service="b"), c.CloseCounter("1")])
def test_a_call_that_nobody_is_to_follow_leaves_the_lobbys_list(command):
    office = Office()
    office.issue()
    office.call()
    office.do(command)
    assert office.day.last_calls == []


def test_an_undo_of_an_older_log_takes_back_the_call_alone():
    office = Office()
    first, second = office.issue(), office.issue()
    office.call()
    for event in decide(office.day, c.CallNext("1"), office.now + 60_000):
        evolve(office.day, e.Entry(office.day.seq + 1, office.now + 60_000, event))
    evolve(office.day, e.Entry(office.day.seq + 1, office.now + 61_000, e.CallUndone(second, "1")))
    assert (office.state(first), office.state(second)) == ("served", "waiting")
    assert office.day.counters["1"].ticket is None


def test_a_journeys_ticket_sent_to_its_own_next_step_is_served_there_once():
    office = with_journey()
    number = office.issue("trip")
    office.call()
    office.do(c.Transfer("1", service="c"))
    office.wait(60)
    office.do(c.CallNext("3"))
    office.do(c.Finish("3"))
    assert office.state(number) == "served"


def test_two_who_come_back_behind_the_same_person_keep_their_order():
    office = Office()
    late, later = (office.issue() for _ in range(2))
    for number in (late, later):
        assert office.call() == number
        office.do(c.Recall("1"))
        office.wait(30)
        office.do(c.NoShow("1"))
    waiting = [office.issue() for _ in range(5)]
    office.do(c.Return(later))
    office.do(c.Return(late))
    assert [office.call() for _ in range(6)] == [*waiting[:3], later, late, waiting[3]]


def test_a_booking_is_not_served_by_what_is_stopped(office):
    office.do(c.Book("CODE1", "b", office.now + 60_000))
    office.do(c.Stop("Listrik padam.", "b"))
    assert office.refusal(c.IssueBooked("CODE1")) == "service_stopped"
    office.do(c.Resume("b"))
    office.do(c.Stop("Gempa."))
    assert office.refusal(c.IssueBooked("CODE1")) == "office_stopped"


def test_a_service_with_bookings_stays_when_the_office_is_closed(office):
    office.do(c.Book("CODE1", "b", office.now + 24 * 3_600_000))
    office.do(c.CloseDay())
    counters = tuple(msgspec.structs.replace(x, services=("a",)) for x in office.definition.counters)
    smaller = msgspec.structs.replace(office.definition, services=office.definition.services[:1], counters=counters)
    assert office.refusal(c.DefineOffice(smaller)) == "service_busy"
    office.do(c.CancelBooking("CODE1"))
    office.do(c.DefineOffice(smaller))


def test_nothing_older_is_taken_back_once_a_press_could_not_be_undone_whole():
    """Else whoever has been served elsewhere would wait again."""
    office = with_journey()
    before, number, other = office.issue(), office.issue("trip"), office.issue()
    office.do(c.CallNext("1"))
    for expected in (number, other):
        office.wait(3)
        assert office.do(c.CallNext("1"))[-1].number == expected
    office.do(c.CallNext("3"))
    office.do(c.Finish("3"))
    assert (office.state(before), office.state(number)) == ("served", "served")
    assert office.do(c.Undo("1"))[0].finished is None
    assert office.refusal(c.Undo("1")) == "nobody_called"
    assert (office.state(before), office.state(number)) == ("served", "served")


def test_a_number_that_was_voided_at_the_counter_does_not_come_back_with_what_its_call_finished():
    office = Office()
    office.do(c.DefineOffice(msgspec.structs.replace(office.definition, kiosks={"kiosk-1": "X"})))
    served, ghost = office.issue(), office.issue()
    office.call()
    office.do(c.Start("1"))
    assert office.call() == ghost
    office.do(c.MergeTickets("kiosk-1", (c.MergedTicket("AX001", "a", 1_000, instead_of="r" * 32, ghost=ghost),)))
    assert office.state(ghost) == "voided"
    assert decide(office.day, c.Undo("1"), office.now).code == "moved_on"
    assert office.state(ghost) == "voided"
    assert office.state(served) == "served"
