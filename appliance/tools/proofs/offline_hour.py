"""``./dev offline-hour``: an office hour in which everything fails now and then; at its end everybody holds one number.

The real hub's handler and store, the real flow, lease, journal and handing over of two kiosks, on a virtual clock.
Between them lines that are cut and go dead, printers without paper, processes that are killed, machines without power.
"""

from __future__ import annotations

import argparse
import heapq
import logging
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from appliance.engine.model import Counter, Definition, Rules, Service
from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.sample_office import instant
from appliance.tools.proofs.hour_hub import HourHub, VirtualClock
from appliance.tools.proofs.hour_kiosk import HourKiosk
from appliance.units import HOUR
from appliance.wire import messages as m
from kiosk.visit import events as e

MEMORY: Final = Path("/dev/shm")  # noqa: S108  # nothing of it is to last
SECOND: Final = 1_000
TICK_MS: Final = 200
LOOK_MS: Final = 300
"""How often a citizen looks at the screen and does what it asks."""
MOST_MS: Final = HOUR
"""So long after the hour the last citizen and the last number must be through."""
BOOT_MS: Final = 20_000
RESTART_MS: Final = 3_000
DELIVERED: Final = [m.Part("offline", "ok")]
"""What a kiosk says of its own numbers when the hub has them all."""
NODES: Final = {"kiosk-1": "X", "kiosk-2": "Y"}
OFFICE: Final = Definition(
    {"id": "Kantor"},
    (
        Service("a", "A", {"id": "Satu"}),
        Service("b", "B", {"id": "Dua"}, digits=2),
        Service("c", "C", {"id": "Tiga"}, quota=30),
    ),
    (Counter("1", {"id": "Loket 1"}, ("a", "b", "c")),),
    Rules(),
    kiosks=NODES,
)


class Citizen(msgspec.Struct):
    """Somebody who wants a number. ``asked``: requests that this citizen caused; ``held``: numbers in hand."""

    held: list[str] = []
    visit: str = ""
    interrupted: int = 0


class HourResult(msgspec.Struct, frozen=True):
    """What an hour came to. ``faults``: what should not be, in words."""

    citizens: int
    alone: int
    unprinted: int
    kills: int
    reboots: int
    hub_kills: int
    cuts: int
    unheld: int
    faults: list[str]


