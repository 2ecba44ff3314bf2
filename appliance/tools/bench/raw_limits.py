"""What the parts alone can do: a bare MQTT echo and bare SQLite commits, under Giliran's own settings.

The load generator is the same for the bare echo and for the hub, so that their ratio is about the hub. It uses paho
directly, for it measures what stands below our link.
"""

from __future__ import annotations

import multiprocessing
import select
import socket
import sqlite3
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from appliance.store.database import PRAGMAS
from appliance.tools.office.figures import quantile
from appliance.tools.office.rig import Rig
from appliance.wire import topics
from appliance.wire.messages import AnyBody, CallNext, Clock, CounterId, Malformed, Request, Seen, decode, encode

WINDOW: Final = 500
START_SECONDS: Final = 10.0


class Load(msgspec.Struct, frozen=True):
    """What a load run brought: answers a second, and milliseconds from request to answer."""

    per_second: float
    p50_ms: float
    p99_ms: float
    refused: int


def raw_commits(file: Path, count: int, body: bytes, pause: float = 0.0) -> list[float]:
    """Insert ``body`` ``count`` times, each in a durable transaction of its own; return the milliseconds of each.

    ``pause``: seconds between them. A machine that was idle for a tenth of a second takes twice as long as a busy one,
    so what happens now and then is to be compared with a baseline that happens now and then.
    """
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {pragma} = {value}")
    connection.execute("CREATE TABLE IF NOT EXISTS raw (id INTEGER PRIMARY KEY, body BLOB)")
    spans = []
    for _ in range(count):
        began = time.perf_counter_ns()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO raw (body) VALUES (?)", (body,))
        connection.execute("COMMIT")
        spans.append((time.perf_counter_ns() - began) / 1e6)
        time.sleep(pause)
    connection.close()
    return spans


class Echo:
    """A bare responder in a process of its own, on the hub's account: answers each command with fixed bytes."""

    def __init__(self, rig: Rig, answer: bytes, *, threaded: bool = False) -> None:
        ready = multiprocessing.get_context("spawn").Event()
        arguments = (rig.port, rig.password("hub-1"), answer, ready, threaded)
        self._process = multiprocessing.get_context("spawn").Process(target=_serve_echo, args=arguments, daemon=True)
        self._process.start()
        if not ready.wait(START_SECONDS):
            raise RuntimeError("the bare echo did not start")

    def close(self) -> None:
        """End the responder."""
        self._process.terminate()
        self._process.join()


