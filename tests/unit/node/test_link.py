"""A box's link to a real broker: whatever the broker, the hub or our own handlers do, it goes on."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from appliance.node import link as links
from appliance.node.config import BrokerSettings, ConfigError
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.node.polling import until
from appliance.tools.office.rig import TAP
from appliance.wire import messages as m
from appliance.wire import topics

LIMIT = 30.0
DONE = m.Accepted(1, "x", 7, "A001")
CLOCK = m.Clock(1, "boot", 5, None, 1.0, "Asia/Jakarta")


@pytest.fixture
def connect(rig):
    """Makes links, and ends them."""
    made = []

    def make(node, *, prepare=lambda _: None, secret=None, settings=None):
        clock = None if node.startswith(("hub", TAP)) else HubClock(SystemClock())
        one = Link(
            node, rig.password(node) if secret is None else secret, settings or rig.broker_settings(), "0", clock
        )
        prepare(one)
        one.start()
        made.append(one)
        return one

    yield make
    for one in made:
        one.stop()


class Hub:
    """Answers commands as it is told, on a link of its own."""

    def __init__(self, connect):
        self.asked = []
        self.link = connect("hub-1", prepare=lambda link: link.on_commands(self._take))
        assert until(lambda: self.link.connected, LIMIT)

    def _take(self, node, payload, reply_to, correlation):
        self.asked.append((m.decode(payload, m.Request), reply_to, correlation))

    def answer(self, place, reply=DONE):
        _, reply_to, correlation = self.asked[place]
        self.link.answer(reply_to, correlation, m.encode(reply))

    def has(self, count):
        return until(lambda: len(self.asked) >= count, LIMIT)


@pytest.fixture
def hub(connect):
    return Hub(connect)


@pytest.fixture
def kiosk(connect):
    one = connect("kiosk-1")
    assert until(lambda: one.connected, LIMIT)
    return one


# -- requests and replies ----------------------------------------------------------------------------------------------


def test_a_request_gets_its_own_reply_once_though_it_comes_twice(hub, kiosk):
    got, other = [], []
    kiosk.request(m.Issue("a"), got.append, deadline=LIMIT)
    kiosk.request(m.Issue("b"), other.append, deadline=LIMIT)
    assert hub.has(2)
    hub.answer(1, m.Accepted(1, "y", 8, "B001"))
    hub.answer(0)
    hub.answer(0)
    assert until(lambda: got and other, LIMIT)
    hub.answer(1)
    kiosk.request(m.Issue("c"), got.append, deadline=LIMIT)
    assert hub.has(3)
    hub.answer(2, m.Accepted(1, "z", 9, "C001"))
    assert until(lambda: len(got) == 2, LIMIT)
    assert [reply.number for reply in (*got, *other)] == ["A001", "C001", "B001"]


def test_an_answer_that_comes_after_the_deadline_is_nobodys(hub, kiosk):
    got, after = [], []
    kiosk.request(m.Issue("a"), got.append, deadline=0.0)
    kiosk.expire()
    assert got == [None]
    assert hub.has(1)
    hub.answer(0)
    kiosk.request(m.Issue("b"), after.append, deadline=LIMIT)
    assert hub.has(2)
    hub.answer(1)
    assert until(lambda: after, LIMIT)
    assert got == [None]


def test_a_request_that_is_repeated_while_it_waits_answers_both_askers_once(hub, kiosk):
    first, second = [], []
    request_id = kiosk.request(m.Issue("a"), first.append, deadline=LIMIT)
    assert kiosk.request(m.Issue("a"), second.append, deadline=LIMIT, request_id=request_id) == request_id
    assert first == [None]
    assert hub.has(2)
    hub.answer(0)
    assert until(lambda: second, LIMIT)
    assert (first, second) == ([None], [DONE])


def test_whoever_waits_when_the_link_is_stopped_is_told(hub, connect):
    got = []
    kiosk = connect("kiosk-1")
    assert until(lambda: kiosk.connected, LIMIT)
    kiosk.request(m.Issue("a"), got.append, deadline=LIMIT)
    kiosk.stop()
    assert got == [None]
    assert kiosk.request(m.Issue("a"), got.append, deadline=LIMIT) is None
    assert got == [None]


@pytest.mark.expects_log("ignored a malformed payload")
def test_garbage_for_a_reply_leaves_the_asker_waiting_for_the_real_one(hub, kiosk):
    got = []
    kiosk.request(m.Issue("a"), got.append, deadline=LIMIT)
    assert hub.has(1)
    _, reply_to, correlation = hub.asked[0]
    for garbage in (b"", b"\xff", b"[]", b'{"result": "accepted"}'):
        hub.link.answer(reply_to, correlation, garbage)
    hub.answer(0)
    assert until(lambda: got, LIMIT)
    assert got == [DONE]


def test_nothing_is_kept_for_later_while_there_is_no_broker(rig, kiosk, caplog):
    caplog.set_level(logging.CRITICAL, logger="appliance")
    rig.kill_broker()
    assert until(lambda: not kiosk.connected, LIMIT)
    assert kiosk.request(m.Issue("a"), lambda _: pytest.fail("nobody answers"), deadline=LIMIT) is None
    assert kiosk.publish(topics.presence("kiosk-1"), m.Presence(1, "kiosk-1", "online")) is None


def test_more_than_the_queue_holds_is_refused_and_not_forgotten(connect):
    """As when the broker takes nothing any more: what cannot be handed over is said at once; nobody waits for it."""
    answers = []
    kiosk = connect("kiosk-1", prepare=lambda link: link._client.max_queued_messages_set(2))
    assert until(lambda: kiosk.connected and not kiosk._client._out_messages, LIMIT)
    with kiosk._client._out_message_mutex:  # the broker's PUBACK is not looked at
        sent = [kiosk.request(m.Issue("a"), answers.append, deadline=0.0) for _ in range(8)]
    taken = [one for one in sent if one is not None]
    assert 1 <= len(taken) < len(sent)
    kiosk.expire()
    assert answers == [None] * len(taken)


# -- handlers ----------------------------------------------------------------------------------------------------------


@pytest.mark.expects_log(r"a handler of giliran/1/board failed", "ignored a malformed payload")
def test_a_handler_that_raises_costs_its_message_and_nothing_else(hub, connect):
    boards, calls = [], []

    def broken(board):
        boards.append(board)
        raise RuntimeError("planned")

    def prepare(link):
        link.on(topics.BOARD, m.Board, broken)
        link.on(topics.CALL, m.Call, calls.append)

    display = connect("display-1", prepare=prepare)
    assert until(lambda: display.connected, LIMIT)
    board = m.Board(1, 1, "2026-04-06", m.Office({}, "open"), [], [], [])
    for _ in range(2):
        hub.link.publish(topics.BOARD, board)
        hub.link.publish_bytes(topics.CALL, b'{"v": 1, "seq": "')
    hub.link.publish(topics.CALL, m.Call(1, 1, 1, "A001", "1", {}, "a", {}))
    assert until(lambda: calls, LIMIT)
    assert len(boards) == 2
    assert display.dead_part() is None


@pytest.mark.expects_log("a handler of the bus failed", "connection to the broker lost")
def test_those_who_watch_the_connection_may_raise_as_well(rig, connect):
    seen = []

    def broken(connected):
        seen.append(connected)
        raise RuntimeError("planned")

    def prepare(link):
        link.on_connection(broken)
        link.on_connection(seen.append)
        link.on_delivered(lambda _: broken("delivered"))

    kiosk = connect("kiosk-1", prepare=prepare)
    assert until(lambda: seen.count(True) == 2, LIMIT)
    assert until(lambda: "delivered" in seen, LIMIT)
    rig.restart_broker()
    assert until(lambda: seen.count(True) == 4, LIMIT)
    assert seen.count(False) == 2
    assert kiosk.dead_part() is None


@pytest.mark.expects_log("a handler of the bus failed")
def test_an_answer_that_raises_does_not_end_the_link(hub, kiosk):
    got = []

    def broken(_):
        raise RuntimeError("planned")

    kiosk.request(m.Issue("a"), broken, deadline=LIMIT)
    kiosk.request(m.Issue("b"), got.append, deadline=LIMIT)
    assert hub.has(2)
    hub.answer(0)
    hub.answer(1)
    assert until(lambda: got, LIMIT)
    assert kiosk.dead_part() is None


# -- connecting --------------------------------------------------------------------------------------------------------


@pytest.mark.expects_log("connection to the broker lost")
def test_after_the_broker_was_away_the_box_is_there_again_and_hears_everything(rig, hub, connect):
    clocks = []
    tap_saw = []
    kiosk = connect("kiosk-1", prepare=lambda link: link.on(topics.NOTICES, m.Notices, clocks.append))
    tap = connect(TAP, prepare=lambda link: link.on(topics.presence("kiosk-1"), m.Presence, tap_saw.append))
    assert until(lambda: kiosk.connected and tap.connected, LIMIT)
    kiosk.set_parts([m.Part("printer", "ok")])
    for number in range(2):
        rig.kill_broker()
        assert until(lambda: not kiosk.connected and not hub.link.connected, LIMIT)
        kiosk.set_parts([m.Part("printer", "missing", str(number))])  # said as soon as it can be
        rig.start_broker()
        assert until(lambda: all(one.connected for one in (kiosk, tap, hub.link)), LIMIT)
        want = [m.Part("printer", "missing", str(number))]
        assert until(lambda want=want: tap_saw and tap_saw[-1].parts == want, LIMIT)
        hub.asked.clear()
        got = []
        assert until(lambda got=got: kiosk.request(m.Issue("a"), got.append, deadline=LIMIT), LIMIT)
        assert hub.has(1)
        hub.answer(0)
        assert until(lambda got=got: got == [DONE], LIMIT)


@pytest.mark.expects_log("the broker refuses kiosk-1")
def test_a_wrong_password_is_said_once_and_tried_again(connect, caplog, monkeypatch):
    monkeypatch.setattr(links, "RECONNECT_SECONDS", (0.05, 0.05))
    attempts = []
    wrong = connect("kiosk-1", secret="x" * 32, prepare=lambda link: _count(link, attempts))
    assert until(lambda: len(attempts) >= 4, LIMIT)
    assert not wrong.connected
    assert wrong.dead_part() is None
    said = [record for record in caplog.records if "refuses kiosk-1" in record.message]
    assert len(said) == 1
    assert "check its password" in said[0].message
    monkeypatch.setattr(links, "SAY_AGAIN_SECONDS", 0.0)
    assert until(lambda: len([one for one in caplog.records if "refuses kiosk-1" in one.message]) >= 3, LIMIT)


def _count(link, attempts):
    connected = link._client.on_connect

    def counted(*arguments):
        connected(*arguments)
        attempts.append(arguments[3])

    link._client.on_connect = counted


def test_a_broker_that_is_not_there_yet_is_said_and_found_later(rig, connect, caplog):
    caplog.set_level(logging.INFO, logger="appliance.node.link")
    rig.stop_broker()
    kiosk = connect("kiosk-1")
    assert until(lambda: "no broker at 127.0.0.1" in caplog.text, LIMIT)
    rig.start_broker()
    assert until(lambda: kiosk.connected, LIMIT)


@pytest.mark.expects_log("no broker at")
def test_the_hub_says_once_that_there_is_no_broker(rig, caplog):
    rig.stop_broker()
    hub = Link("hub-1", rig.password("hub-1"), rig.broker_settings(), "0")
    assert [hub.open() for _ in range(5)] == [False] * 5
    hub.step(0.0, 1)
    assert caplog.text.count("no broker at") == 1
    hub.stop()


class Deaf:
    """A broker that takes connections, and says only what it is told to."""

    def __init__(self, *says):
        self._says = says
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.heard = threading.Event()
        self._held = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        try:
            while True:
                peer, _ = self._server.accept()
                self._held.append(peer)
                for answer in self._says:
                    peer.recv(4096)
                    peer.sendall(answer)
                self.heard.set()
        except OSError:
            return

    def close(self):
        for one in (self._server, *self._held):
            one.close()


@pytest.fixture
def deaf():
    made = []

    def make(*says):
        made.append(Deaf(*says))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_stopping_while_it_is_still_being_connected_does_not_hang(deaf):
    broker = deaf(b"")
    kiosk = Link("kiosk-1", "x", BrokerSettings(port=broker.port), "0", HubClock(SystemClock()))
    kiosk.start()
    assert broker.heard.wait(LIMIT)
    ended = threading.Event()
    threading.Thread(target=lambda: (kiosk.stop(), ended.set()), daemon=True).start()
    assert ended.wait(LIMIT)
    assert not kiosk.connected


def test_stopping_before_anything_was_begun_is_harmless(rig):
    kiosk = Link("kiosk-1", "x", rig.broker_settings(), "0", HubClock(SystemClock()))
    kiosk.stop()
    kiosk.stop()


def test_stopping_just_when_the_broker_dies_is_no_error(rig, connect, caplog):
    caplog.set_level(logging.CRITICAL, logger="appliance")
    kiosk = connect("kiosk-1")
    assert until(lambda: kiosk.connected, LIMIT)
    rig.kill_broker()
    assert until(lambda: not kiosk._client.is_connected(), LIMIT)
    kiosk.connected = True  # the callback has not run yet
    began = time.monotonic()
    kiosk.stop()
    assert time.monotonic() - began < LIMIT


@pytest.mark.expects_log("the broker does not let kiosk-1 listen")
def test_stopping_just_when_the_network_thread_ends_by_itself_is_no_error(connect, monkeypatch):
    """It does so as soon as it sees the goodbye; paho looks whether it has a thread, and then joins what it has."""
    link = connect("kiosk-1")
    assert until(lambda: link.connected, LIMIT)
    real, thread = threading.current_thread, link._client._thread

    def between_looking_and_joining():
        if sys._getframe(1).f_code.co_name == "loop_stop":
            thread.join(LIMIT)
        return real()

    monkeypatch.setattr(threading, "current_thread", between_looking_and_joining)
    link.stop()
    assert not thread.is_alive()


@pytest.mark.expects_log("does not let kiosk-1 listen")
def test_a_subscription_that_is_refused_is_said(deaf, caplog):
    connack = bytes.fromhex("20 03 00 00 00")
    suback = bytes.fromhex("90 04 0001 00 87")  # not authorised (OASIS MQTT 5, 3.9.3)
    broker = deaf(connack, suback)
    kiosk = Link("kiosk-1", "x", BrokerSettings(port=broker.port), "0", HubClock(SystemClock()))
    kiosk.start()
    assert until(lambda: "does not let kiosk-1 listen" in caplog.text, LIMIT)
    assert kiosk.dead_part() is None
    kiosk.stop()


@pytest.mark.parametrize("content", [None, b"", b"no certificate", "a folder"])
def test_a_certificate_that_is_none_is_a_mistake_of_the_configuration(tmp_path: Path, content):
    file = tmp_path / "ca.crt"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        file.mkdir()
    with pytest.raises(ConfigError, match=r"broker.ca_file: .*ca.crt"):
        Link("kiosk-1", "x", BrokerSettings(ca_file=str(file)), "0")


def test_a_name_that_is_no_nodes_is_refused():
    for name in ("", "kiosk", "root-1", "kiosk-1\n", "kiosk-" + "1" * 17, "kiosk-1/x"):
        with pytest.raises(ConfigError, match="is not a node's name"):
            Link(name, "x", BrokerSettings(), "0")


def test_the_network_thread_is_missed_when_it_dies(kiosk):
    assert kiosk.dead_part() is None
    kiosk._client.loop_stop()
    assert kiosk.dead_part() == "the thread that serves the bus"


@pytest.mark.expects_log("connection to the broker lost")
def test_what_was_said_before_a_loss_does_not_come_after_what_is_said_now(rig, connect):
    """Boards are retained: an old one behind the new one would greet every display that comes later."""
    hub = connect("hub-1")
    assert until(lambda: hub.connected, LIMIT)

    def board(seq):
        return m.Board(1, seq, "2026-04-06", m.Office({}, "open"), [], [], [])

    def again(connected):
        if connected:
            hub.publish(topics.BOARD, board(2), retain=True)

    with hub._client._out_message_mutex:  # the broker's PUBACK for it is never seen
        hub.publish(topics.BOARD, board(1), retain=True)
        rig.kill_broker()
    assert until(lambda: not hub.connected, LIMIT)
    hub.on_connection(again)
    rig.start_broker()
    assert until(lambda: hub.connected and not hub._client._out_messages, LIMIT)
    seen = []
    connect("display-1", prepare=lambda link: link.on(topics.BOARD, m.Board, seen.append))
    assert until(lambda: seen, LIMIT)
    assert [one.seq for one in seen] == [2]