class Hour:
    """One office hour.

    Args:
        folder: empty.
        seed: of everything that is left to chance.
        deaths: whether kiosks are killed and lose their power.
    """

    def __init__(self, folder: Path, seed: int, *, deaths: bool) -> None:
        self.chance = random.Random(seed)
        self.clock = VirtualClock(instant(9 * 3600))
        self._deaths = deaths
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        self._frozen = 0
        self._for_frozen: list[Callable[[], None]] = []
        self._counts = dict.fromkeys(("kills", "reboots", "hub_kills", "cuts", "unprinted"), 0)
        self.hub = HourHub(folder / "giliran.db", self.clock, OFFICE)
        self.kiosks = [self._kiosk(folder, node) for node in NODES]
        self.citizens: list[Citizen] = []
        self._in_line: dict[str, list[Citizen]] = {node: [] for node in NODES}

    def run(self) -> HourResult:
        """Let it pass, and look at what is left."""
        self._every(SECOND, self._tell)
        for kiosk in self.kiosks:
            self._every(TICK_MS, kiosk.tick)
            self._every(LOOK_MS, lambda k=kiosk: self._serve(k))  # type: ignore[misc]  # a lambda with a default
            self.after(20 * SECOND, lambda k=kiosk: self._arrive(k))  # type: ignore[misc]  # as above
        self.after(30 * SECOND, self._go_wrong)
        end = HOUR + MOST_MS
        while self.clock.ms < end and not (self.clock.ms > HOUR and self._all_through()):
            self.clock.ms, _, do = heapq.heappop(self._agenda)
            do()
        outcome = self._outcome()
        for kiosk in self.kiosks:
            kiosk.kill()
        self.hub.kill()
        return outcome

    # -- the world -------------------------------------------------------------------------------------------------

    def after(self, ms: int, do: Callable[[], None]) -> None:
        """Do something later."""
        self._count += 1
        heapq.heappush(self._agenda, (self.clock.ms + ms, self._count, do))

    def new_id(self) -> str:
        """Return an id that nobody else has."""
        return f"{self.chance.getrandbits(128):032x}"

    def ask(self, node: str, request: m.Request, answer: Callable[[m.AnyReply], None]) -> None:
        """Put a request to the hub: it answers, hears of it later, or never."""
        if self._frozen:
            self._for_frozen.append(lambda: self.ask(node, request, answer))
        elif self.hub.up:
            answer(self.hub.ask(node, request))

    def _every(self, ms: int, do: Callable[[], None]) -> None:
        def again() -> None:
            do()
            self.after(ms, again)

        self.after(self.chance.randrange(ms), again)

    def _kiosk(self, folder: Path, node: str) -> HourKiosk:
        place = folder / node
        place.mkdir()
        return HourKiosk(node, place, self)

    def _tell(self) -> None:
        if self.hub.up and not self._frozen:
            clock, catalogue = self.hub.says()
            for kiosk in self.kiosks:
                kiosk.line.send(lambda k=kiosk: k.hears(clock, catalogue))  # type: ignore[misc]  # as above

    # -- what goes wrong -------------------------------------------------------------------------------------------

    def _go_wrong(self) -> None:
        if self.clock.ms >= HOUR:
            return
        self.after(self.chance.randrange(5 * SECOND, 90 * SECOND), self._go_wrong)
        kiosk = self.chance.choice(self.kiosks)
        faults = [self._cut, self._numb, self._printer, self._kill_hub, self._freeze_hub]
        if self._deaths:
            faults += [self._kill, self._power_cut]
        self.chance.choice(faults)(kiosk)

    def _cut(self, kiosk: HourKiosk) -> None:
        self._counts["cuts"] += 1
        kiosk.line.cut(self._seconds(1, 90))

    def _numb(self, kiosk: HourKiosk) -> None:
        self._counts["cuts"] += 1
        kiosk.line.numb(self._seconds(1, 40))

    def _printer(self, kiosk: HourKiosk) -> None:
        kiosk.printer.fail(self._seconds(10, 120))

    def _kill_hub(self, _kiosk: HourKiosk) -> None:
        if self.hub.up:
            self._counts["hub_kills"] += 1
            self.hub.kill()
            self._for_frozen.clear()
            self.after(self._seconds(1, 60), self.hub.start)

    def _freeze_hub(self, _kiosk: HourKiosk) -> None:
        self._frozen += 1
        self.after(self._seconds(1, 25), self._thaw)

    def _thaw(self) -> None:
        self._frozen -= 1
        if not self._frozen:
            waiting, self._for_frozen = self._for_frozen, []
            for one in waiting:
                one()

    def _kill(self, kiosk: HourKiosk) -> None:
        if kiosk.alive:
            self._counts["kills"] += 1
            self._dies(kiosk)
            self.after(RESTART_MS, kiosk.start)

    def _power_cut(self, kiosk: HourKiosk) -> None:
        if kiosk.alive:
            self._counts["reboots"] += 1
            self._dies(kiosk)
            self.after(self._seconds(1, 60), lambda: self._power_on(kiosk))

    def _power_on(self, kiosk: HourKiosk) -> None:
        # The machine's elapsed time begins now, the process a little later.
        if not kiosk.alive:
            kiosk.power_on()

    def _dies(self, kiosk: HourKiosk) -> None:
        number = kiosk.flow.ticket.number if kiosk.flow.ticket else ""
        asked = kiosk.flow.waiting or kiosk.flow.alone_asked or kiosk.flow.trouble == "unanswered"
        kiosk.kill()
        citizen = next(iter(self._in_line[kiosk.node]), None)
        if citizen is None:
            return
        # All of a ticket that is being printed may be in the printer's hands already.
        if number and (number in kiosk.printer.paper or self.chance.random() < 0.5):
            self._leaves(kiosk, citizen, number)
        elif number or asked:
            citizen.interrupted += 1

    def _seconds(self, least: int, most: int) -> int:
        return self.chance.randrange(least * SECOND, most * SECOND)

    # -- citizens --------------------------------------------------------------------------------------------------

    def _arrive(self, kiosk: HourKiosk) -> None:
        if self.clock.ms >= HOUR:
            return
        citizen = Citizen()
        self.citizens.append(citizen)
        self._in_line[kiosk.node].append(citizen)
        self.after(int(self.chance.expovariate(1 / 25) * SECOND), lambda: self._arrive(kiosk))

    def _serve(self, kiosk: HourKiosk) -> None:
        """Let whoever stands in front of a kiosk do what its screen asks for."""
        citizen = next(iter(self._in_line[kiosk.node]), None)
        if citizen is None or not kiosk.alive:
            return
        state = kiosk.flow
        if state.screen == "attract":
            kiosk.happen(e.Touched())
        elif state.screen == "services" and state.available:
            kiosk.happen(e.Chose(self.chance.choice(sorted(state.available)), self.new_id()))
            kiosk.happen(e.PrioritySet(self.chance.random() < 0.2))
        elif state.screen == "confirm":
            for _ in range(self.chance.choice((1, 1, 2))):
                kiosk.happen(e.Took())
        elif state.screen == "ticket" and state.slip in ("printed", "failed") and state.ticket is not None:
            self._counts["unprinted"] += state.slip == "failed"
            self._leaves(kiosk, citizen, state.ticket.number)
            kiosk.happen(e.Done())
        elif state.trouble == "unanswered":
            kiosk.happen(e.Retried())
        elif state.screen == "refused":
            kiosk.happen(e.Done())

    def _leaves(self, kiosk: HourKiosk, citizen: Citizen, number: str) -> None:
        citizen.held.append(number)
        self._in_line[kiosk.node].remove(citizen)

    # -- the end ---------------------------------------------------------------------------------------------------

    def _all_through(self) -> bool:
        delivered = all(kiosk.alive and kiosk.desk.parts == DELIVERED for kiosk in self.kiosks)
        return delivered and self.hub.up and not self._frozen and not any(self._in_line.values())

    def _outcome(self) -> HourResult:
        held = [number for citizen in self.citizens for number in citizen.held]
        waiting = self.hub.waiting() if self.hub.up else []
        faults = [f"somebody went without a number, {len(c.held)}" for c in self.citizens if len(c.held) != 1]
        faults += [f"{number} was given {held.count(number)} times" for number in set(held) if held.count(number) > 1]
        faults += [f"{n} is in the queue {waiting.count(n)} times" for n in sorted(set(held)) if waiting.count(n) != 1]
        unheld = sorted(set(waiting) - set(held))
        interrupted = sum(citizen.interrupted for citizen in self.citizens)
        if len(unheld) > interrupted:
            faults.append(f"nobody holds {', '.join(unheld)}; only {interrupted} citizens were interrupted")
        words = ((kiosk.node, of_part(part, LOGGED)) for kiosk in self.kiosks for part in kiosk.desk.parts)
        faults += [f"{node}: {sentence}" for node, sentence in words if sentence]
        faults += self._out_of_order()
        alone = sum(number.rstrip("0123456789")[-1] in NODES.values() for number in held)
        return HourResult(len(self.citizens), alone, unheld=len(unheld), faults=faults, **self._counts)

    def _out_of_order(self) -> list[str]:
        tickets = self.hub.day.tickets.values()
        faults = []
        for letter in NODES.values():
            own = [t for t in tickets if t.number.rstrip("0123456789").endswith(letter)]
            by_place = [t.number for t in sorted(own, key=lambda t: t.place)]
            by_series: dict[str, list[int]] = {}
            for number in by_place:
                prefix = number.rstrip("0123456789")
                by_series.setdefault(prefix, []).append(int(number[len(prefix) :]))
            faults += [f"{prefix} is out of order" for prefix, counts in by_series.items() if counts != sorted(counts)]
        return faults


