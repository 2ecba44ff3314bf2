"""A kiosk's real flow and its own series on a virtual clock, at the end of a line that can fail: for whole hours.

What ``kiosk.visit.screen`` and ``kiosk.alone.worker`` do between bus, printer and disk is done here without them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from appliance.tools.proofs.hour_hub import VirtualClock
from appliance.wire import messages as m
from kiosk.alone.desk import OfflineDesk
from kiosk.alone.handover import Ask
from kiosk.alone.lease import Now
from kiosk.alone.worker import KioskClock
from kiosk.visit import events as e
from kiosk.visit.course import Course
from kiosk.visit.state import Flow

ANSWER_MS: Final = 2_500
MERGED_MS: Final = 5_000
WRITE_MS: Final = (1, 120)
"""How long a line of the journal takes to be on an SD card."""
PRINT_MS: Final = (800, 3_000)
OnAnswer = Callable[[m.AnyReply | None], None]


class HubOfHour(Protocol):
    """The world around a kiosk."""

    clock: VirtualClock
    chance: random.Random

    def after(self, ms: int, do: Callable[[], None]) -> None:
        """Do something later."""

    def new_id(self) -> str:
        """Return an id that nobody else has."""

    def ask(self, node: str, request: m.Request, answer: Callable[[m.AnyReply], None]) -> None:
        """Put a request to the hub, if it is there."""


class Cable:
    """Between one kiosk and the hub.

    Args:
        office: the world.
    """

    def __init__(self, office: HubOfHour) -> None:
        self._office = office
        self._cut = self._numb = 0
        self._held: list[Callable[[], None]] = []

    @property
    def whole(self) -> bool:
        """Tell whether the kiosk believes to be connected."""
        return not self._cut

    def cut(self, ms: int) -> None:
        """Lose everything for a while, and say so."""
        self._cut += 1
        self._held.clear()
        self._office.after(ms, self._mend)

    def numb(self, ms: int) -> None:
        """Carry nothing for a while, and then all that was sent."""
        self._numb += 1
        self._office.after(ms, self._feel)

    def send(self, deliver: Callable[[], None]) -> None:
        """Deliver something at the other end, soon, late or never."""
        chance = self._office.chance
        if self._cut or chance.random() < 0.01:
            return
        if self._numb:
            self._held.append(deliver)
            return
        delay = chance.randrange(200, 4_000) if chance.random() < 0.02 else chance.randrange(1, 30)
        self._office.after(delay, lambda: None if self._cut else deliver())
        if chance.random() < 0.01:
            self._office.after(delay + 50, lambda: None if self._cut else deliver())

    def _mend(self) -> None:
        self._cut -= 1

    def _feel(self) -> None:
        self._numb -= 1
        if not self._numb:
            held, self._held = self._held, []
            for deliver in held:
                self.send(deliver)


class Printer:
    """Paper, or none."""

    def __init__(self, office: HubOfHour) -> None:
        self._office = office
        self.fault = 0
        self.paper: set[str] = set()
        """The numbers that came out."""

    def fail(self, ms: int) -> None:
        """Print nothing for a while."""
        self.fault += 1
        self._office.after(ms, self._mend)

    def print(self, number: str, told: Callable[[str], None]) -> None:
        """Print a number; ``told`` hears why not, or nothing."""

        def done() -> None:
            failed = bool(self.fault) or self._office.chance.random() < 0.03
            if not failed:
                self.paper.add(number)
            told("paper_out" if failed else "")

        self._office.after(self._office.chance.randrange(*PRINT_MS), done)

    def _mend(self) -> None:
        self.fault -= 1


class HourKiosk:
    """One box: its machine, its process, its disk.

    Args:
        node: its name.
        folder: of its journal.
        office: the world.
    """

    def __init__(self, node: str, folder: Path, office: HubOfHour) -> None:
        self.node = node
        self.line = Cable(office)
        self.printer = Printer(office)
        self.alive = False
        self.lives = 0
        """Processes so far: what was meant for an earlier one is lost."""
        self._folder = folder
        self._office = office
        self._boots = 0
        self._started_ms = 0
        self.power_on()

    # -- its life --------------------------------------------------------------------------------------------------

    def power_on(self) -> None:
        """Start the machine, and the process on it."""
        self._boots += 1
        self._started_ms = self._office.clock.ms
        self.start()

    def start(self) -> None:
        """Start the process."""
        if self.alive:
            return
        office = self._office
        self.alive, self.lives = True, self.lives + 1
        self.desk = OfflineDesk(self.node, self._folder, self._now, office.new_id)
        self._clock = KioskClock(office.clock)
        time, anchor = self.desk.time
        if anchor is not None:
            self._clock.resume(time.at if time.exact else None, anchor.rate, anchor.zone)
        self._course = Course((), lambda: self.desk.view, self._do, lambda: office.clock.ms, lambda: 1.0)

    def kill(self) -> None:
        """End the process, as SIGKILL or a power cut would: only the disk stays."""
        if self.alive:
            self.alive = False
            self.desk.close()

    # -- what reaches it -------------------------------------------------------------------------------------------

    def hears(self, clock: m.Clock, catalogue: m.Catalogue) -> None:
        """Take in what the hub tells everybody."""
        if self.alive:
            self._clock.observe(clock)
            self.desk.hear(clock, self._now())
            self.desk.learn(catalogue)
            self._course.learn(catalogue)

    def tick(self) -> None:
        """Let time go by."""
        if not self.alive:
            return
        there = self._clock.hub_is_there()
        self._course.tick(hub=there)
        ask = self.desk.tick(hub=there and self.line.whole)
        if ask is not None:
            self._put(ask)

    def happen(self, event: e.Event) -> None:
        """Let one thing happen on the screen."""
        self._course.happen(event)

    @property
    def flow(self) -> Flow:
        """The present moment."""
        return self._course.flow

    # -- what follows ----------------------------------------------------------------------------------------------

    def _now(self) -> Now:
        return Now(f"{self.node} run {self._boots}", self._office.clock.ms - self._started_ms)

    def _do(self, effect: e.Effect) -> None:
        match effect:
            case e.SendIssue():
                request_id = effect.request_id
                body = m.Issue(m.ServiceId(effect.service), effect.priority)
                self._request(body, request_id, ANSWER_MS, lambda reply: self.happen(e.Replied(request_id, reply)))
            case e.IssueAlone():
                write, tell = (self._office.chance.randrange(*WRITE_MS) for _ in range(2))
                self._later(write, lambda: self._issue(effect, tell))
            case e.Print():
                self.desk.given(effect.ticket.number, effect.ticket.day)
                life = self.lives
                self.printer.print(effect.ticket.number, lambda why: self._printed(life, effect.request_id, why))

    def _issue(self, effect: e.IssueAlone, tell_ms: int) -> None:
        ticket = self.desk.issue(effect.request_id, effect.service, priority=effect.priority, asked=effect.asked)
        self._later(tell_ms, lambda: self.happen(e.IssuedAlone(effect.request_id, ticket, effect.request_id)))

    def _printed(self, life: int, request_id: str, why: str) -> None:
        if self.alive and life == self.lives:
            self.happen(e.PrintFailed(request_id, why) if why else e.Printed(request_id))

    def _put(self, ask: Ask) -> None:
        self._request(ask.body, ask.id, MERGED_MS, lambda reply: self.desk.answered(ask.id, reply))

    def _request(self, body: m.AnyBody, request_id: str, patience_ms: int, answer: OnAnswer) -> None:
        open_ = True
        life = self.lives

        def settle(reply: m.AnyReply | None) -> None:
            nonlocal open_
            if open_ and self.alive and life == self.lives:
                open_ = False
                answer(reply)

        request = m.Request(1, request_id, self._clock.seen(), body)
        self._office.after(patience_ms, lambda: settle(None))
        line, office = self.line, self._office
        line.send(lambda: office.ask(self.node, request, lambda reply: line.send(lambda: settle(reply))))

    def _later(self, ms: int, do: Callable[[], None]) -> None:
        life = self.lives
        self._office.after(ms, lambda: do() if self.alive and life == self.lives else None)
