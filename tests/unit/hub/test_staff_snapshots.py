"""What staff are told: whatever stands in the day, and when it is told."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import NOW, OFFICE, NoBus, ask, founded, tick

from appliance.engine.model import Definition, Rules
from appliance.engine.wait_estimate import Forecast, Prospect
from appliance.hub import staff_snapshots
from appliance.hub.relay import REFRESH_MS, SNAPSHOT_MS, Relay
from appliance.wire import messages as m
from appliance.wire import staff, topics

MINUTE = 60_000


def issue(hub, **fields):
    return ask(hub, m.Issue("a", **fields), "kiosk-1").number


def at_counter(hub, body):
    reply = ask(hub, body, "web-1")
    assert isinstance(reply, m.Accepted), reply
    return reply


def now(hub):
    return max(hub.clock.office_ms(), hub.handler.day.at)


def notes(hub):
    return hub.handler.notes.of_day(hub.handler.day.date)


def counter(hub, key="1"):
    return staff_snapshots.counter(hub.handler.day, key, now(hub), notes(hub))


def queue(hub, forecast=None):
    return staff_snapshots.queue(hub.handler.day, now(hub), forecast, notes(hub))


def test_a_counter_tells_whom_it_has_what_may_be_pressed_and_who_is_next(hub):
    numbers = [issue(hub) for _ in range(5)]
    at_counter(hub, m.OpenCounter("1", "siti"))
    at_counter(hub, m.CallNext("1", "siti"))
    hub.clock.ms += 20_000
    at_counter(hub, m.Start("1", "siti"))
    told = counter(hub)
    ticket = hub.handler.day.tickets[numbers[0]]
    assert (told.state, told.officer, told.waiting, told.paused) == ("serving", "siti", 4, "")
    assert told.ticket == staff.StaffTicket(
        numbers[0], "a", "serving", ticket.arrived_at, now(hub), False, None, "1", ticket.called_at, now(hub), 1
    )
    assert [(one.number, one.reason) for one in told.next] == [(number, "first_come") for number in numbers[1:4]]
    assert told.possible["finish"] == staff.Possible()
    assert told.possible["recall"].code == "already_serving"
    assert told.expected == 5.0
    assert m.decode(m.encode(told), staff.StaffCounter) == told


def test_a_counter_that_lets_people_wait_says_since_when(hub):
    assert counter(hub).free_since is None
    hub.clock.ms += 30_000
    issue(hub)
    came = now(hub)
    hub.clock.ms += 30_000
    assert counter(hub).free_since == came
    at_counter(hub, m.CallNext("1"))
    assert counter(hub).free_since is None
    at_counter(hub, m.PauseCounter("1", reason="break"))
    assert counter(hub).paused == "break"


def test_the_queue_tells_who_waits_who_is_away_and_when_promises_are_broken(hub):
    first, second, third = (issue(hub) for _ in range(3))
    came = hub.handler.day.tickets[second].arrived_at
    at_counter(hub, m.CallNext("1"))
    at_counter(hub, m.Park("1"))
    parked_at = now(hub)
    told = queue(hub)
    assert [one.number for one in told.waiting] == [second, third]
    assert [(one.number, one.state, one.since, one.counter) for one in told.away] == [(first, "parked", parked_at, "1")]
    (service,) = told.services
    assert (service.waiting, service.oldest_at, service.promised_by) == (2, came, came + 60 * MINUTE)
    assert (told.more, told.closes_at, told.day) == (0, None, hub.handler.day.date)
    assert m.decode(m.encode(told), staff.StaffQueue) == told


def test_the_end_of_a_service_is_foretold_if_all_of_its_waits_are():
    def turn(number, service, minutes):
        return Prospect(number, service, 1, minutes, minutes, minutes)

    forecast = Forecast(NOW, 1, (turn("A1", "a", 3.0), turn("A2", "a", 9.5), turn("B1", "b", None)), {})
    assert staff_snapshots._ends(forecast) == {"a": NOW + 570_000}


def test_a_stopped_service_says_why_and_a_booking_is_told_until_it_is_used(hub):
    ask(hub, m.Stop("Listrik padam", "a"))
    ask(hub, m.Book("KODE1", "a", now(hub) + 5 * MINUTE, priority=True))
    told = queue(hub)
    assert told.services[0].stopped == "Listrik padam"
    assert [(one.code, one.priority) for one in told.bookings] == [("KODE1", True)]
    ask(hub, m.Resume("a"))
    ask(hub, m.CheckIn("KODE1"), "kiosk-1")
    told = queue(hub)
    assert (told.services[0].stopped, told.bookings) == ("", [])
    assert told.services[0].oldest_at is None  # whoever is booked for later does not wait yet


def test_a_very_long_queue_still_fits_into_one_payload(hub):
    day = hub.handler.day
    issue(hub)
    (one,) = day.tickets.values()
    one.steps = tuple("dokumen-yang-panjang-sekali-namanya" for _ in range(20))
    for place in range(3_000):
        copied = msgspec.structs.replace(one, number=f"A{place + 10:04d}", order=one.order + place + 1)
        day.tickets[copied.number] = copied
    told = queue(hub)
    assert len(m.encode(told)) <= m.MAX_PAYLOAD
    assert 100 < len(told.waiting) < staff.MOST_TICKETS
    assert len(told.waiting) + told.more == 3_001
    assert told.waiting[0].number == one.number


def test_the_office_is_told_as_it_can_be_defined_again(hub):
    told = staff_snapshots.office(hub.handler.day)
    assert msgspec.convert(told.office, Definition) == OFFICE
    assert (told.defined, told.officer) == (1, "")
    changed = msgspec.structs.replace(OFFICE, rules=Rules(undo_seconds=20))
    ask(hub, m.Define(msgspec.to_builtins(changed), "siti"))
    told = staff_snapshots.office(hub.handler.day)
    assert told.office["rules"]["undo_seconds"] == 20
    assert (told.defined, told.officer, told.at) == (hub.entries[-1].seq, "siti", now(hub))


class Bus(NoBus):
    """Keeps what was said, in order."""

    def __init__(self):
        super().__init__()
        self.said = []

    def publish(self, topic, message, *, retain=False):
        return self.publish_bytes(topic, m.encode(message))

    def publish_bytes(self, topic, payload, **_):
        self.said.append((topic, payload))
        return len(self.said)

    def topics(self):
        found, self.said = [topic for topic, _ in self.said], []
        return found


@pytest.fixture
def wired(tmp_path):
    """A hub whose relay speaks on a bus that keeps what was said."""
    bench = founded(tmp_path / "giliran.db")
    tick(bench)
    bench.bus = Bus()
    bench.relay = Relay(bench.bus, bench.clock, bench.outlook, 0, [])
    bench.clock.ms += REFRESH_MS
    bench.relay.tick(bench.handler.day)
    yield bench
    bench.store.close()


def press(hub, body, node="web-1"):
    ask(hub, body, node)
    hub.relay.committed(hub.handler.day, hub.entries)


def test_staff_are_told_of_a_press_at_once_but_after_the_lobby(wired):
    assert {topics.STAFF_OFFICE, topics.STAFF_QUEUE, topics.staff_counter("1")} <= set(wired.bus.topics())
    press(wired, m.Issue("a"), "kiosk-1")
    wired.relay.tick(wired.handler.day)
    assert wired.bus.topics() == []  # how many wait is told at a bounded rate
    press(wired, m.CallNext("1"), "keypad-1")
    assert not any(topic.startswith(f"{topics.ROOT}/staff") for topic, _ in wired.bus.said)
    assert {topics.BOARD, topics.CALL, topics.counter("1")} <= set(wired.bus.topics())
    wired.relay.tick(wired.handler.day)
    assert wired.bus.topics() == [topics.staff_counter("1")]
    wired.clock.ms += SNAPSHOT_MS
    wired.relay.tick(wired.handler.day)
    assert topics.STAFF_QUEUE in wired.bus.topics()


def test_time_alone_changes_what_may_be_pressed_and_nothing_else_is_told(wired):
    press(wired, m.Issue("a"), "kiosk-1")
    press(wired, m.CallNext("1"), "keypad-1")
    wired.clock.ms += SNAPSHOT_MS
    wired.relay.tick(wired.handler.day)
    wired.bus.topics()
    wired.clock.ms += wired.handler.day.rules.undo_seconds * 1000 + 1
    wired.relay.tick(wired.handler.day)
    ((topic, payload),) = wired.bus.said
    assert topic == topics.staff_counter("1")
    assert m.decode(payload, staff.StaffCounter).possible["undo"].code == "too_late"
