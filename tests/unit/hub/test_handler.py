"""Commands in, one durable transaction, replies out."""

from __future__ import annotations

import sqlite3
import uuid

import pytest
from hub_bench import OFFICE, Bench

from appliance.engine.commands import DefineOffice
from appliance.hub.calendar import opening_of
from appliance.hub.inbox import Incoming
from appliance.store.database import StorageFault
from appliance.wire import messages as m
from appliance.wire import topics

pytestmark = pytest.mark.expects_log("it may not ask for")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "giliran.db"


@pytest.fixture
def hub(file):
    bench = Bench(file)
    bench.handler.execute(DefineOffice(OFFICE), "hub")
    bench.handler.execute(opening_of(OFFICE, bench.clock.office_ms()), "hub")
    yield bench
    bench.store.close()


def test_a_ticket_is_on_the_disk_before_it_is_acknowledged(hub, file):
    (reply,) = hub.ask(hub.request(m.Issue("a")))
    assert (reply.number, reply.ticket.ahead, reply.ticket.day) == ("A001", 0, "2026-04-06")
    with sqlite3.connect(file) as stranger:
        assert stranger.execute("SELECT number, state FROM ticket").fetchall() == [("A001", "waiting")]


def test_several_commands_share_one_commit(hub):
    commits = []
    hub.store._database.connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    replies = hub.ask(*(hub.request(m.Issue("a")) for _ in range(10)))
    assert [r.number for r in replies] == [f"A{n:03d}" for n in range(1, 11)]
    assert len(commits) == 1


def test_the_same_request_twice_has_one_effect_and_one_answer(hub):
    again = hub.request(m.Issue("a"))
    first = hub.ask(again, again)
    second = hub.ask(again)
    assert first[0] == first[1] == second[0]
    assert len(hub.handler.day.tickets) == 1


def test_the_same_request_after_a_restart_has_the_same_answer(hub, file):
    request_id = uuid.uuid4().hex
    before = hub.ask(hub.request(m.Issue("a"), request_id=request_id))
    restarted = Bench(file, "boot-2")
    assert restarted.ask(restarted.request(m.Issue("a"), request_id=request_id, boot="boot-1")) == before
    assert len(restarted.handler.day.tickets) == 1


def test_a_refused_request_stays_refused_when_it_is_delivered_twice(hub):
    press = hub.request(m.CallNext("1"), node="keypad-1")
    assert hub.ask(press)[0].code == "nobody_waiting"
    hub.ask(hub.request(m.Issue("a")))
    assert hub.ask(press)[0].code == "nobody_waiting"
    assert hub.handler.day.tickets["A001"].state == "waiting"


def test_a_press_that_sat_somewhere_is_refused(hub):
    hub.ask(hub.request(m.Issue("a")))
    late = hub.request(m.CallNext("1"), node="keypad-1")
    hub.clock.ms += 10_001
    assert hub.ask(late)[0].code == "stale"


def test_a_press_meant_for_the_hub_before_its_restart_is_refused(hub):
    hub.ask(hub.request(m.Issue("a")))
    assert hub.ask(hub.request(m.CallNext("1"), node="keypad-1", boot="boot-0"))[0].code == "stale"


@pytest.mark.expects_log("malformed command")
@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"v":2}',
        b'{"v":1,"id":"x","seen":{},"body":{}}',
        m.encode(m.Request(1, "a" * 32, m.Seen("b", 0, 0), m.Issue("a"))).replace(b"issue", b"explode"),
        m.encode(m.Request(1, "a" * 32, m.Seen("b", 0, 0), m.Issue("a"))).replace(b'"a"', b'"../etc"'),
        b'{"v":1,"id":' + b"[" * 10_000,
        b" " * (m.MAX_PAYLOAD + 1),
    ],
)
def test_a_malformed_command_is_answered_with_an_error_and_changes_nothing(hub, payload):
    before = hub.handler.day.seq
    (reply,) = hub.ask(hub.raw(payload))
    assert (reply.code, bool(reply.advice)) == ("malformed", True)
    assert hub.handler.day.seq == before


def test_an_unknown_service_and_a_closed_counter_are_refused_clearly(hub):
    assert hub.ask(hub.request(m.Issue("zz")))[0].code == "unknown_service"
    assert hub.ask(hub.request(m.CallNext("2"), node="keypad-2"))[0].code == "counter_closed"
    assert hub.ask(hub.request(m.CallNext("9"), node="keypad-9"))[0].code == "unknown_counter"


def test_a_kiosk_cannot_call_and_a_keypad_cannot_issue(hub):
    assert hub.ask(hub.request(m.CallNext("1")))[0].code == "not_allowed"
    assert hub.ask(hub.request(m.Issue("a"), node="keypad-1"))[0].code == "not_allowed"
    assert hub.ask(hub.request(m.Issue("a"), node="display-1"))[0].code == "not_allowed"


@pytest.mark.expects_log("malformed command")
def test_one_bad_command_in_a_batch_does_not_touch_the_others(hub):
    replies = hub.ask(hub.request(m.Issue("a")), hub.raw(b"?"), hub.request(m.Issue("a")))
    assert [getattr(r, "number", None) for r in replies] == ["A001", None, "A002"]


@pytest.mark.expects_log("nothing was stored")
def test_when_the_disk_fails_nobody_is_told_a_number_and_the_hub_goes_on(hub, monkeypatch):
    hub.ask(hub.request(m.Issue("a")))
    real = hub.store.commit

    def full(*_):
        raise StorageFault("disk full")

    monkeypatch.setattr(hub.store, "commit", full)
    request = hub.request(m.Issue("a"))
    assert hub.ask(request)[0].code == "storage"
    assert hub.entries == []
    assert "disk full" in hub.handler.fault
    monkeypatch.setattr(hub.store, "commit", real)
    assert hub.ask(request)[0].number == "A002"
    assert hub.handler.fault is None


@pytest.mark.expects_log("asks to be answered")
def test_nobody_can_have_the_hub_write_to_another_topic(hub):
    command = hub.request(m.Issue("a"))
    elsewhere = Incoming(command.node, command.payload, topics.BOARD, b"c")
    replies, _ = hub.handler.handle([elsewhere])
    assert replies == []


def test_a_stale_request_may_be_repeated_under_its_id_with_a_fresh_stamp(hub):
    request_id = uuid.uuid4().hex
    assert hub.ask(hub.request(m.Issue("a"), request_id=request_id, boot="boot-0"))[0].code == "stale"
    assert hub.ask(hub.request(m.Issue("a"), request_id=request_id))[0].number == "A001"