def _serve_echo(port: int, password: str, answer: bytes, ready: Any, threaded: bool) -> None:  # noqa: FBT001
    client = _client("hub-1", password)

    def reply(_c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        properties = Properties(PacketTypes.PUBLISH)
        properties.CorrelationData = message.properties.CorrelationData  # type: ignore[union-attr]
        client.publish(message.properties.ResponseTopic, answer, qos=1, properties=properties)  # type: ignore[union-attr]

    client.on_message = reply
    client.on_connect = lambda *_: _subscribe(client, topics.ALL_COMMANDS)
    client.on_subscribe = lambda *_: ready.set()
    client.connect("127.0.0.1", port)
    if threaded:
        client.loop_forever()
    while True:
        _drive([client], 1.0)


def load(rig: Rig, nodes: list[str], outstanding: int, count: int, body: Callable[[str], AnyBody]) -> Load:
    """Send ``count`` commands from all ``nodes``, each keeping up to ``outstanding`` of them unanswered.

    Args:
        rig: the broker; whoever serves commands there answers.
        nodes: the senders, each with a connection of its own.
        outstanding: requests in flight per sender.
        count: commands in all.
        body: the command that a node sends.
    """
    run = _Run(count)
    senders = [_Sender(run, rig, node, outstanding, body(node)) for node in nodes]
    clients = [sender.client for sender in senders]
    deadline = time.monotonic() + START_SECONDS
    while not all(sender.ready for sender in senders) or (run.clock is None and time.monotonic() < deadline - 8):
        _drive(clients, 0.05)
        if time.monotonic() > deadline:
            raise RuntimeError("the load generator could not connect")
    began = time.perf_counter()
    for sender in senders:
        sender.fill()
    while len(run.spans) < count:
        _drive(clients, 1.0)
        if time.perf_counter() - began > 120:  # seconds; a stuck run must end
            raise RuntimeError(f"only {len(run.spans)} of {count} commands were answered")
    seconds = time.perf_counter() - began
    for client in clients:
        client.disconnect()
    return Load(count / seconds, statistics.median(run.spans), quantile(run.spans, 0.99), run.refused)


def round_trips(rig: Rig, node: str, count: int, answer: bytes, pause: float) -> list[float]:
    """Return the milliseconds of ``count`` bare requests and replies, one every ``pause`` seconds, at QoS 1.

    Both ends run paho the way nodes do, with its network thread; the responder is a process of its own.
    """
    echo = Echo(rig, answer, threaded=True)
    client = _client(node, rig.password(node))
    came = threading.Event()
    reply_to = topics.reply(node, "bench")
    client.on_connect = lambda *_: _subscribe(client, reply_to)
    client.on_subscribe = lambda *_: came.set()
    client.on_message = lambda *_: came.set()
    client.connect("127.0.0.1", rig.port)
    client.loop_start()
    came.wait(START_SECONDS)
    properties = Properties(PacketTypes.PUBLISH)
    properties.ResponseTopic = reply_to
    properties.CorrelationData = b"f" * 32
    payload = encode(Request(1, "f" * 32, Seen("bench", 1 << 30, 100), CallNext(CounterId("1"))))
    spans = []
    for _ in range(count):
        came.clear()
        began = time.perf_counter_ns()
        client.publish(topics.command(node), payload, qos=1, properties=properties)
        if not came.wait(START_SECONDS):
            raise RuntimeError("the bare echo does not answer")
        spans.append((time.perf_counter_ns() - began) / 1e6)
        time.sleep(pause)
    client.disconnect()
    client.loop_stop()
    echo.close()
    return spans


class _Run:
    def __init__(self, count: int) -> None:
        self.to_send = count
        self.spans: list[float] = []
        self.refused = 0
        self.clock: tuple[Clock, float] | None = None

    def seen(self) -> Seen:
        if self.clock is None:
            return Seen("bench", 0, 0)
        clock, at = self.clock
        return Seen(clock.boot, clock.tick, int((time.perf_counter() - at) * 1000))


class _Sender:
    def __init__(self, run: _Run, rig: Rig, node: str, outstanding: int, body: AnyBody) -> None:
        self._run = run
        self._body = body
        self._outstanding = outstanding
        self._sent: dict[bytes, int] = {}
        self._reply_to = topics.reply(node, "bench")
        self._topic = topics.command(node)
        self.ready = False
        self.client = _client(node, rig.password(node))
        self.client.on_connect = lambda *_: _subscribe(self.client, self._reply_to, topics.CLOCK)
        self.client.on_subscribe = lambda *_: setattr(self, "ready", True)
        self.client.on_message = self._take
        self.client.connect("127.0.0.1", rig.port)

    def fill(self) -> None:
        while len(self._sent) < self._outstanding and self._run.to_send > 0:
            self._run.to_send -= 1
            request_id = uuid.uuid4().hex
            properties = Properties(PacketTypes.PUBLISH)
            properties.ResponseTopic = self._reply_to
            properties.CorrelationData = request_id.encode()
            payload = encode(Request(1, request_id, self._run.seen(), self._body))
            self._sent[request_id.encode()] = time.perf_counter_ns()
            self.client.publish(self._topic, payload, qos=1, properties=properties)

    def _take(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic == topics.CLOCK:
            try:
                self._run.clock = (decode(message.payload, Clock), time.perf_counter())
            except Malformed:
                return
            return
        sent = self._sent.pop(getattr(message.properties, "CorrelationData", b""), None)
        if sent is not None:
            self._run.spans.append((time.perf_counter_ns() - sent) / 1e6)
            self._run.refused += b'"refused"' in message.payload[:40]
            self.fill()


def _client(node: str, password: str) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{node}-{uuid.uuid4().hex[:8]}", protocol=mqtt.MQTTv5)
    client.username_pw_set(node, password)
    client.max_inflight_messages_set(WINDOW)
    client.on_socket_open = _no_delay
    return client


def _no_delay(_client: Any, _userdata: Any, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _subscribe(client: mqtt.Client, *filters: str) -> None:
    client.subscribe([(one, SubscribeOptions(qos=1)) for one in filters])


def _drive(clients: list[mqtt.Client], seconds: float) -> None:
    sockets: dict[Any, mqtt.Client] = {client.socket(): client for client in clients if client.socket() is not None}
    writers = [s for s, client in sockets.items() if client.want_write()]
    readable, writable, _ = select.select(list(sockets), writers, [], seconds)
    for sock in writable:
        sockets[sock].loop_write()
    for sock in readable:
        while sockets[sock].loop_read() == mqtt.MQTT_ERR_SUCCESS and select.select([sock], [], [], 0)[0]:
            pass
    for client in sockets.values():
        client.loop_misc()
