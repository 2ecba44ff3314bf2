"""What consoles are told, as one on the bus sees it."""

from __future__ import annotations

import msgspec

from appliance.node.link import Link
from appliance.wire import messages as m
from appliance.wire import staff, topics


def test_a_console_sees_the_same_ticket_as_the_keypad_and_the_office_as_it_is_defined(town):
    counters: dict[str, staff.StaffCounter] = {}
    queues: list[staff.StaffQueue] = []
    offices: list[staff.StaffOffice] = []
    console = Link("web-1", town.rig.password("web-1"), town.rig.broker_settings(), "console")
    console.on(topics.ALL_STAFF_COUNTERS, staff.StaffCounter, lambda one: counters.update({one.id: one}))
    console.on(topics.STAFF_QUEUE, staff.StaffQueue, queues.append)
    console.on(topics.STAFF_OFFICE, staff.StaffOffice, offices.append)
    console.start()
    town.all_ready("kiosk-1", "keypad-1")
    assert town.until(lambda: bool(offices) and len(counters) == len(offices[-1].office["counters"]))
    number = town.person("kiosk-1").ask(m.Issue("pendaftaran")).number
    assert town.until(lambda: [one.number for one in counters["1"].next] == [number])
    town.person("keypad-1").ask(m.CallNext("1"))
    assert town.until(lambda: counters["1"].ticket is not None)
    told = counters["1"]
    assert (told.ticket.number, told.state, told.possible["start"].code) == (number, "called", "")
    assert town.until(lambda: queues[-1].seq >= told.seq and not queues[-1].waiting)
    town.person("keypad-1").ask(m.Finish("1"))

    office = offices[-1].office
    last = office["counters"][-1]["id"]
    fewer = {**office, "counters": office["counters"][:-1]}
    town.person("web-1").ask(m.Define(fewer, "siti"))
    assert town.until(lambda: offices[-1].officer == "siti")
    late = Link("web-1", town.rig.password("web-1"), town.rig.broker_settings(), "late")
    known: list[str] = []
    late.on(topics.ALL_STAFF_COUNTERS, staff.StaffCounter, lambda one: known.append(one.id))
    late.start()
    assert town.until(lambda: len(known) == len(fewer["counters"]))
    assert last not in known
    assert msgspec.json.encode(offices[-1].office["counters"]) == msgspec.json.encode(fewer["counters"])
    late.stop()
    console.stop()
