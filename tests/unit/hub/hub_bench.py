"""A hub without a bus, on a real file and a clock that the test moves."""

from __future__ import annotations

import random
import uuid

from signing import signed

from appliance.engine.model import Counter, Definition, Rules, Service
from appliance.hub.complaints import Complaints
from appliance.hub.handler import Handler
from appliance.hub.housekeeping import Housekeeping
from appliance.hub.inbox import Incoming
from appliance.hub.office_time import OfficeClock
from appliance.hub.outlook import Outlook
from appliance.hub.relay import Relay
from appliance.hub.staff_pins import StaffPins
from appliance.hub.surveys import Surveys
from appliance.node.pin import Door, hashed
from appliance.store.contacts import Contacts
from appliance.store.notes import Notes
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


class Machine:
    """A machine's clocks: elapsed time, and a time of day that can be set. It outlives the hub."""

    rate = 1.0

    def __init__(self, off=0, ms=1_000_000):
        self.ms = ms
        self.off = off

    def monotonic_ms(self):
        return self.ms

    def office_ms(self):
        return NOW + self.ms + self.off


class Clock(OfficeClock):
    """The hub's real clock on such a machine; ``ms`` is its elapsed time."""

    def __init__(self, machine, memory, *, vouched):
        self.machine = machine
        super().__init__(machine, memory, vouched=vouched)

    @property
    def ms(self):
        return self.machine.ms

    @ms.setter
    def ms(self, ms):
        self.machine.ms = ms


class Bench:
    """A hub's handler on a real file, without a bus."""

    def __init__(self, file, boot="boot-1", *, machine=None, vouched=True, accounts=None):
        self.clock = Clock(machine or Machine(), file.with_suffix(".time"), vouched=vouched)
        self.boot = boot
        self.store = Store(file)
        self.contacts = Contacts(file.parent)
        self.outlook = Outlook(self.clock, random.Random(1))
        pins = accounts and StaffPins(accounts, file.with_name("wrong-staff-pins.json"), self.clock.monotonic_ms)
        blame = Complaints(self.clock.monotonic_ms).about
        self.handler = Handler(
            self.store, self.clock, boot, self.outlook, self.contacts, blame, Door(PIN), Notes(file.parent), pins,
            Surveys(file.parent, self.store),
        )  # fmt: skip

    def request(self, body, *, node="kiosk-1", request_id=None, boot=None):
        request_id = request_id or uuid.uuid4().hex
        seen = m.Seen(boot or self.boot, self.clock.ms, 0)
        return self.raw(m.encode(m.Request(1, request_id, seen, signed(node, body))), node)

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

    def publish_bytes(self, topic, payload, **_):
        if topic == topics.CATALOGUE:
            self.catalogue = m.decode(payload, m.Catalogue)

    def ask_who_has(self, *_):
        pass


def founded(file, boot="boot-1", office=OFFICE, practice=None, **clock):
    """Return a hub that keeps house and has its office, but no day yet. ``clock``: as for a bench."""
    bench = Bench(file, boot, **clock)
    bench.link = NoBus()
    unsent, notes = bench.store.unsent(), bench.handler.notes
    relay = Relay(bench.link, bench.clock, bench.outlook, *unsent, notes, bench.store.source_of)
    bench.house = Housekeeping(
        bench.handler, relay, bench.store, bench.contacts, bench.link, bench.clock, boot, practice=practice
    )
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
