"""Stopping, quotas, sessions, journeys, parking, and what kiosks printed alone."""

from __future__ import annotations

import pytest
from engine_office import HOUR, Office

from appliance.engine import commands as c
from appliance.engine.model import Counter, Definition, Journey, Rules, Service
from appliance.engine.soundness import problems


def office_with(*services, journeys=(), kiosks=None, rules=None):
    """An office with these services, one counter for all of them, opened on the next day."""
    office = Office()
    office.do(c.CloseDay())
    office.wait(24 * 3600)
    counter = Counter("1", {"id": "1"}, tuple(service.id for service in services))
    definition = Definition({"id": "K"}, services, (counter,), rules or Rules(), journeys=journeys, kiosks=kiosks or {})
    office.do(c.DefineOffice(definition))
    last = {s.id: office.now + HOUR for s in services if s.last_ticket}
    office.do(c.OpenDay("2026-04-07", office.spans(), office.now + 10 * HOUR, last))
    return office


A = Service("a", "A", {"id": "A"})
B = Service("b", "B", {"id": "B"})


def test_a_stopped_service_gives_no_numbers_and_says_why(office):
    waiting = office.issue("a")
    office.do(c.Stop("Jaringan pusat terputus", "a"))
    assert office.refusal(c.IssueTicket("a")) == "service_stopped"
    assert office.refusal(c.Stop("Jaringan pusat terputus", "a")) == "already_stopped"
    assert office.issue("b") == "B001"
    assert office.call("2") == waiting, "who has a number is served on"
    office.do(c.Resume("a"))
    assert office.refusal(c.Resume("a")) == "not_stopped"
    assert office.issue("a") == "A002"


def test_the_whole_office_can_be_stopped(office):
    office.do(c.Stop("Simulasi gempa"))
    assert office.refusal(c.IssueTicket("b")) == "office_stopped"
    assert office.refusal(c.Stop("  ")) == "no_reason"
    assert office.refusal(c.Stop("x", "z")) == "unknown_service"
    office.do(c.Resume())
    assert office.issue("b") == "B001"


def test_a_quota_counts_every_number_given_out_today():
    office = office_with(Service("a", "A", {"id": "A"}, quota=2), B)
    office.do(c.Cancel(office.issue("a")))
    office.issue("a")
    assert office.refusal(c.IssueTicket("a")) == "quota"
    assert office.issue("b") == "B001"


def test_a_service_may_stop_giving_numbers_before_the_office_closes():
    office = office_with(Service("a", "A", {"id": "A"}, last_ticket="09:00"), B)
    office.wait(3600)
    assert office.refusal(c.IssueTicket("a")) == "last_ticket"
    assert office.issue("b") == "B001"


def test_a_counter_has_one_session_and_the_second_officer_is_told_whose(office):
    office.do(c.OpenCounter("1", "sari"))
    office.issue("a")
    office.wait(5)
    assert office.refusal(c.CallNext("1", "budi")) == "counter_taken"
    assert office.refusal(c.OpenCounter("1", "budi")) == "counter_taken"
    office.do(c.CallNext("1", "sari"))
    office.do(c.Recall("1"))  # the keypad shares the session of its counter
    office.do(c.CloseCounter("1", "sari"))
    office.do(c.OpenCounter("1", "budi"))


def test_a_paused_counter_finishes_what_it_has_and_calls_nobody(office):
    office.issue("a"), office.issue("a")
    office.call("1")
    assert office.refusal(c.PauseCounter("1", reason="boredom")) == "no_reason"
    office.do(c.PauseCounter("1", reason="break"))
    assert office.refusal(c.PauseCounter("1", reason="break")) == "counter_paused"
    office.do(c.Finish("1"))
    office.wait(5)
    assert office.refusal(c.CallNext("1")) == "counter_paused"
    office.do(c.OpenCounter("1"))
    assert office.call("1") == "A002"


def test_a_parked_ticket_waits_aside_and_returns_to_its_place(office):
    first, second = office.issue("a"), office.issue("a")
    office.call("1")
    office.do(c.Park("1"))
    assert office.state(first) == "parked"
    assert office.refusal(c.Return(second)) == "not_parked"
    assert office.refusal(c.Return("A099")) == "unknown_ticket"
    office.do(c.Return(first))
    assert office.call("1") == first


def test_a_parked_ticket_can_be_withdrawn_and_expires_at_the_close(office):
    first, second = office.issue("a"), office.issue("a")
    for _ in range(2):
        office.call("1")
        office.do(c.Park("1"))
    office.do(c.Cancel(first))
    office.do(c.CloseDay())
    assert (office.state(first), office.state(second)) == ("cancelled", "expired")


