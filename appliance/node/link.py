"""The bus: identity, presence and last will, reconnecting, request and reply. The only importer of paho.

A PUBACK of the broker is not durable, so nothing here counts as done before the hub's reply. Every callback is
guarded: an exception in paho's thread would kill the thread while the client still looks connected.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable
from itertools import chain
from typing import Any, Final, TypeVar

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from appliance.node import trace
from appliance.node.config import BrokerSettings, ConfigError
from appliance.node.daemon import HubClock
from appliance.wire import topics
from appliance.wire.messages import (
    AnyBody,
    AnyReply,
    Clock,
    Malformed,
    Message,
    Part,
    Presence,
    Request,
    decode,
    decode_reply,
    encode,
)

log = logging.getLogger(__name__)
T = TypeVar("T")
OnAnswer = Callable[[AnyReply | None], None]
"""Receives the hub's reply, or None when the deadline passed without one."""
OnGone = Callable[[str], None]
"""Receives the last level of a topic whose retained message is no more."""

KEEPALIVE_SECONDS: Final = 5
WINDOW: Final = 500
READ_AHEAD: Final = 32_768
"""Bytes that the hub's socket holds: what one box floods must wait at the broker, where it can be thrown away."""
RECONNECT_SECONDS: Final = (1, 5)
SAY_AGAIN_SECONDS: Final = 60.0
"""A box that tries to connect for days says why it cannot once a minute, not at each attempt."""
GOODBYE_SECONDS: Final = 1.0


