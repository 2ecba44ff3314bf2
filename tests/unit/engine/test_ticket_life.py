"""What a ticket may go through, and what is refused."""

from __future__ import annotations

import msgspec
import pytest

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.evolve import evolve
from appliance.engine.model import Day, Definition
from appliance.engine.soundness import problems


def names(events):
    return [type(event).__name__ for event in events]


def test_first_come_is_first_served(office):
    first, second = office.issue(), office.issue()
    assert [office.call("1"), office.call("2")] == [first, second]


def test_a_counter_calls_the_earliest_over_all_its_services(office):
    b, a = office.issue("b"), office.issue("a")
    assert [office.call("1"), office.call("1")] == [b, a]


def test_a_counter_never_calls_a_service_it_does_not_serve(office):
    office.issue("b")
    assert office.refusal(c.CallNext("2")) == "nobody_waiting"


def test_calling_next_finishes_the_ticket_at_the_counter(office):
    first, second = office.issue(), office.issue()
    office.call("1")
    office.wait(60)
    assert names(office.do(c.CallNext("1"))) == ["ServiceStarted", "ServiceFinished", "TicketCalled"]
    assert (office.state(first), office.state(second)) == ("served", "called")


def test_calling_next_with_nobody_waiting_finishes_and_leaves_the_counter_free(office):
    number = office.issue()
    office.call("1")
    assert office.call("1") is None
    assert office.state(number) == "served"
    assert office.day.counters["1"].ticket is None


def test_a_second_press_within_the_pause_calls_nobody(office):
    office.issue(), office.issue()
    office.call("1")
    office.wait(1)
    assert office.refusal(c.CallNext("1")) == "too_soon"


def test_start_then_finish(office):
    number = office.issue()
    office.call("1")
    assert names(office.do(c.Start("1"))) == ["ServiceStarted"]
    assert office.refusal(c.Start("1")) == "already_serving"
    assert names(office.do(c.Finish("1"))) == ["ServiceFinished"]
    assert office.state(number) == "served"


def test_recall_counts_the_calls(office):
    office.issue()
    office.call("1")
    assert office.do(c.Recall("1"))[0].times == 2
    assert office.do(c.Recall("1"))[0].times == 3


def test_nobody_is_written_off_before_two_calls_and_fifteen_seconds(office):
    number = office.issue()
    office.call("1")
    office.wait(60)
    assert office.refusal(c.NoShow("1")) == "too_early"
    office.do(c.Recall("1"))
    office.wait(14)
    assert office.refusal(c.NoShow("1")) == "too_early"
    office.wait(1)
    office.do(c.NoShow("1"))
    assert office.state(number) == "no_show"
    assert office.day.counters["1"].ticket is None


def test_who_is_being_served_is_no_no_show(office):
    office.issue()
    office.call("1")
    office.do(c.Start("1"))
    assert office.refusal(c.NoShow("1")) == "already_serving"


def test_a_transferred_ticket_keeps_its_number_and_its_arrival(office):
    number = office.issue("a")
    office.issue("b")
    office.call("2")
    office.do(c.Transfer("2", service="b"))
    assert office.call("1") == number
    assert office.day.tickets[number].service == "b"


def test_transfer_to_an_unknown_or_the_same_service_is_refused(office):
    office.issue("a")
    office.call("1")
    assert office.refusal(c.Transfer("1", service="z")) == "unknown_service"
    assert office.refusal(c.Transfer("1", service="a")) == "same_service"


def test_only_a_waiting_ticket_can_be_withdrawn(office):
    first, second = office.issue(), office.issue()
    office.call("1")
    assert office.refusal(c.Cancel(first)) == "not_waiting"
    office.do(c.Cancel(second))
    assert office.refusal(c.Cancel(second)) == "not_waiting"
    assert office.refusal(c.Cancel("A999")) == "unknown_ticket"
    office.wait(60)
    assert office.call("1") is None


@pytest.mark.parametrize("command", [c.Recall, c.Start, c.Finish, c.NoShow])
def test_without_a_ticket_at_the_counter_there_is_nothing_to_do(office, command):
    assert office.refusal(command("1")) == "nobody_called"


@pytest.mark.parametrize("command", [c.CallNext, c.Recall, c.Finish, c.NoShow, c.CloseCounter])
def test_a_closed_counter_and_an_unknown_one_are_refused(office, command):
    assert office.refusal(command("3")) == "counter_closed"
    assert office.refusal(command("9")) == "unknown_counter"


def test_a_counter_that_closes_hands_a_called_ticket_back_to_its_old_place(office):
    first = office.issue()
    office.issue()
    office.call("1")
    assert names(office.do(c.CloseCounter("1"))) == ["TicketReturned", "CounterClosed"]
    assert office.call("2") == first
    assert office.day.tickets[first].calls == 1


def test_a_counter_that_closes_finishes_the_ticket_being_served(office):
    number = office.issue()
    office.call("1")
    office.do(c.Start("1"))
    office.do(c.CloseCounter("1"))
    assert office.state(number) == "served"
    assert office.refusal(c.CallNext("1")) == "counter_closed"
    office.do(c.OpenCounter("1"))
    assert office.refusal(c.OpenCounter("1")) == "counter_open"


def test_an_unknown_service_is_refused(office):
    assert office.refusal(c.IssueTicket("z")) == "unknown_service"


def test_why_this_ticket_and_how_long_it_waited_are_in_the_call(office):
    office.issue()
    office.wait(300)
    called = office.do(c.CallNext("1"))[0]
    assert (called.reason, called.waited_ms) == ("first_come", 300_000)


def test_rebuilding_from_the_log_gives_the_same_state(office):
    for _ in range(3):
        office.issue("a"), office.issue("b")
    office.call("1"), office.call("2"), office.call("1")
    office.do(c.Transfer("2", service="c"))
    office.do(c.CloseCounter("1"))
    again = Day()
    for entry in office.log:
        evolve(again, entry)
    assert again == office.day


def test_time_never_runs_backwards_in_the_log(office):
    office.wait(2 * 3600)
    office.issue()
    office.now -= 3_600_000
    office.issue()
    assert [entry.at for entry in office.log] == sorted(entry.at for entry in office.log)


def test_an_office_in_which_two_services_share_a_prefix_is_refused(office):
    one, two, three = office.definition.services
    clash = Definition({"id": "x"}, (one, type(two)("b", "A", {"id": "B"}), three), office.definition.counters)
    office.do(c.CloseDay())
    assert office.refusal(c.DefineOffice(clash)) == "wrong_definition"
    assert any("prefix 'A'" in str(problem) for problem in problems(clash))


def test_an_event_carries_its_type_for_the_log(office):
    office.issue()
    encoded = msgspec.json.encode(office.log[-1].event)
    assert b'"type":"TicketIssued"' in encoded
    assert msgspec.json.decode(encoded, type=e.Event) == office.log[-1].event
