"""A ticket that is changed before its call stands as if it had always been for that; a left session is ended."""

from __future__ import annotations

import pytest
from engine_office import HOUR, Office

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.model import Counter, Definition, Journey, Outcome, Reentry, Rules, Service


def order(office, service):
    return [number for part in office.day.waiting[service].parts() for _, number in part]


def test_a_changed_ticket_keeps_its_number_and_stands_by_its_arrival(office):
    wrong = office.issue("a")
    first = office.issue("c")
    later = office.issue("c")
    office.do(c.ChangeTicket(first, "a"))
    assert order(office, "a") == [wrong, first]
    office.do(c.ChangeTicket(wrong, "c"))
    assert order(office, "c") == [wrong, later]
    ticket = office.day.tickets[wrong]
    assert (ticket.number, ticket.service, ticket.state) == (wrong, "c", "waiting")


def test_a_class_is_changed_in_place_and_back(office):
    first, second = office.issue(), office.issue()
    place = office.day.tickets[second].place
    office.do(c.ChangeTicket(second, priority=True))
    assert office.day.waiting["a"].priority == [(place, second)]
    assert office.call() == second
    office.do(c.ChangeTicket(first, priority=True))
    office.do(c.ChangeTicket(first, priority=False))
    assert order(office, "a") == [first]


def test_a_parked_ticket_returns_to_what_it_was_changed_to(office):
    number = office.issue()
    office.issue("c")
    office.call()
    office.do(c.Park("1"))
    office.do(c.ChangeTicket(number, "c", priority=True))
    assert office.state(number) == "parked"
    office.do(c.Return(number))
    assert office.day.waiting["c"].priority[0][1] == number


def test_what_cannot_be_changed_says_why(office):
    number = office.issue()
    assert office.refusal(c.ChangeTicket("Z999", "c")) == "unknown_ticket"
    assert office.refusal(c.ChangeTicket(number, "zz")) == "unknown_service"
    assert office.refusal(c.ChangeTicket(number)) == "nothing_changed"
    assert office.refusal(c.ChangeTicket(number, "a", priority=False)) == "nothing_changed"
    office.call()
    assert office.refusal(c.ChangeTicket(number, "c")) == "not_waiting"


def test_a_booked_citizen_keeps_the_time_also_for_another_service(office):
    office.do(c.Book("CODE1", "a", office.now + HOUR))
    number = office.do(c.IssueBooked("CODE1"))[0].number
    due = office.day.tickets[number].due_at
    office.do(c.ChangeTicket(number, "c"))
    assert office.day.tickets[number].due_at == due
    assert [n for _, n in office.day.waiting["c"].booked] == [number]


def test_a_journey_goes_on_without_what_it_was_changed_to():
    office = Office()
    definition = Definition(
        {"id": "K"},
        tuple(Service(i, i.upper(), {"id": i}) for i in "abc"),
        (Counter("1", {"id": "1"}, ("a", "b", "c")),),
        journeys=(Journey("trip", {"id": "trip"}, ("a", "c", "b")),),
    )
    office.do(c.DefineOffice(definition))
    number = office.issue("trip")
    office.do(c.ChangeTicket(number, "c"))
    assert office.day.tickets[number].steps == ("b",)
    other = office.issue("trip")
    office.do(c.ChangeTicket(other, priority=True))
    assert office.day.tickets[other].steps == ("c", "b")


@pytest.fixture
def with_journeys():
    office = Office()
    services = tuple(Service(i, i.upper(), {"id": i}) for i in "abc")
    counters = (Counter("1", {"id": "1"}, ("a", "b", "c")),)
    journeys = (Journey("trip", {"id": "trip"}, ("c", "b")), Journey("tour", {"id": "tour"}, ("c", "a", "b")))
    office.do(c.DefineOffice(Definition({"id": "K"}, services, counters, journeys=journeys)))
    return office


def test_a_ticket_is_changed_to_a_journey_and_goes_through_it(with_journeys):
    office = with_journeys
    number, later = office.issue("a"), office.issue("c")
    office.do(c.ChangeTicket(number, "trip"))
    ticket = office.day.tickets[number]
    assert (ticket.service, ticket.steps, order(office, "c")) == ("c", ("b",), [number, later])
    assert office.refusal(c.ChangeTicket(number, "trip")) == "nothing_changed"
    assert office.call() == number
    office.do(c.Start("1"))
    office.do(c.Finish("1"))
    assert order(office, "b") == [number]


