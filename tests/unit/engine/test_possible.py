"""What a console is told may be pressed is what pressing it does."""

from __future__ import annotations

import pytest
from engine_office import Office
from msgspec.structs import replace

from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.decide import Refusal, decide
from appliance.engine.model import Counter, Definition, Rules, Service
from appliance.engine.next_call import in_turn
from appliance.engine.possible import Verdict, possible

AT_COUNTER = {kind.__struct_config__.tag: kind for kind in c.AtCounter.__subclasses__()}

ALARM = ("raise_alarm", "end_alarm")


def verdicts(office, counter="1"):
    before = repr(office.day)
    found = possible(office.day, counter, office.now)
    assert repr(office.day) == before
    return found


def test_every_command_at_a_counter_has_its_verdict(office):
    assert set(verdicts(office)) == set(AT_COUNTER)


def test_what_may_not_be_asked_says_why_and_from_when(office):
    office.issue()
    office.issue()
    office.call()
    found = verdicts(office)
    called_at = office.now
    rules = office.day.rules
    assert found["call_next"] == Verdict("too_soon", called_at + rules.seconds_between_calls * 1000)
    assert found["no_show"] == Verdict("too_early")
    assert found["undo"] == Verdict(until=called_at + rules.undo_seconds * 1000)
    assert found["recall"] == found["start"] == found["transfer"] == found["pause_counter"] == Verdict()
    assert found["open_counter"] == Verdict("counter_open")
    office.wait(5)
    office.do(c.Recall("1"))
    assert verdicts(office)["no_show"] == Verdict("too_early", office.now + rules.no_show_min_seconds * 1000)


def test_the_instants_are_those_from_and_up_to_which_it_may_be_done(office):
    office.issue()
    office.issue()
    office.call()
    office.do(c.Recall("1"))
    found = verdicts(office)
    for kind, name in ((c.CallNext, "call_next"), (c.NoShow, "no_show")):
        assert isinstance(decide(office.day, kind("1"), found[name].at - 1), Refusal)
        assert not isinstance(decide(office.day, kind("1"), found[name].at), Refusal)
    assert not isinstance(decide(office.day, c.Undo("1"), found["undo"].until), Refusal)
    assert isinstance(decide(office.day, c.Undo("1"), found["undo"].until + 1), Refusal)


@pytest.mark.parametrize("counter", ["1", "3"])
def test_an_empty_office_leaves_little_to_do(office, counter):
    found = verdicts(office, counter)
    if counter == "3":
        assert {one.code for name, one in found.items() if name not in ("open_counter", *ALARM)} == {"counter_closed"}
        assert found["open_counter"] == Verdict()
    else:
        assert found["call_next"].code == found["call_number"].code == "nobody_waiting"
        assert found["finish"].code == found["park"].code == "nobody_called"
        assert found["close_counter"] == Verdict()


def test_nothing_may_be_asked_when_the_day_is_over(office):
    office.do(c.CloseDay())
    assert {one.code for name, one in verdicts(office).items() if name not in ALARM} == {"office_closed"}
    assert verdicts(office)["raise_alarm"] == Verdict()


def test_an_office_with_one_service_can_still_send_a_ticket_to_one_counter(office):
    only = Definition({"id": "Kantor"}, (Service("a", "A", {"id": "A"}),), (Counter("1", {"id": "1"}, ("a",)),))
    office.do(c.DefineOffice(only))
    office.issue()
    office.call()
    assert verdicts(office)["transfer"] == Verdict()
    office.do(c.Transfer("1", to="1"))


def test_who_is_next_is_told_in_the_order_in_which_they_are_then_called():
    office = Office(Rules(priority_share=1, promise_minutes=10))
    for priority in (False, False, True, True):
        office.wait(1)
        office.do(c.IssueTicket("a", priority))
    office.issue("b")
    foretold = in_turn(office.day, "1", office.now + 60_000, 9)
    assert [choice.reason for choice in foretold[:2]] == ["priority_turn", "regular_turn"]
    called = []
    office.wait(55)
    for _ in range(5):
        office.wait(5)
        called += [(x.number, x.reason) for x in office.do(c.CallNext("1")) if isinstance(x, e.TicketCalled)]
    assert called == [(choice.number, choice.reason) for choice in foretold]
    assert in_turn(office.day, "1", office.now, 3) == []


def test_who_is_at_a_counter_that_serves_them_no_more_can_still_be_sent_on(office):
    number = office.issue()
    office.call()
    fewer = tuple(replace(one, services=("b",)) if one.id == "1" else one for one in office.definition.counters)
    office.do(c.DefineOffice(replace(office.definition, counters=fewer)))
    assert verdicts(office)["transfer"] == Verdict()
    office.do(c.Transfer("1", service="b"))
    assert office.day.tickets[number].service == "b"