def test_a_journey_leads_one_number_through_several_services():
    office = office_with(A, B, journeys=(Journey("both", {"id": "Keduanya"}, ("a", "b")),))
    office.wait(1)
    number = office.do(c.IssueTicket("both"))[0].number
    assert number == "A001"
    office.call("1")
    office.do(c.Finish("1"))
    ticket = office.day.tickets[number]
    assert (ticket.state, ticket.service, ticket.steps) == ("waiting", "b", ())
    assert office.call("1") == number
    office.do(c.Finish("1"))
    assert office.state(number) == "served"


def test_at_the_close_of_the_day_a_journey_does_not_go_on():
    office = office_with(A, B, journeys=(Journey("both", {"id": "Keduanya"}, ("a", "b")),))
    office.wait(1)
    number = office.do(c.IssueTicket("both"))[0].number
    office.call("1")
    office.do(c.Start("1"))
    office.do(c.CloseDay())
    assert office.state(number) == "served"


def offline(number, age_s, **more):
    return c.MergedTicket(number, "a", age_s * 1000, **more)


def test_what_a_kiosk_printed_alone_enters_in_the_order_of_printing():
    office = office_with(A, kiosks={"kiosk-1": "X"})
    office.issue("a")
    office.wait(60)
    office.do(c.MergeTickets("kiosk-1", (offline("AX001", 70), offline("AX002", 50))))
    assert [office.call("1") for _ in range(3)] == ["AX001", "A001", "AX002"]


def test_a_merge_delivered_twice_has_its_effect_once():
    office = office_with(A, kiosks={"kiosk-1": "X"})
    office.wait(60)
    merge = c.MergeTickets("kiosk-1", (offline("AX001", 30), offline("AX001", 30), offline("AX002", 20)))
    assert len(office.do(merge)) == 2
    assert office.do(merge) == []
    assert sorted(office.day.tickets) == ["AX001", "AX002"]


def test_the_ghost_of_an_unanswered_request_is_voided():
    office = office_with(A, kiosks={"kiosk-1": "X"})
    ghost = office.issue("a")
    office.wait(60)
    office.do(c.MergeTickets("kiosk-1", (offline("AX001", 30, instead_of="r" * 32, ghost=ghost),)))
    assert (office.state(ghost), office.state("AX001")) == ("voided", "waiting")
    assert "r" * 32 in office.day.replaced
    assert office.call("1") == "AX001"
    assert office.call("1") is None


def test_a_ghost_that_was_called_leaves_its_counter():
    office = office_with(A, kiosks={"kiosk-1": "X"})
    ghost = office.issue("a")
    office.call("1")
    office.do(c.MergeTickets("kiosk-1", (offline("AX001", 30, ghost=ghost),)))
    assert office.day.counters["1"].ticket is None
    assert office.call("1") == "AX001"


def test_no_kiosk_brings_its_own_series_beyond_what_it_can_print_in_a_day():
    office = office_with(A, kiosks={"kiosk-1": "X"})
    office.do(c.MergeTickets("kiosk-1", (offline("AX4000", 30),)))
    office.do(c.MergeTickets("kiosk-1", (offline("AX5000", 20), offline("AX5000", 20))))
    assert office.refusal(c.MergeTickets("kiosk-1", (offline("AX07", 20), offline("AX5001", 10)))) == "beyond_paper"
    assert office.refusal(c.NotePrinted("kiosk-1", office.day.date, {"A": 7, "AX": 5_001})) == "beyond_paper"
    office.do(c.MergeTickets("kiosk-1", (offline("AX07", 20),)))


def test_a_number_of_a_foreign_series_is_refused_whole():
    office = office_with(A, kiosks={"kiosk-1": "X"})
    good, bad = offline("AX001", 30), offline("AY001", 20)
    assert office.refusal(c.MergeTickets("kiosk-1", (good, bad))) == "wrong_series"
    assert office.refusal(c.MergeTickets("kiosk-9", (good,))) == "no_series"
    unknown = c.MergedTicket("AX001", "z", 0)
    assert office.refusal(c.MergeTickets("kiosk-1", (unknown,))) == "unknown_service"


@pytest.mark.parametrize(
    ("services", "kiosks", "complaint"),
    [
        ((A, Service("ax", "AX", {"id": "AX"})), {"kiosk-1": "X"}, "makes AX, which is a service's own prefix"),
        ((A,), {"kiosk-1": "X", "kiosk-2": "X"}, "the letter 'X' is used twice"),
    ],
)
def test_offline_series_that_could_collide_are_refused(services, kiosks, complaint):
    counter = Counter("1", {"id": "1"}, ("a",))
    found = problems(Definition({"id": "K"}, services, (counter,), kiosks=kiosks))
    assert any(complaint in str(problem) for problem in found)


def test_a_recall_limit_that_would_rule_out_every_no_show_is_refused():
    rules = Rules(recall_limit=1, no_show_min_calls=2)
    found = problems(Definition({"id": "K"}, (A,), (Counter("1", {"id": "1"}, ("a",)),), rules))
    assert any("rules.recall_limit" in str(problem) for problem in found)
