"""A ticket that the desk has printed at a kiosk: what that kiosk is sent, and that it is sent to no other."""

from __future__ import annotations

import pytest
from hub_bench import ask
from msgspec.structs import replace

from appliance.engine.model import Definition, Journey, Service
from appliance.hub import snapshots
from appliance.hub.paper import UNKNOWN, to_print
from appliance.store.database import StorageFault
from appliance.units import DAY
from appliance.wire import messages as m
from appliance.wire import topics

KIOSK = "kiosk-2"


def sent(hub):
    """Return what was said of the latest event: a topic and a message, or None."""
    entry = hub.store.unsent()[1][-1]
    return to_print(hub.handler.day, entry, hub.store.source_of) or snapshots.said(hub.handler.day, entry)


def printed(hub, number, kiosk=KIOSK):
    assert isinstance(ask(hub, m.ReprintNumber(number, kiosk)), m.Accepted)
    topic, order = sent(hub)
    assert topic == topics.printing(kiosk) == f"giliran/1/print/{kiosk}"
    return order


def test_a_number_of_the_desk_is_printed_as_the_hub_gave_it_and_a_second_paper_is_a_copy(hub):
    request = hub.request(m.Issue("a", priority=True), node="web-1")
    given = hub.ask(request)[0]
    first, second = printed(hub, given.number), printed(hub, given.number, "kiosk-1")
    assert first.ticket == second.ticket == given.ticket
    assert first.minted == second.minted == given.id
    assert (first.copy, second.copy) == (False, True)
    assert first.id != second.id


def test_a_call_that_is_taken_back_makes_no_first_paper_of_the_second(hub):
    number = ask(hub, m.Issue("a"), "web-1").number
    ask(hub, m.CallNext("1"))
    assert not printed(hub, number).copy
    assert isinstance(ask(hub, m.Undo("1")), m.Accepted)
    assert printed(hub, number, "kiosk-1").copy


def test_a_finish_that_is_taken_back_makes_no_first_paper_of_the_second(hub):
    number = ask(hub, m.Issue("a"), "web-1").number
    for body in (m.CallNext("1"), m.Start("1"), m.Finish("1")):
        assert isinstance(ask(hub, body), m.Accepted)
    assert not printed(hub, number).copy
    assert isinstance(ask(hub, m.Undo("1")), m.Accepted)
    assert printed(hub, number, "kiosk-1").copy


def test_what_a_kiosk_gave_is_a_copy_at_once_with_the_code_of_the_first_paper(hub):
    request = hub.request(m.Issue("a"), node="kiosk-1")
    given = hub.ask(request)[0]
    order = printed(hub, given.number)
    assert (order.copy, order.minted, order.ticket) == (True, given.id, given.ticket)


def test_a_number_that_a_kiosk_printed_alone_keeps_its_own_code(hub):
    hub.house.adopt(replace(hub.handler.day.definition, kiosks={"kiosk-1": "X"}))
    ticket = m.OfflineTicket("AX01", "a", 60_000, "f" * 32)
    ask(hub, m.MergeOffline((ticket,)), "kiosk-1")
    order = printed(hub, "AX01")
    assert (order.minted, order.copy, order.ticket.ahead) == ("f" * 32, True, UNKNOWN)
    assert order.ticket.issued_at == hub.handler.day.tickets["AX01"].arrived_at


def test_the_paper_says_what_the_ticket_is_for_now(hub):
    office = hub.handler.day.definition
    services = (*office.services, Service("b", "B", {"id": "B"}))
    counters = tuple(replace(counter, services=("a", "b")) for counter in office.counters)
    hub.house.adopt(Definition(office.names, services, counters, office.rules))
    number = ask(hub, m.Issue("a")).number
    ask(hub, m.ChangeTicket(number, "b", priority=True))
    paper = printed(hub, number).ticket
    assert (paper.service, paper.priority, paper.ahead, paper.low) == ("b", True, UNKNOWN, None)


def test_the_paper_of_a_ticket_that_became_a_journey_says_where_it_goes_on(hub):
    office = hub.handler.day.definition
    services = (*office.services, Service("b", "B", {"id": "B"}))
    counters = tuple(replace(counter, services=("a", "b")) for counter in office.counters)
    journeys = (Journey("trip", {"id": "trip"}, ("a", "b")),)
    hub.house.adopt(Definition(office.names, services, counters, office.rules, journeys=journeys))
    given = hub.ask(hub.request(m.Issue("a"), node="web-1"))[0]
    assert isinstance(ask(hub, m.ChangeTicket(given.number, "trip")), m.Accepted)
    assert printed(hub, given.number).ticket == replace(given.ticket, steps=["b"])


def test_without_a_kiosk_it_is_asked_of_whoever_printed_it_as_before(hub):
    number = ask(hub, m.Issue("a"), "kiosk-1").number
    assert isinstance(ask(hub, m.ReprintNumber(number)), m.Accepted)
    topic, wish = sent(hub)
    assert (topic, wish.number) == (topics.REPRINT, number)
    assert printed(hub, number).copy


def test_an_order_is_the_same_after_a_restart_and_yesterdays_is_not_carried_out(hub):
    number = ask(hub, m.Issue("a")).number
    order, day = printed(hub, number), hub.store.load_day()
    entry = hub.store.unsent()[1][-1]
    assert to_print(day, entry, hub.store.source_of)[1] == order
    assert to_print(day, replace(entry, at=entry.at - DAY), hub.store.source_of) is None


@pytest.mark.expects_log("malformed command")
def test_a_kiosk_that_cannot_be_one_is_refused(hub):
    number = ask(hub, m.Issue("a")).number
    for kiosk in ("display-1", "kiosk-1/+", "kiosk-", ""):
        assert ask(hub, m.ReprintNumber(number, kiosk)).code == "malformed"


@pytest.mark.expects_log("is not printed by kiosk-2")
def test_a_log_that_cannot_be_read_prints_nothing_and_stops_nothing(hub):
    number = ask(hub, m.Issue("a")).number
    ask(hub, m.ReprintNumber(number, KIOSK))

    def broken(_):
        raise StorageFault("the disk is gone")

    assert to_print(hub.handler.day, hub.store.unsent()[1][-1], broken) is None
