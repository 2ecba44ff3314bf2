"""The hub among crowds, killings and nonsense: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import random
import sqlite3
import uuid

import paho.mqtt.client as mqtt
import pytest
from crowds import KEYPADS, KIOSKS, NINE, SERVICES, issue, restart, rows

from appliance.tools.office.sample_office import instant
from appliance.tools.proofs.crash_checks import queue_faults
from appliance.wire import messages as m
from appliance.wire import topics

HOUR = 3600


class Bare:
    """A node's connection below our link: it delivers the same bytes as often and in the order that a test wants."""

    def __init__(self, town, node):
        self.node = node
        self._town = town
        self._client = town.person(node).link._client

    def request(self, body, age=0):
        """Return a request as bytes, stamped as if it had been sent ``age`` seconds ago (but not before the boot)."""
        seen = self._town.person(self.node).clock.seen()
        stamp = m.Seen(seen.boot, max(0, seen.tick - age * 1000), seen.since)
        return m.encode(m.Request(1, uuid.uuid4().hex, stamp, body))

    def deliver(self, *payloads):
        """Hand over payloads and return the answers to them, in order, as a stranger on the bus has seen them."""
        asked, observer = {_id_of(payload) for payload in payloads}, self._town.observer
        known = [id(reply) for reply in observer.replies]

        def answers():
            return [reply for reply in observer.replies if reply.id in asked and id(reply) not in known]

        for payload in payloads:
            self.publish(payload)
        assert observer.wait(lambda: len(answers()) >= len(payloads), 20)
        return answers()

    def publish(self, payload, *, to_be_answered=True):
        properties = mqtt.Properties(mqtt.PacketTypes.PUBLISH)
        if to_be_answered:
            properties.ResponseTopic = topics.reply(self.node, "x")
        properties.CorrelationData = b"c"
        self._client.publish(topics.command(self.node), payload, qos=1, properties=properties)


def _id_of(payload):
    try:
        return m.decode(payload, m.Request).id
    except m.Malformed:
        return ""


@pytest.fixture
def bare(town):
    """Makes bare connections."""
    return lambda node: Bare(town, node)


def test_the_same_request_delivered_again_and_again_gives_one_number(town):
    town.all_ready("kiosk-1", "kiosk-2")
    request_id = uuid.uuid4().hex
    replies = [town.person("kiosk-1").ask(m.Issue("konsultasi"), request_id) for _ in range(10)]
    assert {reply.number for reply in replies} == {"B001"}
    assert town.tickets() == {"B001": "waiting"}


def test_deliveries_that_are_doubled_and_shuffled_have_the_effect_of_once(town, bare):
    nodes = [*KIOSKS[:3], *KEYPADS[:3]]
    town.all_ready(*nodes)
    connections = {node: bare(node) for node in nodes}
    chance = random.Random(11)
    wishes = {}
    for node, connection in connections.items():
        place = node[-1]
        bodies = [m.CallNext(place), m.Recall(place), m.Start(place), m.Park(place), m.Undo(place)]
        for _ in range(20):
            body = chance.choice(bodies) if node in KEYPADS else m.Issue(chance.choice(SERVICES))
            wishes[connection.request(body)] = connection
    deliveries = list(wishes) * 4
    chance.shuffle(deliveries)
    for payload in deliveries:
        wishes[payload].publish(payload)
    replies = town.observer.replies
    assert town.observer.wait(lambda: len(replies) >= len(deliveries), 20)
    answers = {
        request_id: {m.encode(r) for r in replies if r.id == request_id} for request_id in {r.id for r in replies}
    }
    assert len(answers) == len(wishes)
    assert {len(different) for different in answers.values()} == {1}, "one request, two answers"
    assert len(town.tickets()) == 60
    done = rows(town, "SELECT count(DISTINCT request_id) FROM event WHERE request_id IS NOT NULL")
    accepted = {r.id for r in replies if isinstance(r, m.Accepted)}
    assert done == [(len(accepted),)]
    assert 60 < len(accepted) < len(wishes), "some presses came too early, and stayed refused"
    assert queue_faults(town.database) == []


def test_a_refused_press_that_comes_again_when_somebody_waits_stays_refused(town, bare):
    town.all_ready("kiosk-1", "keypad-1")
    keypad = bare("keypad-1")
    press = keypad.request(m.CallNext("1"))
    (first,) = keypad.deliver(press)
    issue(town, 1)
    (*_, again) = keypad.deliver(press)
    assert first == again
    assert again.code == "nobody_waiting"
    assert town.tickets() == {"A001": "waiting"}