class Link:
    """One box's connection to the broker.

    Args:
        node: name and MQTT user name, ``role-n``.
        password: of that user.
        broker: where it listens.
        version: of this software, for the presence message.
        hub_clock: fed from the ``clock`` topic; None on the hub itself.

    Raises:
        ConfigError: if ``broker.ca_file`` is no certificate.
    """

    def __init__(
        self, node: str, password: str, broker: BrokerSettings, version: str, hub_clock: HubClock | None = None
    ) -> None:
        if not topics.NODE_NAME.fullmatch(node):
            raise ConfigError(f"node: {node!r} is not a node's name such as kiosk-1")
        self.node = node
        self.instance = uuid.uuid4().hex[:12]
        self.hub_clock = hub_clock
        self.connected = False
        self._leaving = False
        self._complaint, self._complained_at = "", 0.0
        self._version = version
        self._parts: list[Part] = []
        self._broker = broker
        self._handlers: dict[str, Callable[[mqtt.MQTTMessage], None]] = {}
        self._handlers_once: dict[str, Callable[[mqtt.MQTTMessage], None]] = {}
        """Of topics that are subscribed to for a moment only."""
        self._heard: set[str] | None = None
        self._read = 0
        self._on_connection: list[Callable[[bool], None]] = []
        self._pending: dict[bytes, tuple[OnAnswer, float]] = {}
        self._lock = threading.Lock()
        self._client = self._make_client(password)
        if hub_clock is not None:
            self.on(topics.CLOCK, Clock, hub_clock.observe)
            self._handlers[topics.reply(node, self.instance)] = self._take_reply

    # -- what a role says ------------------------------------------------------------------------------------------

    def on(self, topic: str, kind: type[T], receive: Callable[[T], None], gone: OnGone | None = None) -> None:
        """Deliver every well-formed payload of ``topic`` to ``receive``; log the others. Call before connecting."""

        def take(message: mqtt.MQTTMessage) -> None:
            if message.payload:
                receive(decode(message.payload, kind))
            elif gone:  # nothing at all says that what was retained is no more
                gone(message.topic.rpartition("/")[2])

        self._handlers[topic] = take

    def on_commands(self, receive: Callable[[str, bytes, str, bytes], None]) -> None:
        """Deliver every command, undecoded: sender's name, payload, where to answer, correlation (the hub's side)."""

        def take(message: mqtt.MQTTMessage) -> None:
            node = topics.sender_of_command(message.topic)
            if node is None:
                raise Malformed("no node has this name")
            reply_to = getattr(message.properties, "ResponseTopic", "")
            receive(node, bytes(message.payload), reply_to, getattr(message.properties, "CorrelationData", b""))

        self._handlers[topics.ALL_COMMANDS] = take

    def hear(self, nodes: set[str] | None) -> None:
        """Read the commands of ``nodes`` alone, None for those of all; the broker throws the others' away."""
        before, self._heard = self._heard, nodes
        if not self.connected or nodes == before:
            return
        if nodes is None:
            self._client.subscribe(topics.ALL_COMMANDS, qos=topics.QOS)
        for node in sorted((nodes or set()) - (before or set())):
            self._client.subscribe(topics.command(node), qos=topics.QOS)
        for node in sorted((before or set()) - (nodes or set())):
            self._client.unsubscribe(topics.command(node))
        if before is None:
            self._client.unsubscribe(topics.ALL_COMMANDS)

    def ask_who_has(self, pattern: str, tell: Callable[[str], None]) -> None:
        """Have ``tell`` called, soon and once each, with the last level of every retained topic of ``pattern``."""

        def take(message: mqtt.MQTTMessage) -> None:
            tell(message.topic.rpartition("/")[2])

        self._handlers_once[pattern] = take
        self._client.subscribe(pattern, qos=topics.QOS)
        self._client.unsubscribe(pattern)

    def on_connection(self, changed: Callable[[bool], None]) -> None:
        """Tell ``changed`` whenever the connection is made or lost."""
        self._on_connection.append(changed)

    def set_parts(self, parts: list[Part]) -> None:
        """Publish this box's health, retained, whenever it differs from before."""
        if parts != self._parts:
            self._parts = parts
            if self.connected:
                self._publish_presence("online")

    def publish(self, topic: str, message: Message, *, retain: bool = False) -> int | None:
        """Publish at QoS 1; return the message id to await, or None if it could not be handed over now."""
        return self.publish_bytes(topic, encode(message), retain=retain)

    def publish_bytes(self, topic: str, payload: bytes, *, retain: bool = False) -> int | None:
        """Publish an encoded payload; see ``publish``."""
        if not self.connected:
            return None
        info = self._client.publish(topic, payload, qos=topics.QOS, retain=retain)
        return info.mid if info.rc == mqtt.MQTT_ERR_SUCCESS else None

    def answer(self, topic: str, correlation: bytes, payload: bytes) -> None:
        """Send a reply (the hub's side of request and reply)."""
        properties = Properties(PacketTypes.PUBLISH)
        properties.CorrelationData = correlation
        self._client.publish(topic, payload, qos=topics.QOS, properties=properties)

    def request(self, body: AnyBody, answer: OnAnswer, *, deadline: float, request_id: str | None = None) -> str | None:
        """Send a command and have ``answer`` called exactly once, with the reply or, after ``deadline``, with None.

        Args:
            body: what is asked.
            answer: called on another thread.
            deadline: real seconds.
            request_id: given again to repeat an unanswered command; it has effect once. If the first asking still
                waits, its ``answer`` is called with None: the reply goes to the repetition.

        Returns:
            The request id, or None if the hub cannot be reached now; ``answer`` is then not called. Nothing is kept
            for later: a press that arrives minutes late would call somebody for nobody.
        """
        if self.hub_clock is None or not self.connected:
            return None
        request_id = request_id or uuid.uuid4().hex
        trace.mark("request", request_id)
        payload = encode(Request(1, request_id, self.hub_clock.seen(), body))
        correlation = request_id.encode()
        self._settle(correlation, None)
        with self._lock:
            self._pending[correlation] = (answer, time.monotonic() + deadline)
        properties = Properties(PacketTypes.PUBLISH)
        properties.ResponseTopic = topics.reply(self.node, self.instance)
        properties.CorrelationData = correlation
        info = self._client.publish(topics.command(self.node), payload, qos=topics.QOS, properties=properties)
        if info.rc != mqtt.MQTT_ERR_SUCCESS:
            with self._lock:
                self._pending.pop(correlation, None)
            return None
        return request_id

    def expire(self) -> None:
        """Give up on requests whose deadline has passed: call this several times a second from the main loop."""
        now = time.monotonic()
        with self._lock:
            late = [correlation for correlation, (_, deadline) in self._pending.items() if deadline <= now]
        for correlation in late:
            self._settle(correlation, None)

    # -- how it runs -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect and serve on a thread of paho's; reconnect for ever."""
        self._client.connect_async(self._broker.host, self._broker.port, KEEPALIVE_SECONDS, clean_start=True)
        self._client.loop_start()

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any: the network thread must live."""
        thread = self._client._thread  # noqa: SLF001  # paho offers no other way to see that its thread died
        return None if thread is not None and thread.is_alive() else "the thread that serves the bus"

    def stop(self) -> None:
        """Say goodbye (the presence turns to offline) and disconnect; whoever still waits for an answer gets None."""
        self._leaving = True
        if self.connected:
            info = self._publish_presence("offline")
            if self._client._thread is not None:  # noqa: SLF001  # as above
                # If it could not even be handed over, the will says it.
                with contextlib.suppress(ValueError, RuntimeError):
                    info.wait_for_publish(GOODBYE_SECONDS)
        self._client.disconnect()
        try:
            self._client.loop_stop()
        except AttributeError:  # paho forgets a thread that ends, perhaps between looking and joining
            assert self._client._thread is None  # noqa: S101, SLF001  # as above
        with self._lock:
            left = list(self._pending)
        for correlation in left:
            self._settle(correlation, None)

    def open(self) -> bool:
        """Connect without a thread, for a daemon that drives ``step`` itself; tell whether the broker was there."""
        try:
            self._client.connect(self._broker.host, self._broker.port, KEEPALIVE_SECONDS, clean_start=True)
        except OSError as error:
            self._complain(logging.WARNING, f"no broker at {self._address} ({error}); trying again")
            return False
        sock = self._client.socket()
        if isinstance(sock, socket.socket):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_AHEAD)
        return True

    def step(self, seconds: float, most: int) -> None:
        """Send what waits and read what has arrived.

        Args:
            seconds: to wait at most if there is nothing.
            most: messages to read at most; what else has arrived is read by the next step.
        """
        client = self._client
        sock = client.socket()
        if sock is None:
            return
        writers = [sock] if client.want_write() else []
        readable, writable, _ = select.select([sock], writers, [], seconds)
        if writable:
            client.loop_write()
        enough = self._read + most
        while readable and client.socket() is sock and self._read < enough:
            if client.loop_read() != mqtt.MQTT_ERR_SUCCESS:
                break
            readable = select.select([sock], [], [], 0)[0]
        client.loop_misc()

    @property
    def has_socket(self) -> bool:
        """Tell whether there is a network connection at all (``connected`` says that the broker accepted us)."""
        return self._client.socket() is not None

    def on_delivered(self, delivered: Callable[[int], None]) -> None:
        """Tell ``delivered`` the message id of everything that the broker has taken."""
        self._client.on_publish = lambda _c, _u, mid, _r, _p: self._guard(delivered, mid)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _make_client(self, password: str) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=f"{self.node}-{self.instance}", protocol=mqtt.MQTTv5
        )
        client.username_pw_set(self.node, password)
        client.max_inflight_messages_set(WINDOW)
        client.max_queued_messages_set(4 * WINDOW)
        client.reconnect_delay_set(*RECONNECT_SECONDS)
        client.connect_timeout = 3.0
        if self._broker.ca_file:
            try:
                client.tls_set(ca_certs=self._broker.ca_file, tls_version=ssl.PROTOCOL_TLS_CLIENT)
            except OSError as error:  # ssl.SSLError is one
                raise ConfigError(f"broker.ca_file: {self._broker.ca_file}: {error.strerror or error}") from error
        will = encode(Presence(1, self.node, "offline", self._version))
        client.will_set(topics.presence(self.node), will, qos=topics.QOS, retain=True)
        client.on_socket_open = _no_delay
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_connect_fail = lambda _c, _u: self._complain(
            logging.INFO, f"no broker at {self._address}; trying again"
        )
        client.on_subscribe = self._subscribed
        client.on_message = lambda _c, _u, message: self._guard(self._take, message)
        return client

    def _connected(self, _c: Any, _u: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            hint = "check its password and the clock of certificates"
            self._complain(logging.ERROR, f"the broker refuses {self.node}: {reason}; {hint}")
            return
        self._complaint = ""
        # What the broker had not acknowledged would come after what is said now: an old board would stay retained.
        self._client.drop_out_messages()
        for topic in self._subscriptions():
            self._client.subscribe(topic, qos=topics.QOS)
        self.connected = True
        self._publish_presence("online")
        for changed in self._on_connection:
            self._guard(changed, True)

    def _subscriptions(self) -> list[str]:
        if self._heard is None:
            return list(self._handlers)
        heard = [topics.command(node) for node in sorted(self._heard)]
        return [topic for topic in self._handlers if topic != topics.ALL_COMMANDS] + heard

    def _subscribed(self, _c: Any, _u: Any, _mid: int, reasons: list[Any], _properties: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("the broker does not let %s listen (%s); run `giliran passwords` anew", self.node, reasons[0])

    def _disconnected(self, _c: Any, _u: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        was, self.connected = self.connected, False
        if was:
            if not self._leaving:
                log.warning("connection to the broker lost (%s)", reason)
            for changed in self._on_connection:
                self._guard(changed, False)

    def _publish_presence(self, state: Any) -> mqtt.MQTTMessageInfo:
        payload = encode(Presence(1, self.node, state, self._version, self._parts))
        return self._client.publish(topics.presence(self.node), payload, qos=topics.QOS, retain=True)

    def _take(self, message: mqtt.MQTTMessage) -> None:
        self._read += 1
        handler = self._handlers.get(message.topic)
        if handler is None:
            known = chain(self._handlers.items(), self._handlers_once.items())
            handler = next((h for f, h in known if mqtt.topic_matches_sub(f, message.topic)), None)
        if handler is not None:
            self._guard(handler, message, topic=message.topic)

    @property
    def _address(self) -> str:
        return f"{self._broker.host}:{self._broker.port}"

    def _complain(self, level: int, complaint: str) -> None:
        """Log why there is no connection: when it is news, and then once in a while."""
        now = time.monotonic()
        if complaint != self._complaint or now - self._complained_at >= SAY_AGAIN_SECONDS:
            self._complaint, self._complained_at = complaint, now
            log.log(level, "%s", complaint)

    def _take_reply(self, message: mqtt.MQTTMessage) -> None:
        correlation = getattr(message.properties, "CorrelationData", b"")
        self._settle(correlation, decode_reply(message.payload))

    def _settle(self, correlation: bytes, reply: AnyReply | None) -> None:
        with self._lock:
            answer, _ = self._pending.pop(correlation, (None, 0.0))
        if answer is not None:
            self._guard(answer, reply)

    def _guard(self, call: Callable[..., None], *arguments: Any, topic: str = "") -> None:
        try:
            call(*arguments)
        except Malformed as error:
            log.warning("%s: ignored a malformed payload: %s", topic, error)
        except Exception:  # the network thread must outlive any mistake of ours
            log.exception("a handler of %s failed", topic or "the bus")


def _no_delay(_client: Any, _userdata: Any, sock: Any) -> None:
    # Without this a request and its reply take 88 ms on loopback instead of half a millisecond.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