def test_a_journey_is_changed_to_another_that_begins_alike_and_to_a_service(with_journeys):
    office = with_journeys
    number = office.issue("trip")
    place = office.day.tickets[number].place
    office.do(c.ChangeTicket(number, "tour", priority=True))
    ticket = office.day.tickets[number]
    assert (ticket.service, ticket.steps, ticket.place, ticket.priority) == ("c", ("a", "b"), place, True)
    office.do(c.ChangeTicket(number, "a"))
    assert (ticket.service, ticket.steps) == ("a", ("b",))


def test_whoever_waits_for_one_counter_alone_waits_for_all_that_serve_the_new_service(office):
    number = office.issue()
    office.call()
    office.do(c.Transfer("1", to="2"))
    office.do(c.ChangeTicket(number, priority=True))
    assert office.day.tickets[number].only == "2"
    office.do(c.ChangeTicket(number, "c"))
    assert office.day.tickets[number].only is None
    assert order(office, "c") == [number]


def test_what_was_told_of_another_queue_teaches_nothing(office):
    number = office.issue()
    office.do(c.ChangeTicket(number, priority=True))
    assert office.day.tickets[number].told is None


def test_a_class_that_the_desk_changed_is_not_lost_by_taking_back_the_press_before():
    """Whoever goes on in a journey waits at the place that the press gave them: only their class has changed."""
    office = Office(Rules(undo_seconds=600))
    journeys = (Journey("trip", {"id": "trip"}, ("a", "c")),)
    office.do(c.DefineOffice(Definition({"id": "K"}, office.definition.services, office.definition.counters,
                                        office.definition.rules, journeys=journeys)))  # fmt: skip
    number = office.issue("trip")
    office.call()
    office.do(c.Start("1"))
    office.do(c.Finish("1"))
    office.do(c.ChangeTicket(number, priority=True))
    assert office.refusal(c.Undo("1")) == "moved_on"
    assert office.day.tickets[number].priority


@pytest.mark.parametrize("finished", [False, True])
def test_a_paper_that_was_printed_stays_printed_when_the_press_before_is_taken_back(office, finished):
    number = office.issue()
    office.call()
    if finished:
        office.do(c.Finish("1"))
    office.do(c.ReprintNumber(number, "kiosk-1"))
    first = office.day.seq
    office.do(c.Undo("1"))
    office.do(c.ReprintNumber(number, "kiosk-1"))
    assert office.day.tickets[number].paper == first


# -- a session that was forgotten --------------------------------------------------------------------------------------


@pytest.fixture
def left(office):
    office.do(c.CloseCounter("1"))
    office.do(c.OpenCounter("1", "sari"))
    return office


def test_a_forgotten_session_is_ended_and_the_event_says_whose_and_by_whom(left):
    assert left.refusal(c.OpenCounter("1", "budi")) == "counter_taken"
    assert left.refusal(c.CloseCounter("1", "budi")) == "counter_taken"
    assert left.do(c.FreeCounter("1", "siti")) == [e.CounterClosed("1", "sari", "siti")]
    left.do(c.OpenCounter("1", "budi"))
    assert left.day.counters["1"].officer == "budi"


def test_nobody_is_freed_of_somebody_at_the_counter_without_being_sure(left):
    number = left.issue()
    left.call()
    assert left.refusal(c.FreeCounter("1", "siti")) == "counter_busy"
    left.do(c.FreeCounter("1", "siti", sure=True))
    assert left.state(number) == "waiting"
    assert not left.day.counters["1"].open


def test_whoever_is_being_served_is_finished_though_nobody_noted_what_was_done():
    rules = Rules(outcomes=(Outcome("done", {"id": "Selesai"}),), outcome_required=True, parked_returns=Reentry("end"))
    office = Office(rules)
    office.do(c.CloseCounter("1"))
    office.do(c.OpenCounter("1", "sari"))
    number = office.issue()
    office.call()
    office.do(c.Start("1"))
    assert office.refusal(c.CloseCounter("1", "sari")) == "outcome_required"
    office.do(c.FreeCounter("1", "siti", sure=True))
    assert office.state(number) == "served"


def test_what_is_nobodys_session_is_not_freed(office):
    assert office.refusal(c.FreeCounter("1", "siti")) == "no_session"
    assert office.refusal(c.FreeCounter("3", "siti")) == "counter_closed"
    assert office.refusal(c.FreeCounter("9", "siti")) == "unknown_counter"
