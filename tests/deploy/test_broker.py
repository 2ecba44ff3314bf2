"""The shipped broker configuration on a real mosquitto: who may say and hear what, judged by what is delivered.

A subscription that is refused is still answered "granted" by mosquitto 2.0, so answers prove nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
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
from appliance.tools.office.processes import resident_mb
from appliance.tools.office.rig import TAP, Rig, adapt
from appliance.tools.proofs.flood import SUBSCRIBE, command, enter, packet, text
from appliance.verbs.passwords import broker_config
from appliance.wire import messages, topics

SECONDS = 20.0
MOST_MB = 256
"""What the broker may take of a machine that has 1 GB for everything."""
SELF, OTHER = "{self}", "keypad-2"
R = topics.ROOT
ROLES = msgspec.toml.decode((broker_config() / "roles.toml").read_bytes(), type=dict[str, dict[str, list[str]]])
NODES = {role: f"{role}-1" for role in ROLES}
SAYABLE = sorted(
    {
        row.pattern.format(node=node, instance="i1", counter="1", kiosk=node)
        for row in topics.CONTRACT
        for node in (SELF, OTHER, "hub-1")
    }
)
"""Every topic of the contract, where it has a node's name: of the one who tries, of another one and of the hub."""
ALL_TOPICS = [*SAYABLE, f"{R}/unknown", "giliran/2/clock", "stranger"]


def may(access: str, node: str) -> set[str]:
    """Return the topics that ``node`` may ``write`` or ``read`` by its role."""
    rules = [f"{R}/{rule}".format(node=node, hub="hub-1") for rule in ROLES[topics.role_of(node)][access]]
    real = [topic.format(self=node) for topic in ALL_TOPICS]
    return {topic for topic in real if any(mqtt.topic_matches_sub(rule, topic) for rule in rules)}


