"""A hub without a bus, on a real file and a clock that the test moves."""

from __future__ import annotations

import random
import uuid

from appliance.engine.model import Counter, Definition, Rules, Service
from appliance.hub.complaints import Complaints
from appliance.hub.handler import Handler
from appliance.hub.housekeeping import Housekeeping
from appliance.hub.inbox import Incoming
from appliance.hub.outlook import Outlook
from appliance.hub.relay import Relay
from appliance.node.pin import Door, hashed
from appliance.store.contacts import Contacts
from appliance.store.store import Store
from appliance.wire import messages as m
from appliance.wire import topics

WEB = "web-1"
PIN = hashed("471147")
NOW = 1_775_437_200_000
OFFICE = Definition(
    {"id": "Kantor"},
    (Service("a", "A", {"id": "Layanan"}),),
    (Counter("1", {"id": "Loket 1"}, ("a",)), Counter("2", {"id": "Loket 2"}, ("a",), open_with_day=False)),
    Rules(seconds_between_calls=0),
)


class Clock:
    rate = 1.0
    witness = "chip"

    def __init__(self):
        self.ms = 1_000_000

    def monotonic_ms(self):
        return self.ms

    def office_ms(self):
        return NOW + self.ms

    def believed(self):
        return bool(self.witness)

    def set_by_staff(self, at):
        self.witness = "staff"
        self.said = at


class Bench:
    """A hub's handler on a real file, without a bus."""

    def __init__(self, file, boot="boot-1"):
        self.clock = Clock()
        self.boot = boot
        self.store = Store(file)
        self.contacts = Contacts(file.parent)
        self.outlook = Outlook(self.clock, random.Random(1))
        blame = Complaints(self.clock.monotonic_ms).about
        self.handler = Handler(self.store, self.clock, boot, self.outlook, self.contacts, blame, Door(PIN))

    def request(self, body, *, node="kiosk-1", request_id=None, boot=None):
        request_id = request_id or uuid.uuid4().hex
        seen = m.Seen(boot or self.boot, self.clock.ms, 0)
        return self.raw(m.encode(m.Request(1, request_id, seen, body)), node)

    def raw(self, payload, node="kiosk-1"):
        return Incoming(node, payload, topics.reply(node, "x"), b"c")

    def ask(self, *incoming):
        replies, self.entries = self.handler.handle(list(incoming))
        return [m.decode_reply(reply.payload) for reply in replies]


class NoBus:
    """A link that leads nowhere, and remembers the clock."""

    def __init__(self):
        self.clocks = []

    def on_delivered(self, _):
        pass

    def publish(self, topic, message, *, retain=False):
        if topic == topics.CLOCK:
            self.clocks.append(message)

    def publish_bytes(self, *_, **__):
        return None


def founded(file, boot="boot-1", office=OFFICE, practice=None):
    """Return a hub that keeps house and has its office, but no day yet."""
    bench = Bench(file, boot)
    bench.link = NoBus()
    relay = Relay(bench.link, bench.clock, bench.outlook, *bench.store.unsent())
    bench.house = Housekeeping(
        bench.handler, relay, bench.store, bench.contacts, bench.link, bench.clock, boot, practice=practice
    )
    bench.moved = 0
    bench.clock.office_ms = lambda: NOW + bench.clock.ms + bench.moved
    bench.house.adopt(office)
    return bench


def tick(hub, ms=2000):
    """Let time pass and the hub keep house; return its day."""
    hub.clock.ms += ms
    hub.house.tick()
    return hub.handler.day


def ask(hub, body, node=WEB):
    (reply,) = hub.ask(hub.request(body, node=node))
    return reply


def last_actor(hub):
    return hub.store.log._connection.execute("SELECT actor FROM event ORDER BY seq DESC LIMIT 1").fetchone()[0]