def run(seed: int, *, deaths: bool) -> HourResult:
    """Let one hour pass in memory."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return Hour(Path(folder), seed, deaths=deaths).run()


def report(seed: int, outcome: HourResult) -> str:
    """Return an outcome in words."""
    o = outcome
    said = (
        f"hour {seed}: {o.citizens} citizens, {o.alone} served alone, {o.unprinted} without paper; "
        f"{o.cuts} cuts, {o.hub_kills} hub kills, {o.kills} kiosk kills, {o.reboots} reboots; "
        f"{o.unheld} numbers that nobody holds"
    )
    return "\n".join([said, *(f"  FAULT  {fault}" for fault in o.faults)])


def main(argv: list[str]) -> int:
    """Let hours pass and print what they came to; return the exit code."""
    parser = argparse.ArgumentParser(prog="dev offline-hour", description=(__doc__ or "").split(";")[0])
    parser.add_argument("hours", type=int, nargs="?", default=20, help="how many; default: 20")
    parser.add_argument("--seed", type=int, default=1, help="of the first hour; default: 1")
    options = parser.parse_args(argv)
    logging.disable()  # warnings and errors by the hundred: all of this is on purpose
    wrong = 0
    for seed in range(options.seed, options.seed + options.hours):
        outcome = run(seed, deaths=seed % 3 != 0)
        print(report(seed, outcome), flush=True)
        wrong += bool(outcome.faults)
    print(f"{wrong} of {options.hours} hours went wrong." if wrong else "Everybody holds exactly one number.")
    return 1 if wrong else 0