class Client:
    """A plain MQTT 5 client that remembers what it was sent."""

    def __init__(self, port: int, name: str | None, password: str = "", ca_file: str = "", client_id: str = "") -> None:
        self.got: dict[str, bytes] = {}
        self._news = threading.Condition()
        self.reason: int | None = None
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, protocol=mqtt.MQTTv5)
        if name is not None:
            self.client.username_pw_set(name, password)
        if ca_file:
            self.client.tls_set(ca_certs=ca_file)
        self.client.on_connect = lambda _c, _u, _f, reason, _p: self.note(lambda: setattr(self, "reason", reason.value))
        self.client.on_message = lambda _c, _u, message: self._take(message)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.until(lambda: self.reason is not None)

    def note(self, change: Callable[[], object]) -> None:
        with self._news:
            change()
            self._news.notify_all()

    def _take(self, message: mqtt.MQTTMessage) -> None:
        self.note(lambda: self.got.update({message.topic: message.payload}))

    def until(self, condition: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(condition, SECONDS), f"waited in vain; got {self.got}"

    def on_loss(self) -> list[int]:
        """Return a list that gets the reason if the broker ends the connection; it is not made again."""
        reasons: list[int] = []

        self.client.on_disconnect = lambda _c, _u, _f, reason, _p: self.note(lambda: reasons.append(reason.value))
        return reasons

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


Connect = Callable[..., Client]


@pytest.fixture
def connect(rig: Rig) -> Iterator[Connect]:
    clients: list[Client] = []

    def make(name: str, client_id: str = "") -> Client:
        clients.append(Client(rig.port, name, rig.password(name), client_id=client_id))
        assert clients[-1].reason == 0
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.mark.parametrize("node", NODES.values())
def test_a_role_says_what_it_may_and_nothing_else(node: str, connect: Connect) -> None:
    tap = connect(TAP)
    tap.subscribe("#")
    sender = connect(node)
    for topic in ALL_TOPICS:
        sender.publish(topic.format(self=node))
    # Its own presence is the last thing it says and always allowed: what has not come by then was refused.
    sender.publish(topics.presence(node), b"end")
    tap.until(lambda: tap.got.get(topics.presence(node)) == b"end")
    assert set(tap.got) == may("write", node)


@pytest.mark.parametrize("node", NODES.values())
def test_a_role_hears_what_it_may_and_nothing_else(node: str, connect: Connect) -> None:
    reader = connect(node)
    reader.subscribe("#", "$SYS/#", *(topic.format(self=node) for topic in ALL_TOPICS))
    names = [node, *({"hub-1", OTHER} - {node})]
    writers = {name: reader if name == node else connect(name) for name in names}
    said = set()
    for name, writer in writers.items():
        for topic in sorted(may("write", name) | {topic.format(self=node) for topic in SAYABLE}):
            writer.publish(topic)
        own = {topics.reply(node, "i1"), topics.slip(node), topics.printing(node)}
        said |= may("write", name) | (own if name == "hub-1" else set())
    last = (OTHER, topics.presence(OTHER)) if node == "hub-1" else ("hub-1", topics.CLOCK)
    writers[last[0]].publish(last[1], b"end")
    reader.until(lambda: reader.got.get(last[1]) == b"end")
    assert set(reader.got) == may("read", node) & said


def test_every_role_is_known_and_every_topic_has_its_publisher() -> None:
    assert set(ROLES) == set(topics.NODE_NAME.pattern[2:].partition(")")[0].split("|"))
    contract = {row.pattern.replace("{counter}", "+").replace("{node}/{instance}", "#") for row in topics.CONTRACT}
    contract = {topic.replace("{kiosk}", "+") for topic in contract}
    assert {f"{R}/{topic}" for rule in ROLES.values() for topic in rule["write"]} == contract
    hubs = {row.pattern for row in topics.CONTRACT if row.publisher == "hub"}
    for role in set(ROLES) - {"hub"}:
        assert not {f"{R}/{topic}" for topic in ROLES[role]["write"]} & hubs


def test_nobody_overhears_what_a_node_asks_or_is_told() -> None:
    """PINs and telephone numbers are in commands, codes on slips and tickets; an answer concerns the asker alone."""
    private = ("command", "reply", "slip", "print")
    paper = ["reply/{node}/#", "slip/{node}", "print/{node}"]
    for role, rule in ROLES.items():
        heard = [topic for topic in rule["read"] if topic[0] in "+#" or topic.startswith(private)]
        assert heard in (["command/+"] if role == "hub" else [], ["reply/{node}/#"], paper)
        assert role == "kiosk" or "slip/{node}" not in heard
    assert "reply/{node}/#" not in ROLES["observer"]["read"]


def test_what_staff_are_told_is_for_consoles_alone() -> None:
    for role, rule in ROLES.items():
        heard = {topic for topic in rule["read"] if topic.startswith("staff")}
        every = {"staff/office", "staff/queue", "staff/counter/+"}
        assert heard == {"web": every, "hub": {"staff/counter/+"}}.get(role, set()), role


def test_an_observer_sees_how_things_stand_and_neither_pin_nor_telephone_number(connect: Connect) -> None:
    observer, kiosk, hub = connect("observer-1"), connect("kiosk-1"), connect("hub-1")
    observer.subscribe("#", f"{R}/#", f"{R}/command/+", f"{R}/reply/#", topics.command("kiosk-1"))
    secret = b"471147 +6281234567890"
    kiosk.publish(topics.command("kiosk-1"), secret)
    hub.publish(topics.reply("kiosk-1", "i1"), secret)
    hub.publish(topics.slip("kiosk-1"), secret)
    hub.publish(topics.printing("kiosk-1"), secret)
    private = tuple(f"{R}/{topic}" for topic in ("command", "reply", "slip", "print", "staff"))
    state = [row.pattern for row in topics.CONTRACT if not row.pattern.startswith(private)]
    for topic in (pattern.format(node="hub-1", counter="1") for pattern in state):
        hub.publish(topic, b"state")
        observer.until(lambda topic=topic: topic in observer.got)  # type: ignore[misc]  # default
    assert set(observer.got.values()) == {b"state"}


# -- sessions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("taken", ["", "keypad-1"], ids=["the id it asked for", "its name"])
def test_nobody_pushes_another_node_out_by_its_client_id(rig: Rig, connect: Connect, taken: str) -> None:
    victim = connect("keypad-1", "keypad-1-0123456789ab")
    lost = victim.on_loss()
    victim.subscribe(topics.CLOCK)
    robber = connect("kiosk-2", taken or "keypad-1-0123456789ab")
    hub = connect("hub-1", taken or "keypad-1-0123456789ab")
    hub.publish(topics.CLOCK, b"still here")
    victim.until(lambda: victim.got.get(topics.CLOCK) == b"still here")
    assert robber.client.is_connected()
    assert not lost


@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_pushes_a_node_out_by_its_name_without_its_password(rig: Rig, connect: Connect, password: str) -> None:
    victim = connect("keypad-1")
    lost = victim.on_loss()
    victim.subscribe(topics.CLOCK)
    stranger = Client(rig.port, "keypad-1", password, client_id="keypad-1")
    assert stranger.reason in {0x86, 0x87}
    stranger.close()
    connect("hub-1").publish(topics.CLOCK, b"still here")
    victim.until(lambda: victim.got.get(topics.CLOCK) == b"still here")
    assert not lost


def test_a_node_that_comes_back_ends_its_own_old_session_and_inherits_nothing_of_it(connect: Connect) -> None:
    """A box whose plug was pulled is back before the broker has missed it."""
    old = connect("keypad-1")
    lost = old.on_loss()
    old.subscribe(topics.CLOCK)
    old.client.reconnect_delay_set(60, 60)
    again = connect("keypad-1")
    old.until(lambda: bool(lost))
    again.subscribe(topics.counter("1"))
    hub = connect("hub-1")
    hub.publish(topics.CLOCK)
    hub.publish(topics.counter("1"))
    again.until(lambda: topics.counter("1") in again.got)
    assert topics.CLOCK not in again.got


def test_the_last_will_of_an_ended_session_does_not_outlive_the_new_one_s_greeting(rig: Rig, connect: Connect) -> None:
    said: list[str] = []
    watcher = connect("observer-1")
    topic = topics.presence("kiosk-1")
    watcher.client.on_message = lambda _c, _u, message: watcher.note(
        lambda: said.append(messages.decode(message.payload, messages.Presence).state)
    )
    watcher.subscribe(topic)
    links = [Link("kiosk-1", rig.password("kiosk-1"), rig.broker_settings(), "0") for _ in range(5)]
    for link in links:  # each is pushed out by the next one, and stays so: nobody drives it any more
        count = said.count("online")
        assert link.open()
        while not link.connected:
            link.step(0.1, 100)
        link.step(0, 100)
        watcher.until(lambda count=count: said.count("online") > count)  # type: ignore[misc]  # default
    watcher.until(lambda: said.count("offline") == len(links) - 1)
    late = connect("hub-1")
    late.subscribe(topic)
    late.until(lambda: topic in late.got)
    assert messages.decode(late.got[topic], messages.Presence).state == "online"
    assert said[-1] == "online"
    links[-1].stop()


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
    gone = hub.on_loss()
    hub.client.publish(topics.BOARD, b"y" * (messages.MAX_PAYLOAD + 16_384), qos=0)
    hub.until(lambda: bool(gone))
    assert observer.got[topics.BOARD][:1] == b"x"


def pour(connection: socket.socket, garbage: bytes, times: int) -> None:
    for _ in range(times):
        connection.sendall(garbage)


def test_a_reader_that_stands_still_and_a_box_that_floods_do_not_take_the_boards_memory(
    rig: Rig, connect: Connect
) -> None:
    """What goes out at quality of service 0 is counted by the broker, but not weighed: ten thousand large ones wait."""
    garbage = command("kiosk-1", b"x" * 60_000)
    listen = packet(SUBSCRIBE, b"\0\1\0" + text(topics.ALL_COMMANDS) + b"\1")
    observer, display = connect("observer-1"), connect("display-1")
    observer.subscribe(topics.presence("display-1"))
    with (
        enter(rig.port, "hub-1", rig.password("hub-1")) as still,
        enter(rig.port, "kiosk-1", rig.password("kiosk-1")) as mad,
    ):
        still.sendall(listen)
        with pytest.raises(ConnectionError):  # whoever floods is the one who is put out
            pour(mad, garbage, 2 * MOST_MB * 1024 * 1024 // len(garbage))
        assert resident_mb(rig.broker_pid) < MOST_MB
        for number in range(20):
            said = str(number).encode()
            display.publish(topics.presence("display-1"), said)
            observer.until(lambda said=said: observer.got.get(topics.presence("display-1")) == said)  # type: ignore[misc]  # default
    connect("kiosk-1")


def test_the_broker_sets_no_limit_that_makes_debian_13s_turn_new_clients_away() -> None:
    """With max_keepalive, mosquitto 2.0.21 takes new clients for silent ones, for many seconds at a time."""
    files = sorted(broker_config().glob("*.conf"))
    keys = {line.split()[0] for file in files for line in file.read_text(encoding="utf-8").splitlines() if line}
    assert "listener" in keys
    assert "max_keepalive" not in keys


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
