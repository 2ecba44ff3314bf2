"""People who never give up: what was not answered they repeat under the same id, whatever happens to the hub."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import SERVICES
from appliance.wire import messages as m

PATIENCE_SECONDS: Final = 1.0
"""After so long without an answer a request is repeated; at once if the hub has started anew meanwhile."""
LOOK_SECONDS: Final = 0.02
PAUSE_SECONDS: Final = 0.012
"""At most, between two requests of one node; on average half of it."""
ASK_AGAIN: Final = 0.05
"""The share of requests after which an old one, of any hub before this, is asked once more."""
PRIORITY: Final = 0.1
COUNTERS: Final = (m.CounterId("1"), m.CounterId("2"), m.CounterId("3"))
DESK_OFFICER: Final = "siti"
Step = Callable[[m.CounterId], m.AnyBody]
"""What is asked at a counter, given its id."""
PAUSE: Final = partial(m.PauseCounter, reason="break")
TRANSFER: Final = partial(m.Transfer, service=m.ServiceId(str(SERVICES[1]["id"])))
CASES: Final[tuple[tuple[Step, ...], ...]] = (
    (m.CallNext,),
    (m.CallNext,),
    (m.CallNext, m.Start, m.Finish),
    (m.CallNext, m.Recall, m.Start, m.CallNext),
    (m.CallNext, m.Recall, m.NoShow),
    (m.CallNext, m.Undo),
    (m.CallNext, m.Park),
    (m.CallNext, m.Start, m.Park),
    (m.CallNext, TRANSFER),
    (m.CallNext, m.Finish, PAUSE, m.OpenCounter),
    (m.CallNext, m.CloseCounter, m.OpenCounter),
)
"""What happens at counters, step by step; a kill may fall before, into or behind each step."""


class Tally:
    """What everybody was told, and what is wrong with it."""

    def __init__(self) -> None:
        self.accepted = 0
        self.repeated = 0
        self.asked_again = 0
        self.changed: list[str] = []
        """Requests that were answered otherwise when they were asked again."""
        self.aside: deque[str] = deque(maxlen=50)
        """Numbers that were parked, or called in vain; the desk lets them return."""
        self.issued: deque[str] = deque(maxlen=50)
        """The latest numbers; the desk withdraws some."""
        self._lock = threading.Lock()

    def took(self, *, repeats: int) -> None:
        """Count an accepted request that had to be repeated so often."""
        with self._lock:
            self.accepted += 1
            self.repeated += repeats

    def compare(self, first: m.Accepted, now: m.AnyReply) -> None:
        """Count a request that was asked again, and note it if the answer is another."""
        with self._lock:
            self.asked_again += 1
            if now != first:
                self.changed.append(f"{first} and later {now}")


class Client(threading.Thread):
    """One node at work, on a thread and a connection of its own.

    Args:
        rig: whose broker knows the node.
        node: a kiosk takes numbers, a keypad works at its counter, a console (web) cancels, lets return and helps out.
        tally: shared by all.
        seed: of its choices.
    """

    def __init__(self, rig: Rig, node: str, tally: Tally, seed: int) -> None:
        super().__init__(name=node, daemon=True)
        self.leave = threading.Event()
        """Set it to have the node finish what it is about, and end."""
        self._chance = random.Random(f"{seed}/{node}")
        self._tally = tally
        self._clock = HubClock(SystemClock())
        self._link = Link(node, rig.password(node), rig.broker_settings(), "crash", self._clock)
        self._done: list[tuple[m.AnyBody, m.Accepted]] = []
        self._over = threading.Event()
        role, _, self._place = node.partition("-")
        self._wishes = {"kiosk": self._at_kiosk, "keypad": self._at_counter, "web": self._at_desk}[role]()

    def run(self) -> None:
        """Ask until told to leave; what was begun is brought to its answer."""
        self._link.start()
        while not self.leave.wait(self._chance.random() * PAUSE_SECONDS):
            body = next(self._wishes)
            reply, repeats = self._ask(body, f"{self._chance.getrandbits(128):032x}")
            if isinstance(reply, m.Accepted):
                self._tally.took(repeats=repeats)
                self._done.append((body, reply))
                self._remember(body, reply.number)
            if self._done and self._chance.random() < ASK_AGAIN:
                self._ask_again(self._chance.choice(self._done))
        for earlier in self._chance.sample(self._done, min(20, len(self._done))):
            self._ask_again(earlier)
        self._link.stop()

    def abandon(self) -> None:
        """Stop waiting for answers that will not come."""
        self.leave.set()
        self._over.set()

    def _at_kiosk(self) -> Iterator[m.AnyBody]:
        while True:
            service = m.ServiceId(str(self._chance.choice(SERVICES)["id"]))
            yield m.Issue(service, self._chance.random() < PRIORITY)

    def _at_counter(self) -> Iterator[m.AnyBody]:
        while True:
            for step in self._chance.choice(CASES):
                yield step(m.CounterId(self._place))

    def _at_desk(self) -> Iterator[m.AnyBody]:
        while True:
            if self._tally.aside:
                yield m.Return(m.TicketNumber(self._tally.aside.popleft()), DESK_OFFICER)
            if self._tally.issued:
                yield m.Cancel(m.TicketNumber(self._tally.issued.pop()), DESK_OFFICER)
            # The keypads' counters have a second master: presses of both race.
            kind = self._chance.choice((m.CallNext, m.Undo, m.Finish))
            yield kind(self._chance.choice(COUNTERS), DESK_OFFICER)

    def _remember(self, body: m.AnyBody, number: str | None) -> None:
        if number is not None and isinstance(body, m.Park | m.NoShow):
            self._tally.aside.append(number)
        if number is not None and isinstance(body, m.Issue):
            self._tally.issued.append(number)

    def _ask_again(self, earlier: tuple[m.AnyBody, m.Accepted]) -> None:
        body, first = earlier
        reply, _ = self._ask(body, first.id)
        if reply is not None:
            self._tally.compare(first, reply)

    def _ask(self, body: m.AnyBody, request_id: str) -> tuple[m.AnyReply | None, int]:
        repeats = 0
        while not self._over.is_set():
            came = threading.Event()
            replies: list[m.AnyReply | None] = []
            boot = self._clock.seen().boot

            def take(
                reply: m.AnyReply | None, came: threading.Event = came, replies: list[m.AnyReply | None] = replies
            ) -> None:
                replies.append(reply)
                came.set()

            sent = boot and self._link.request(body, take, deadline=PATIENCE_SECONDS, request_id=request_id)
            for _ in range(int(PATIENCE_SECONDS / LOOK_SECONDS)):
                if came.wait(LOOK_SECONDS) or self._clock.seen().boot != boot or self._over.is_set():
                    break
            if replies and not (isinstance(replies[0], m.Refused) and replies[0].code == "stale"):
                return replies[0], repeats
            repeats += bool(sent)
        return None, repeats
