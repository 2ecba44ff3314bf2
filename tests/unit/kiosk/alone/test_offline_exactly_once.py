"""Any sequence of citizens, lost and late messages, restarts and power cuts between every two steps of the disk.

However it goes: no number is given twice, each number that a citizen holds is in the hub's queue once, in the order of
printing, and no number of a request that an offline ticket replaced stays in the queue.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest
from alone_kiosk import EIGHT, NODE, Kiosk, ask, office
from fragile_disk import FragileDisk, PowerCut
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.engine.model import Service
from appliance.tools.proofs.hour_hub import HourHub, VirtualClock
from appliance.wire import messages as m
from appliance.wire.messages import Part

MEMORY = Path("/dev/shm")
EXAMPLES = int(os.environ.get("GILIRAN_FUZZ_EXAMPLES", "250"))
OFFICE = office(services=tuple(Service(x, x.upper(), {"id": x}) for x in "abc"), hours={})

pytestmark = pytest.mark.expects_log("the hub has lost what it had acknowledged")


class World:
    """One kiosk, its disk, the hub, and what passes between them; everything goes wrong on demand."""

    def __init__(self, folder):
        self.clock = VirtualClock(EIGHT)
        self.hub = HourHub(folder / "giliran.db", self.clock, OFFICE)
        place = folder / NODE
        place.mkdir()
        self.disk = FragileDisk(place)
        self.held = []
        """Number and request of every citizen who was told a number, in order."""
        self.replaced = set()
        self.late = []
        """Requests that are on their way for too long."""

    def __enter__(self):
        self.disk.__enter__()
        self.kiosk = Kiosk(self.disk._folder, self.clock)
        self.kiosk.meet(self.hub)
        return self

    def __exit__(self, *_):
        self.kiosk.desk.close()
        self.disk.__exit__()
        self.hub.kill()

    def do(self, action):
        what, *details = action
        getattr(self, what)(*details)

    # -- what can happen -------------------------------------------------------------------------------------------

    def takes_alone(self, service, priority, fate, cut):
        """Somebody takes a number alone; before that the hub was perhaps asked."""
        visit = uuid.uuid4().hex
        if fate == "answer lost":
            ask(self.hub, m.Issue(service, priority), NODE, visit)
        elif fate == "request late":
            clock, _ = self.hub.says()
            request = m.Request(1, visit, m.Seen(clock.boot, clock.tick, 0), m.Issue(service, priority))
            self.late.append((request, self.clock.ms))
        asked = fate != "never asked"
        self._try(lambda: self._alone(visit, service, priority, asked), cut)

    def _alone(self, visit, service, priority, asked):
        ticket = self.kiosk.desk.issue(visit, service, priority=priority, asked=asked)
        assert ticket is not None
        self.held.append(ticket.number)
        if asked:
            self.replaced.add(visit)

    def takes_from_the_hub(self, service, cut):
        reply = ask(self.hub, m.Issue(service), NODE)
        self.held.append(reply.number)
        self._try(lambda: self.kiosk.desk.given(reply.number, reply.ticket.day), cut)

    def meets(self, fates, cut):
        """The kiosk hears from the hub and asks; each of its requests has another fate."""
        self._try(lambda: self._exchange(fates), cut)

    def _exchange(self, fates):
        clock, catalogue = self.hub.says()
        desk = self.kiosk.desk
        desk.hear(clock, self.kiosk.now())
        desk.learn(catalogue)
        for fate in fates:
            question = desk.tick(hub=True)
            if question is None:
                self.clock.ms += 700
                continue
            request = m.Request(1, question.id, m.Seen(clock.boot, clock.tick, 0), question.body)
            if fate == "request lost":
                desk.answered(question.id, None)
                continue
            reply = self.hub.ask(NODE, request)
            desk.answered(question.id, None if fate == "answer lost" else reply)
            if fate == "answer late":
                desk.answered(question.id, reply)
            if fate == "twice":
                self.hub.ask(NODE, request)

    def what_was_late_arrives(self):
        for request, sent_ms in self.late:
            clock, _ = self.hub.says()
            fresh = m.Seen(clock.boot, clock.tick, 0)
            seen = fresh if self.clock.ms - sent_ms < 10_000 else request.seen
            self.hub.ask(NODE, m.Request(1, request.id, seen, request.body))
        self.late = []

    def hub_restarts(self):
        self.hub.kill()
        self.hub.start()

    def time_passes(self, ms):
        self.clock.ms += ms

    def kiosk_ends(self, power, off_ms):
        self.disk.process_ended(power=power)
        self.clock.ms += off_ms
        self._come_back(power)

    # -- the end of a process --------------------------------------------------------------------------------------

    def _try(self, step, cut):
        if cut is None:
            step()
            return
        after, half, power = cut
        self.disk.cut_at(after, half=half)
        try:
            step()
        except PowerCut:
            self.disk.process_ended(power=power)
            self._come_back(power)
        finally:
            self.disk.hold()

    def _come_back(self, power):
        del self.kiosk.desk  # its files are closed already
        (self.kiosk.reboot if power else self.kiosk.restart)()

    # -- the end of the day ----------------------------------------------------------------------------------------

    def settle(self):
        self.what_was_late_arrives()
        for _ in range(3):
            self.clock.ms += 60_000
            self.kiosk.meet(self.hub)

    def check(self):
        tickets = self.hub.day.tickets
        assert len(set(self.held)) == len(self.held), f"a number was given twice: {self.held}"
        states = {number: tickets[number].state if number in tickets else "absent" for number in self.held}
        assert set(states.values()) <= {"waiting"}, states
        waiting = self.hub.waiting()
        assert len(set(waiting)) == len(waiting)
        for service in "abc":
            mine = [n for n in self.held if n.startswith(f"{service.upper()}X")]
            arrived = sorted(mine, key=lambda number: tickets[number].place)
            assert arrived == mine, "not in the order of printing"
        ghosts = [n for r in self.replaced if (n := self.hub.number_of(r)) and tickets[n].state != "voided"]
        assert not ghosts
        assert self.kiosk.desk.parts == [Part("offline", "ok")]


services, flags = st.sampled_from("abc"), st.booleans()
cuts = st.none() | st.tuples(st.integers(0, 9), flags, flags)
fates = st.lists(
    st.sampled_from(["fine", "request lost", "answer lost", "answer late", "twice"]), min_size=1, max_size=4
)
actions = st.one_of(
    st.tuples(
        st.just("takes_alone"), services, flags, st.sampled_from(["never asked", "answer lost", "request late"]), cuts
    ),
    st.tuples(st.just("takes_from_the_hub"), services, cuts),
    st.tuples(st.just("meets"), fates, cuts),
    st.tuples(st.just("what_was_late_arrives")),
    st.tuples(st.just("hub_restarts")),
    st.tuples(st.just("time_passes"), st.integers(1, 1_200_000)),
    st.tuples(st.just("kiosk_ends"), flags, st.integers(0, 600_000)),
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(actions, min_size=1, max_size=25))
def test_whatever_happens_each_number_is_given_once_and_enters_the_queue_once_in_order(sequence):
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    try:
        with World(folder) as world:
            for action in sequence:
                world.do(action)
            world.settle()
            world.check()
    finally:
        shutil.rmtree(folder)
