"""What the desk changed stands in the rows that reports read, and is the same after a restart."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import Bench, ask, founded, last_actor, tick

from appliance.engine.events import DayOpened, TicketIssued
from appliance.engine.model import Counter, Definition, Rules, Service
from appliance.engine.upcast import upcast
from appliance.wire import messages as m

OFFICE = Definition(
    {"id": "Kantor"},
    (Service("a", "A", {"id": "A"}), Service("b", "B", {"id": "B"})),
    (Counter("1", {"id": "Loket 1"}, ("a", "b")),),
    Rules(seconds_between_calls=0),
)


def test_a_changed_tickets_row_has_the_new_service_and_class(tmp_path):
    hub = founded(tmp_path / "giliran.db", office=OFFICE)
    tick(hub)
    number = ask(hub, m.Issue("a"), "kiosk-1").number
    request = hub.request(m.ChangeTicket(number, "b", priority=True, officer="siti"), node="web-1")
    first, again = hub.ask(request)[0], hub.ask(request)[0]
    assert isinstance(first, m.Accepted)
    assert (again, first.number) == (first, number)
    assert last_actor(hub) == "web-1 siti"
    connection = hub.store._database.connection
    assert connection.execute("SELECT service, priority, channel FROM ticket").fetchall() == [("b", 1, "kiosk")]
    tick(hub)
    ask(hub, m.CallNext("1"), "keypad-1")
    assert connection.execute("SELECT service FROM visit").fetchall() == [("b",)]
    hub.store.close()
    again = Bench(tmp_path / "giliran.db", "boot-2")
    assert again.handler.day.tickets[number].service == "b"
    again.store.close()


@pytest.mark.expects_log("it may not ask for")
def test_only_a_console_may_change_a_ticket_or_free_a_counter(hub):
    number = ask(hub, m.Issue("a"), "kiosk-1").number
    for body in (m.ChangeTicket(number, priority=True), m.FreeCounter("1")):
        assert ask(hub, body, "keypad-1").code == "not_allowed"
        assert ask(hub, body, "kiosk-1").code == "not_allowed"


def test_a_freed_counter_can_be_taken_at_once(hub):
    ask(hub, m.CloseCounter("1"), "keypad-1")
    assert isinstance(ask(hub, m.OpenCounter("1", "sari")), m.Accepted)
    assert ask(hub, m.OpenCounter("1", "budi")).code == "counter_taken"
    assert isinstance(ask(hub, m.FreeCounter("1", "siti")), m.Accepted)
    assert isinstance(ask(hub, m.OpenCounter("1", "budi")), m.Accepted)


def test_a_number_that_was_asked_for_from_elsewhere_says_so_in_the_log_and_no_box_but_the_web_may_say_it(hub):
    for body in (m.Issue("a", channel="online"), m.CheckIn("ABC234", channel="online")):
        assert ask(hub, body, "kiosk-1").code == "not_allowed"
    number = ask(hub, m.Issue("a", officer="api Kota", channel="online")).number
    assert hub.entries[-1].event.channel == "online"
    plain = ask(hub, m.Issue("a", officer="siti")).number
    rows = hub.store._database.connection.execute("SELECT number, channel FROM ticket").fetchall()
    assert rows == [(number, "online"), (plain, "desk")]


@pytest.mark.expects_log("malformed command")
def test_there_are_no_ways_but_those_that_there_are(hub):
    assert ask(hub, m.Issue("a", officer="siti", channel="kiosk")).code == "malformed"


def test_a_number_of_an_older_log_was_asked_for_as_its_box_says():
    told = {"ahead": 0}
    fields = {"type": "TicketIssued", "number": "A001", "service": "a", "priority": False, "told": told}
    assert msgspec.convert(upcast("TicketIssued", 3, fields), TicketIssued).channel == ""
    assert (
        msgspec.convert({"type": "DayOpened", "date": "2026-04-06", "spans": [], "ends_at": 0}, DayOpened).alarms == ()
    )
