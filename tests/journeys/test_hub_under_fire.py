"""The hub among crowds, killings and nonsense: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import random
import sqlite3
import threading
import uuid

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from appliance.store.database import Database
from appliance.store.event_log import EventLog
from appliance.wire import messages as m
from appliance.wire import topics

KIOSKS = [f"kiosk-{n}" for n in range(1, 9)]
KEYPADS = [f"keypad-{n}" for n in range(1, 5)]
SERVICES = ["pendaftaran", "konsultasi", "pengambilan"]


def at_once(people, work):
    """Run ``work(person, place)`` for everybody on a thread of their own."""
    barrier = threading.Barrier(len(people))

    def run(person, place):
        barrier.wait()
        work(person, place)

    threads = [threading.Thread(target=run, args=(person, place)) for place, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def issue(town, count, service="pendaftaran"):
    kiosk = town.person("kiosk-1")
    return [kiosk.ask(m.Issue(service)).number for _ in range(count)]


def test_eight_kiosks_at_once_never_give_a_number_twice(town):
    town.all_ready(*KIOSKS)
    numbers = []

    def take(person, place):
        numbers.extend(person.ask(m.Issue(SERVICES[(place + n) % 3])).number for n in range(25))

    at_once([town.person(kiosk) for kiosk in KIOSKS], take)
    assert len(numbers) == len(set(numbers)) == 200
    assert set(town.tickets()) == set(numbers)


def test_four_counters_racing_never_call_a_ticket_twice(town):
    town.all_ready("kiosk-1", *KEYPADS)
    issued = issue(town, 40)
    called = []

    def work(person, place):
        for _ in range(20):
            reply = person.ask(m.CallNext(str(place + 1)))
            if isinstance(reply, m.Refused):
                assert reply.code == "nobody_waiting"
                return

    at_once([town.person(keypad) for keypad in KEYPADS], work)
    assert town.observer.wait(lambda: len(town.observer.calls) >= 40, 20)
    called = [call.number for call in town.observer.calls]
    assert sorted(called) == sorted(issued)


def test_the_same_request_delivered_again_and_again_prints_one_number(town):
    town.all_ready("kiosk-1")
    request_id = uuid.uuid4().hex
    replies = [town.person("kiosk-1").ask(m.Issue("konsultasi"), request_id) for _ in range(10)]
    assert {reply.number for reply in replies} == {"B001"}
    assert town.tickets() == {"B001": "waiting"}


@pytest.mark.expects_log("connection to the broker lost")
def test_kill_minus_nine_of_the_hub_loses_no_acknowledged_ticket(town):
    town.all_ready(*KIOSKS, *KEYPADS)
    acknowledged, stop = [], threading.Event()

    def take(person, place):
        while not stop.is_set():
            if person.link.node.startswith("kiosk"):
                done, replies = person.send(m.Issue(SERVICES[place % 3]))
            else:
                done, replies = person.send(m.CallNext(person.link.node.removeprefix("keypad-")))
            if done.wait(2) and replies and isinstance(replies[0], m.Accepted) and replies[0].ticket:
                acknowledged.append(replies[0].number)

    people = [town.person(node) for node in [*KIOSKS, *KEYPADS]]
    crowd = threading.Thread(target=at_once, args=(people, take))
    crowd.start()
    chance = random.Random(7)
    for kill in range(5):
        enough = len(acknowledged) + 30 + chance.randrange(40)
        assert town.until(lambda least=enough: len(acknowledged) >= least)
        town.rig.process("hub-1").kill()
        town.office.restart_hub("giliran", town.office.time) if kill < 4 else None
    stop.set()
    crowd.join()
    assert len(acknowledged) == len(set(acknowledged)) > 100
    tickets = town.tickets()
    assert set(acknowledged) <= set(tickets)
    database = Database(town.database)
    entries = list(EventLog(database).verified())
    database.close()
    called = [e.event.number for e in entries if type(e.event).__name__ == "TicketCalled"]
    assert len(called) == len(set(called)) > 5
    announced = [(call.seq, call.number) for call in town.observer.calls]
    assert {number for _, number in announced} <= set(called)
    assert len({number for _, number in announced}) == len(set(announced))


@pytest.mark.expects_log("connection to the broker lost")
@pytest.mark.parametrize("end", ["restart_broker", "kill_broker"])
def test_when_the_broker_is_restarted_everybody_comes_back_and_nothing_is_lost_or_doubled(town, end):
    town.all_ready("kiosk-1", "keypad-1")
    before = issue(town, 3)
    assert town.person("keypad-1").ask(m.CallNext("1")).number == before[0]
    getattr(town.rig, end)()
    town.rig.start_broker()
    assert town.until(lambda: town.person("kiosk-1").ready() and town.person("keypad-1").ready())
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
    town.office.restart_hub("giliran", town.office.time)
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
    town.office.restart_hub("giliran", town.office.time)
    assert town.until(lambda: town.person("keypad-1").clock.seen().boot != boot)
    town.person("keypad-1").ask(m.CallNext("1"))
    assert town.observer.wait(lambda: len(town.observer.calls) >= 2, 20)
    assert [call.number for call in town.observer.calls] == ["A001", "A002"]


def test_nonsense_on_the_bus_is_answered_with_an_error_and_the_hub_lives(town):
    town.all_ready("kiosk-1")
    stranger = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="stranger", protocol=mqtt.MQTTv5)
    stranger.username_pw_set("kiosk-2", town.rig.password("kiosk-2"))
    stranger.connect("127.0.0.1", town.rig.port)
    stranger.loop_start()
    chance = random.Random(1)
    properties = mqtt.Properties(mqtt.PacketTypes.PUBLISH)
    properties.ResponseTopic = topics.reply("kiosk-2", "x")
    properties.CorrelationData = b"nonsense"
    for length in (0, 1, 10, 1000, 100_000):
        payload = chance.randbytes(length)
        stranger.publish(topics.command("kiosk-2"), payload, qos=1, properties=properties).wait_for_publish(10)
    stranger.publish(topics.command("kiosk-2"), b"{}", qos=1).wait_for_publish(10)
    assert town.observer.wait(lambda: len(town.observer.replies) >= 5, 20)
    assert {reply.code for reply in town.observer.replies} == {"malformed"}
    stranger.disconnect()
    stranger.loop_stop()
    assert town.person("kiosk-1").ask(m.Issue("pendaftaran")).number == "A001"
    assert "malformed command" in town.rig.process("hub-1").output()


def test_an_unknown_service_and_a_closed_counter_are_refused_and_change_nothing(town):
    town.all_ready("kiosk-1", "keypad-1")
    assert town.person("kiosk-1").ask(m.Issue("nothing")).code == "unknown_service"
    assert isinstance(town.person("keypad-1").ask(m.CloseCounter("1")), m.Accepted)
    issue(town, 1)
    assert town.person("keypad-1").ask(m.CallNext("1")).code == "counter_closed"
    assert town.tickets() == {"A001": "waiting"}
