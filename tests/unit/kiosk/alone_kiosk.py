"""A kiosk's own series beside the real rules of the hub, on one virtual clock: what the tests of it stand on."""

from __future__ import annotations

import itertools
import uuid

from signing import signed

from appliance.engine.model import Counter, Definition, Rules, Service
from appliance.texts.parts import LOGGED, of_part
from appliance.tools.proofs.hour_hub import HourHub, VirtualClock
from appliance.wire import messages as m
from kiosk.alone.desk import OfflineDesk
from kiosk.alone.lease import Now

MINUTE = 60_000
BOOT_MS = 20_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EIGHT = 1_775_437_200_000
"""Monday, 6 April 2026, 08.00 in Jakarta."""
NODE = "kiosk-1"
HOURS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("07:00", "12:00"), ("13:00", "15:00")))


def office(**changes):
    settings = {
        "names": {"id": "Kantor"},
        "services": (
            Service("a", "A", {"id": "Satu"}),
            Service("b", "B", {"id": "Dua"}, quota=10),
            Service("c", "C", {"id": "Tiga"}, last_ticket="11:00"),
        ),
        "counters": (Counter("1", {"id": "Loket 1"}, ("a", "b", "c")),),
        "rules": Rules(seconds_between_calls=0),
        "hours": HOURS,
        "kiosks": {NODE: "X", "kiosk-2": "Y"},
    }
    return Definition(**{**settings, **changes})


class Kiosk:
    """One box, with its disk, its machine and its process.

    Args:
        folder: of its journal.
        clock: the world's.
        node: its name.
    """

    def __init__(self, folder, clock, node=NODE):
        self.folder, self.clock, self.node = folder, clock, node
        self.asked = []
        """Every request that it made, with its reply."""
        self._boots = itertools.count(1)
        self.boot, self._started = "", 0
        self.reboot()

    def now(self):
        return Now(self.boot, self.clock.ms - self._started)

    def reboot(self):
        """The machine starts, which takes twenty seconds: elapsed time begins anew."""
        self.boot, self._started = f"boot-{next(self._boots)}", self.clock.ms
        self.clock.ms += BOOT_MS
        self.restart()

    def restart(self):
        """The process starts."""
        if hasattr(self, "desk"):
            self.desk.close()
            del self.desk
        self.desk = OfflineDesk(self.node, self.folder, self.now, lambda: uuid.uuid4().hex)

    def meet(self, hub):
        """Hear from the hub, and ask it whatever is to be asked now."""
        clock, catalogue = hub.says()
        self.desk.hear(clock, self.now())
        self.desk.learn(catalogue)
        for _ in range(5_000):
            ask = self.desk.tick(hub=True)
            if ask is None:
                return
            self.put(hub, ask)

    def put(self, hub, ask, seen=None):
        """Send one request, and take in the reply."""
        clock, _ = hub.says()
        request = m.Request(1, ask.id, seen or m.Seen(clock.boot, clock.tick, 0), ask.body)
        reply = hub.ask(self.node, request)
        self.asked.append((request, reply))
        self.desk.answered(ask.id, reply)
        return reply

    def take(self, service="a", *, priority=False, request_id=None, asked=False):
        """Take a number alone; return it, or None."""
        ticket = self.desk.issue(request_id or uuid.uuid4().hex, service, priority=priority, asked=asked)
        return ticket.number if ticket else None

    def merges(self):
        return [(request, reply) for request, reply in self.asked if isinstance(request.body, m.MergeOffline)]


def ask(hub, body, node="web-1", request_id=None):
    """Let somebody else ask the hub."""
    clock, _ = hub.says()
    return hub.ask(
        node, m.Request(1, request_id or uuid.uuid4().hex, m.Seen(clock.boot, clock.tick, 0), signed(node, body))
    )


def world(folder, **changes):
    """Return a clock at eight, a hub with its day open, and a kiosk that has met it."""
    clock = VirtualClock(EIGHT)
    hub = HourHub(folder / "giliran.db", clock, office(**changes))
    (folder / NODE).mkdir()
    kiosk = Kiosk(folder / NODE, clock)
    kiosk.meet(hub)
    return clock, hub, kiosk


def states(hub):
    return {number: ticket.state for number, ticket in hub.day.tickets.items()}


def queue(hub, service="a"):
    return [number for _, number in hub.day.waiting[service].regular]


def part(kiosk):
    parts = kiosk.desk.parts
    return parts[0].state, " ".join(of_part(one, LOGGED) for one in parts)
