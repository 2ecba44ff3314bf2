"""The shipped broker configuration on a real mosquitto: who may say and hear what, judged by what is delivered.

A subscription that is refused is still answered "granted" by mosquitto 2.0, so answers prove nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.tools.passwords import broker_config
from appliance.tools.rig import Rig, adapt
from appliance.wire import messages, topics

SECONDS = 20.0
SELF, OTHER = "{self}", "keypad-2"
R = topics.ROOT
ALL_TOPICS = [
    topics.CLOCK, topics.CATALOGUE, topics.BOARD, topics.CALL, topics.REPRINT, topics.counter("1"),
    topics.command(SELF), topics.command(OTHER), topics.reply(SELF, "i1"), topics.reply(OTHER, "i1"),
    topics.presence(SELF), topics.presence(OTHER), topics.presence("hub-1"),
    f"{R}/unknown", "giliran/2/clock", "stranger",
]  # fmt: skip
HUB_SAYS = {topics.CLOCK, topics.CATALOGUE, topics.BOARD, topics.CALL, topics.REPRINT, topics.counter("1"),
            topics.reply(SELF, "i1"), topics.reply(OTHER, "i1")}  # fmt: skip
OWN = {topics.command(SELF), topics.presence(SELF)}
MAY_WRITE = {
    "hub-1": HUB_SAYS | {topics.presence(SELF)},
    "kiosk-1": OWN,
    "keypad-1": OWN,
    "web-1": OWN,
    "display-1": {topics.presence(SELF)},
    "observer-1": {topics.presence(SELF)},
}
HEARD_BY_ALL = {topics.CLOCK, topics.presence("hub-1"), topics.reply(SELF, "i1")}
MAY_READ = {
    "hub-1": {topics.command(SELF), topics.command(OTHER), topics.presence(SELF), topics.presence(OTHER)},
    "kiosk-1": HEARD_BY_ALL | {topics.CATALOGUE, topics.BOARD, topics.REPRINT},
    "keypad-1": HEARD_BY_ALL | {topics.counter("1")},
    "web-1": HEARD_BY_ALL | {topics.CATALOGUE, topics.BOARD, topics.CALL, topics.counter("1")},
    "display-1": HEARD_BY_ALL | {topics.BOARD, topics.CALL},
    "observer-1": {topic for topic in ALL_TOPICS if topic.startswith(R)},
}


class Client:
    """A plain MQTT 5 client that remembers what it was sent."""

    def __init__(self, port: int, name: str | None, password: str = "", ca_file: str = "") -> None:
        self.got: dict[str, bytes] = {}
        self._news = threading.Condition()
        self.reason: int | None = None
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        if name is not None:
            self.client.username_pw_set(name, password)
        if ca_file:
            self.client.tls_set(ca_certs=ca_file)
        self.client.on_connect = lambda _c, _u, _f, reason, _p: self._note(reason.value)
        self.client.on_message = lambda _c, _u, message: self._take(message)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.until(lambda: self.reason is not None)

    def _note(self, reason: int) -> None:
        with self._news:
            self.reason = reason
            self._news.notify_all()

    def _take(self, message: mqtt.MQTTMessage) -> None:
        with self._news:
            self.got[message.topic] = message.payload
            self._news.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(condition, SECONDS), f"waited in vain; got {self.got}"

    def subscribe(self, *filters: str) -> None:
        done = threading.Event()
        self.client.on_subscribe = lambda *_: done.set()
        self.client.subscribe([(one, mqtt.SubscribeOptions(qos=1)) for one in filters])
        assert done.wait(SECONDS)

    def publish(self, topic: str, payload: bytes = b"x") -> None:
        self.client.publish(topic, payload, qos=1).wait_for_publish(SECONDS)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


Connect = Callable[[str], Client]


@pytest.fixture
def connect(rig: Rig) -> Iterator[Connect]:
    clients: list[Client] = []

    def make(name: str) -> Client:
        clients.append(Client(rig.port, name, rig.password(name)))
        assert clients[-1].reason == 0
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.mark.parametrize("node", MAY_WRITE)
def test_a_role_says_what_it_may_and_nothing_else(node: str, connect: Connect) -> None:
    observer = connect("observer-1")
    observer.subscribe("#")
    sender = connect(node)
    for topic in ALL_TOPICS:
        sender.publish(topic.format(self=node))
    # Its own presence is the last thing it says and always allowed: what has not come by then was refused.
    sender.publish(topics.presence(node), b"end")
    observer.until(lambda: observer.got.get(topics.presence(node)) == b"end")
    assert set(observer.got) == {topic.format(self=node) for topic in MAY_WRITE[node]}


@pytest.mark.parametrize("node", MAY_READ)
def test_a_role_hears_what_it_may_and_nothing_else(node: str, connect: Connect) -> None:
    reader = connect(node)
    neighbour = {topics.command(OTHER), topics.presence(OTHER)}
    sayable = {"hub-1": HUB_SAYS | {topics.presence("hub-1")}, OTHER: neighbour, node: MAY_WRITE[node]}
    reader.subscribe("#", "$SYS/#", *(topic.format(self=node) for topic in ALL_TOPICS))
    writers = {name: reader if name == node else connect(name) for name in sayable}
    for name, said in sayable.items():
        for topic in said:
            writers[name].publish(topic.format(self=node))
    last = (OTHER, topics.presence(OTHER)) if node == "hub-1" else ("hub-1", topics.CLOCK)
    writers[last[0]].publish(last[1], b"end")
    reader.until(lambda: reader.got.get(last[1]) == b"end")
    said_at_all = set(itertools.chain(*sayable.values()))
    assert set(reader.got) == {topic.format(self=node) for topic in MAY_READ[node] & said_at_all}


@pytest.mark.parametrize(
    ("name", "password"), [(None, ""), ("kiosk-1", ""), ("kiosk-1", "wrong"), ("keypad-9", "x"), ("", "")]
)
def test_without_the_right_password_nobody_gets_in(rig: Rig, name: str | None, password: str) -> None:
    client = Client(rig.port, name, password)
    assert client.reason in {0x86, 0x87}  # bad user name or password, not authorised
    client.close()


def test_the_broker_sends_small_packets_at_once(rig: Rig, connect: Connect) -> None:
    ours = connect("kiosk-1").client.socket()
    assert ours is not None
    # The broker's own end of the connection, borrowed (man 2 pidfd_getfd), tells without a stop-watch.
    assert rig._broker is not None
    pid = rig._broker.pid
    process = os.pidfd_open(pid)
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        if not str(entry.readlink()).startswith("socket:"):
            continue
        borrowed = ctypes.CDLL(None, use_errno=True).syscall(438, process, int(entry.name), 0)
        if borrowed < 0:
            pytest.skip(f"pidfd_getfd: {os.strerror(ctypes.get_errno())}")
        with socket.socket(fileno=borrowed) as sock, contextlib.suppress(OSError):
            if sock.getpeername() != ours.getsockname():
                continue
            found.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    os.close(process)
    assert found == [1]


def test_a_client_that_dies_leaves_its_will_for_those_who_come_later(rig: Rig, connect: Connect) -> None:
    script = (
        "import signal, sys; from appliance.node.config import BrokerSettings; from appliance.node.link import Link\n"
        "link = Link('kiosk-1', sys.argv[2], BrokerSettings(port=int(sys.argv[1])), '0'); link.start(); signal.pause()"
    )
    topic = topics.presence("kiosk-1")
    watcher = connect("observer-1")
    watcher.subscribe(topic)
    with subprocess.Popen([sys.executable, "-c", script, str(rig.port), rig.password("kiosk-1")]) as victim:
        try:
            watcher.until(lambda: topic in watcher.got)
            assert messages.decode(watcher.got[topic], messages.Presence).state == "online"
        finally:
            victim.send_signal(signal.SIGKILL)
    watcher.until(lambda: messages.decode(watcher.got[topic], messages.Presence).state == "offline")
    late = connect("hub-1")
    late.subscribe(topics.ALL_PRESENCE)
    late.until(lambda: topic in late.got)
    assert messages.decode(late.got[topic], messages.Presence).state == "offline"


def test_the_largest_payload_passes_and_a_larger_one_does_not(rig: Rig, connect: Connect) -> None:
    observer, hub = connect("observer-1"), connect("hub-1")
    observer.subscribe(topics.BOARD)
    hub.publish(topics.BOARD, b"x" * messages.MAX_PAYLOAD)
    observer.until(lambda: len(observer.got.get(topics.BOARD, b"")) == messages.MAX_PAYLOAD)
    gone = threading.Event()
    greedy = connect("hub-1")
    greedy.client.on_disconnect = lambda *_: gone.set()
    greedy.client.publish(topics.BOARD, b"y" * (messages.MAX_PAYLOAD + 16_384), qos=0)
    assert gone.wait(SECONDS)
    assert observer.got[topics.BOARD][:1] == b"x"


def test_a_restarted_broker_remembers_nothing(rig: Rig, connect: Connect) -> None:
    hub = connect("hub-1")
    hub.client.publish(topics.BOARD, b"yesterday", qos=1, retain=True).wait_for_publish(SECONDS)
    hub.close()
    rig.restart_broker()
    display, hub = connect("display-1"), connect("hub-1")
    display.subscribe(topics.BOARD, topics.CLOCK)
    hub.publish(topics.CLOCK)
    display.until(lambda: topics.CLOCK in display.got)
    assert topics.BOARD not in display.got


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_the_tls_listener_serves_those_with_certificate_and_password(rig: Rig, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=hub -addext"
    files = ["subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *made.split(), *files], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    changes = {"listener": f"{port} 127.0.0.1", "cafile": str(certificate), "certfile": str(certificate)}
    template = (broker_config() / "listener-tls.conf").read_text()
    (rig.directory / "broker/conf.d/tls.conf").write_text(adapt(template, {**changes, "keyfile": str(key)}))
    rig.restart_broker()
    stranger = Client(port, None, ca_file=str(certificate))
    assert stranger.reason == 0x87
    stranger.close()
    settings = BrokerSettings(port=port, ca_file=str(certificate))
    link = Link("kiosk-1", rig.password("kiosk-1"), settings, "0", HubClock(SystemClock()))
    up = threading.Event()
    link.on_connection(lambda connected: up.set() if connected else None)
    link.start()
    assert up.wait(SECONDS)
    link.stop()


def test_roles_and_contract_speak_of_the_same_topics() -> None:
    rules = msgspec.toml.decode((broker_config() / "roles.toml").read_bytes(), type=dict[str, dict[str, list[str]]])
    assert set(rules) == set(topics.NODE_NAME.pattern[2:].partition(")")[0].split("|"))
    writable = {f"{R}/{topic}" for rule in rules.values() for topic in rule["write"]}
    contract = {row.pattern.replace("{counter}", "+").replace("{node}/{instance}", "#") for row in topics.CONTRACT}
    assert writable == contract
