"""A ticket that is sent to one counter waits for that one alone, while it is open."""

from __future__ import annotations

import random

import pytest
from engine_office import Office

from appliance.engine import commands as c
from appliance.engine.expected_times import expectation
from appliance.engine.model import Counter, Definition, Reentry, Rules, Service
from appliance.engine.next_call import in_turn, waiting_by_service, waiting_for
from appliance.engine.wait_estimate import forecast, people_ahead


@pytest.fixture
def sent(office):
    """An office whose A001 was at counter 1 and waits for counter 2 alone, with A002 and A003 behind it."""
    for _ in range(3):
        office.issue()
    office.call("1")
    office.do(c.Transfer("1", to="2"))
    return office


def test_it_keeps_its_place_and_no_other_counter_calls_it(sent):
    assert sent.state("A001") == "waiting"
    assert sent.call("1") == "A002"
    assert sent.call("2") == "A001"
    assert sent.day.tickets["A001"].only is None
    assert sent.call("2") == "A003"


def test_it_counts_where_it_waits(sent):
    assert (waiting_for(sent.day, "1"), waiting_for(sent.day, "2"), waiting_by_service(sent.day)["a"]) == (2, 3, 3)
    assert [one.number for one in in_turn(sent.day, "1", sent.now, 3)] == ["A002", "A003"]
    assert [one.number for one in in_turn(sent.day, "2", sent.now, 3)] == ["A001", "A002", "A003"]
    assert people_ahead(sent.day, "a") == 3


def test_its_wait_is_foretold_from_that_counter_alone(sent):
    sent.do(c.PauseCounter("1", reason="break"))
    for number in ("A002", "A003"):
        sent.do(c.Cancel(number))
    sent.wait(60)
    sent.issue()
    sent.call("2")
    assert sent.day.tickets["A001"].state == "called"
    sent.do(c.Transfer("2", to="2"))
    found = forecast(sent.day, sent.now, expectation(sent.day, sent.now), random.Random(1))
    minutes = {turn.number: turn.minutes for turn in found.turns}
    assert minutes["A001"] == 0.0
    assert minutes["A004"] > 1.0


def test_if_the_counter_closes_it_waits_for_its_service_again_in_its_place(sent):
    sent.do(c.CloseCounter("2"))
    assert sent.day.tickets["A001"].only is None
    assert sent.call("1") == "A001"


def test_a_pause_does_not_give_it_away_but_it_may_be_picked_by_hand(sent):
    sent.do(c.PauseCounter("2", reason="break"))
    assert sent.call("1") == "A002"
    sent.wait(60)
    sent.do(c.CallNumber("1", number="A001", reason="supervisor"))
    assert sent.state("A001") == "called"


def test_a_call_that_is_taken_back_leaves_it_waiting_for_its_counter(sent):
    assert sent.call("2") == "A001"
    sent.do(c.Undo("2"))
    assert sent.day.tickets["A001"].only == "2"
    assert sent.call("1") == "A002"


def test_a_pick_that_is_taken_back_after_its_counter_closed_leaves_it_with_its_service(sent):
    sent.wait(60)
    sent.do(c.CallNumber("1", number="A001", reason="supervisor"))
    sent.do(c.CloseCounter("2"))
    sent.do(c.Undo("1"))
    assert (sent.state("A001"), sent.day.tickets["A001"].only) == ("waiting", None)
    assert sent.call("1") == "A001"


@pytest.mark.parametrize("without", ["the counter", "its service there"])
def test_an_office_that_changes_loses_nobody(sent, without):
    services = tuple(Service(i, i.upper(), {"id": i}) for i in "abc")
    kept = (Counter("1", {"id": "1"}, ("a", "b")), Counter("2", {"id": "2"}, ("b",)))
    counters = kept[:1] if without == "the counter" else kept
    sent.do(c.DefineOffice(Definition({"id": "Kantor"}, services, counters)))
    assert sent.day.tickets["A001"].only is None
    assert sent.call("1") == "A001"


def test_another_service_may_be_said_as_well_and_the_rule_of_re_entry_holds():
    office = Office(Rules(transferred_enters=Reentry("end")))
    office.issue("b")
    office.issue("a")
    office.call("1")
    office.wait(1)
    office.do(c.Transfer("1", service="a", to="2"))
    assert office.day.tickets["B001"].service == "a"
    assert office.call("2") == "A001"
    assert office.call("2") == "B001"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.Transfer("1", to="9"), "unknown_counter"),
        (c.Transfer("1", to="3"), "closed_there"),
        (c.Transfer("1", service="b", to="2"), "not_served_here"),
        (c.Transfer("1"), "same_service"),
    ],
)
def test_where_nobody_would_call_it_cannot_be_sent(office, command, code):
    office.issue()
    office.call("1")
    assert office.refusal(command) == code


def test_it_expires_with_the_day(sent):
    sent.do(c.CloseDay())
    assert sent.state("A001") == "expired"
