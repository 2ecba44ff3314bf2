"""What consoles are told, as one on the bus sees it."""

from __future__ import annotations

from appliance.node.link import Link
from appliance.wire import messages as m
from appliance.wire import staff, topics


class Console:
    """A console that remembers the last of everything; one at a time, for the broker knows it by its name."""

    def __init__(self, town):
        self.counters = {}
        self.queue = self.office = None
        self.link = Link("web-1", town.rig.password("web-1"), town.rig.broker_settings(), "console")
        self.link.on(topics.ALL_STAFF_COUNTERS, staff.StaffCounter, lambda one: self.counters.update({one.id: one}))
        self.link.on(topics.STAFF_QUEUE, staff.StaffQueue, lambda one: setattr(self, "queue", one))
        self.link.on(topics.STAFF_OFFICE, staff.StaffOffice, lambda one: setattr(self, "office", one))

    def __enter__(self):
        self.link.start()
        return self

    def __exit__(self, *_):
        self.link.stop()


def test_a_console_sees_the_same_ticket_as_the_keypad(town):
    with Console(town) as console:
        town.all_ready("kiosk-1", "keypad-1")
        assert town.until(lambda: console.office and len(console.counters) == len(console.office.office["counters"]))
        number = town.person("kiosk-1").ask(m.Issue("pendaftaran")).number
        assert town.until(lambda: [one.number for one in console.counters["1"].next] == [number])
        town.person("keypad-1").ask(m.CallNext("1"))
        assert town.until(lambda: console.counters["1"].ticket is not None)
        told = console.counters["1"]
        assert (told.ticket.number, told.state, told.possible["start"].code) == (number, "called", "")
        assert town.until(lambda: console.queue.seq >= told.seq and not console.queue.waiting)


def test_a_console_that_comes_later_finds_the_office_as_it_is_defined_and_no_counter_that_is_no_more(town):
    with Console(town) as console:
        assert town.until(lambda: console.office and len(console.counters) == 4)
        office = {**console.office.office, "counters": console.office.office["counters"][:-1]}
    town.all_ready("web-1")
    assert isinstance(town.person("web-1").ask(m.Define(office, "siti")), m.Accepted)
    town.person("web-1").close()

    def found() -> bool:
        with Console(town) as late:
            there = town.until(lambda: late.office and len(late.counters) >= 3)
            return there and late.office.officer == "siti" and len(late.counters) == 3

    assert town.until(found)