@pytest.mark.parametrize("restarted", [False, True], ids=["the hub lived on", "the hub was restarted"])
def test_requests_that_are_replayed_after_an_hour_change_nothing(town, bare, restarted):
    nodes = ("kiosk-1", "keypad-1")
    restart(town, NINE, *nodes, rate=1.0 if restarted else float(HOUR), hours={})
    kiosk, keypad = bare("kiosk-1"), bare("keypad-1")
    payloads = [kiosk.request(m.Issue("pendaftaran")) for _ in range(2)]
    answers = kiosk.deliver(*payloads)
    call = keypad.request(m.CallNext("1"))
    answers += keypad.deliver(call)
    lost = keypad.request(m.CallNext("1"), age=0 if restarted else HOUR)
    if restarted:
        restart(town, NINE + HOUR, *nodes, hours={})
    else:
        town.office.time.wait_until(instant(NINE + HOUR))
    assert [*kiosk.deliver(*payloads), *keypad.deliver(call)] == answers
    assert [reply.number for reply in answers] == ["A001", "A002", "A001"]
    (late,) = keypad.deliver(lost)
    assert late.code == "stale"
    assert town.tickets() == {"A001": "called", "A002": "waiting"}
    assert len({heard.seq for heard in town.observer.calls}) == 1


@pytest.mark.expects_log("connection to the broker lost")
@pytest.mark.parametrize("end", ["restart_broker", "kill_broker"])
def test_when_the_broker_is_restarted_everybody_comes_back_and_nothing_is_lost_or_doubled(town, end):
    town.all_ready("kiosk-1", "keypad-1")
    before = issue(town, 3)
    assert town.person("keypad-1").ask(m.CallNext("1")).number == before[0]
    town.observer.forget_board()
    getattr(town.rig, end)()
    town.rig.start_broker()
    town.all_ready("kiosk-1", "keypad-1")
    assert town.observer.wait(lambda: town.observer.board is not None, 20), "the snapshots are not there again"
    assert issue(town, 1) == ["A004"]
    assert town.person("keypad-1").ask(m.CallNext("1")).number == before[1]
    assert town.observer.wait(lambda: len({c.number for c in town.observer.calls}) == 2, 20)
    assert town.tickets() == {"A001": "served", "A002": "called", "A003": "waiting", "A004": "waiting"}
    # After a broker without memory came back, its retained snapshots are there again.
    assert town.observer.wait(lambda: town.observer.board is not None and town.observer.board.seq >= 10, 20)


def test_calls_that_were_committed_but_not_sent_are_sent_after_a_restart(town):
    town.all_ready("kiosk-1", "keypad-1")
    (number,) = issue(town, 1)
    town.person("keypad-1").ask(m.CallNext("1"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)
    town.rig.process("hub-1").kill()
    with sqlite3.connect(town.database) as connection:
        connection.execute("DELETE FROM cursor")
    connection.close()
    town.office.hub()
    assert town.observer.wait(lambda: len(town.observer.calls) == 2, 20)
    first, again = town.observer.calls
    assert (first.seq, first.number) == (again.seq, again.number)
    assert first.number == number


def test_a_call_that_was_sent_is_not_sent_again_after_a_restart(town):
    town.all_ready("kiosk-1", "keypad-1")
    issue(town, 2)
    town.person("keypad-1").ask(m.CallNext("1"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)
    boot = town.person("keypad-1").clock.seen().boot
    town.rig.process("hub-1").stop()
    town.office.hub()
    assert town.until(lambda: town.person("keypad-1").clock.seen().boot != boot)
    town.person("keypad-1").ask(m.CallNext("1"))
    assert town.observer.wait(lambda: len(town.observer.calls) >= 2, 20)
    assert [call.number for call in town.observer.calls] == ["A001", "A002"]


def test_nonsense_on_the_bus_is_answered_with_an_error_and_the_hub_lives(town, bare):
    town.all_ready("kiosk-1", "kiosk-2")
    stranger = bare("kiosk-2")
    chance = random.Random(1)
    stranger.publish(b"{}", to_be_answered=False)
    replies = stranger.deliver(*(chance.randbytes(length) for length in (0, 1, 10, 1000, 100_000)))
    assert {reply.code for reply in replies} == {"malformed"}
    assert town.person("kiosk-1").ask(m.Issue("pendaftaran")).number == "A001"
    assert "malformed command" in town.rig.process("hub-1").output()


def test_an_unknown_service_and_a_closed_counter_are_refused_and_change_nothing(town):
    town.all_ready("kiosk-1", "keypad-1")
    assert town.person("kiosk-1").ask(m.Issue("nothing")).code == "unknown_service"
    assert isinstance(town.person("keypad-1").ask(m.CloseCounter("1")), m.Accepted)
    issue(town, 1)
    assert town.person("keypad-1").ask(m.CallNext("1")).code == "counter_closed"
    assert town.tickets() == {"A001": "waiting"}
