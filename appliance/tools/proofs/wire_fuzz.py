"""``giliran fuzz-wire``: a working day of which half the commands are odd, through the hub's own handler.

Bodies are right by the schema, and odd in every field; some requests are torn, repeated, from other days, or of nodes
that may not ask. Nothing may raise, every answer must decode, and the invariants of the queue hold.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter as Tally
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from appliance.engine.command_rules import RULES
from appliance.engine.model import Counter, Definition, Journey, Rules, Satisfaction, Service
from appliance.hub import translate
from appliance.hub.complaints import Complaints
from appliance.hub.handler import Handler
from appliance.hub.housekeeping import Housekeeping
from appliance.hub.inbox import Inbox, Incoming
from appliance.hub.office_time import OfficeClock
from appliance.hub.outlook import Outlook
from appliance.hub.relay import Relay
from appliance.hub.surveys import Surveys
from appliance.node.pin import Door, hashed
from appliance.store.contacts import Contacts
from appliance.store.event_log import BrokenChain
from appliance.store.store import Store
from appliance.texts.parts import LOGGED, of_part
from appliance.tools.proofs.crash_checks import queue_faults
from appliance.tools.proofs.hour_hub import VirtualClock
from appliance.tools.proofs.odd_bodies import HUGE, Odd
from appliance.wire import messages as m
from appliance.wire import topics

EIGHT: Final = 1_775_437_200_000
"""Monday 6 April 2026, 08:00 in Jakarta, in milliseconds since 1970 (UTC)."""
NODES: Final = {"kiosk": ("kiosk-1", "kiosk-2", "kiosk-9"), "keypad": ("keypad-1", "keypad-2"), "web": ("web-1",)}
PIN: Final = "471147"
HASHED: Final = hashed(PIN)
EVERY: Final = 20_000
"""Commands after which the state in memory is compared with the log, and the log read for faults."""
OFFICE: Final = Definition(
    {"id": "Kantor"},
    tuple(Service(i, i.upper(), {"id": i}, digits=2) for i in ("a", "b", "c")),
    (
        Counter("1", {"id": "1"}, ("a", "b")),
        Counter("2", {"id": "2"}, ("b",), helps=("a", "c")),
        Counter("3", {"id": "3"}, ("c",), open_with_day=False),
    ),
    Rules(seconds_between_calls=0, no_show_min_calls=1, no_show_min_seconds=0, satisfaction=Satisfaction(on=True)),
    journeys=(Journey("trip", {"id": "trip"}, ("a", "c", "b")),),
    kiosks={"kiosk-1": "X", "kiosk-2": "Y"},
    messages=True,
)
NAMES: Final = ("siti", "Siti, S.H.", "e\u0301", "x" * 64)
USUAL: Final[tuple[tuple[str, m.AnyBody], ...]] = (
    *(("kiosk-1", m.Issue(m.ServiceId(asked), first)) for asked in ("a", "b", "trip") for first in (False, True)),
    *(
        ("keypad-1", kind(m.CounterId(counter)))
        for counter in ("1", "2")
        for kind in (m.CallNext, m.CallNext, m.Recall, m.Start, m.Finish, m.NoShow, m.Park, m.Undo)
    ),
    *(("web-1", m.OpenCounter(m.CounterId(counter), "siti")) for counter in ("1", "2", "3")),
    ("web-1", m.Resume(officer="siti")),
    ("web-1", m.EndEmergency("siti")),
    ("keypad-2", m.Transfer(m.CounterId("2"), service=m.ServiceId("a"))),
)  # fmt: skip


class OpenDoor(Door):
    """A door that takes any PIN at once: a real one takes a quarter of a second for each."""

    def knock(self, pin: str, now: int) -> Literal["open"]:  # noqa: ARG002  # as a door
        """Let everybody in."""
        return "open"


class Sink:
    """A link that takes everything and leads nowhere."""

    connected = True

    def on_delivered(self, _: Any) -> None:
        """Nothing is ever delivered."""

    def publish(self, _topic: str, message: m.Message, *, retain: bool = False) -> int:
        """Write the message, which must be possible."""
        return self.publish_bytes("", m.encode(message), retain=retain)

    def publish_bytes(self, _topic: str, payload: bytes, *, retain: bool = False) -> int:  # noqa: ARG002  # as a link
        """Look at the size alone."""
        if len(payload) > m.MAX_PAYLOAD:
            raise ValueError(f"a payload of {len(payload)} bytes, which nobody reads")
        return 1

    def ask_who_has(self, *_: Any) -> None:
        """Nobody is there."""


class Wire:
    """The hub behind the wire, whole but for the bus.

    Args:
        folder: for its files.
        seed: names the run.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.machine = VirtualClock(EIGHT)
        self.file = folder / "giliran.db"
        self.store = Store(self.file)
        self.clock = OfficeClock(self.machine, folder / "time", vouched=True)
        contacts = Contacts(folder)
        outlook = Outlook(self.clock, random.Random(seed))
        inbox = Inbox(0, Complaints(self.machine.monotonic_ms))
        surveys, door = Surveys(folder, self.store), OpenDoor(HASHED)
        self.handler = Handler(self.store, self.clock, "boot", outlook, contacts, inbox.blame, door, surveys=surveys)
        link: Any = Sink()
        self.relay = Relay(link, self.clock, outlook, *self.store.unsent())
        self.house = Housekeeping(self.handler, self.relay, self.store, contacts, link, self.clock, "boot")
        self.house.adopt(OFFICE)
        self.outlook = outlook
        self.odd = Odd(
            self.chance,
            lambda: list(self.handler.day.tickets),
            lambda: list(self.handler.day.bookings),
            msgspec.to_builtins(OFFICE),
        )
        self.answers: Tally[str] = Tally()

    def step(self, most: int) -> int:
        """Let time pass and carry out up to ``most`` commands as one batch; return how many. Raises what raises."""
        self.machine.ms += self.chance.choice(
            (0, 1, 20, 300, 4_000, 61_000, 900_000 if self.chance.random() < 0.02 else 9)
        )
        self.house.tick()
        forecast = self.outlook.advance(self.handler.day) if self.chance.random() < 0.1 else None
        if forecast is not None:
            self.relay.foretold(self.handler.day, forecast)
            self.house.foretold(forecast)
        batch = [self._incoming() for _ in range(min(most, self.chance.choice((1, 1, 1, 3, 8))))]
        replies, entries = self.handler.handle(batch, self.relay.sent_up_to)
        self.relay.committed(self.handler.day, entries)
        self.house.committed(entries)
        self.house.turned = False
        self.handler.held.clear()
        for reply in replies:
            answer = m.decode_reply(reply.payload)
            self.answers[answer.code if isinstance(answer, m.Refused) else "accepted"] += 1
        return len(batch)

    def _incoming(self) -> Incoming:
        if self.chance.random() < 0.5:
            node, body = self.chance.choice(USUAL)
        else:
            body = self.odd.body()
            roles = list(RULES[translate.becomes(body)].by)
            role = (
                self.chance.choice(roles) if roles and self.chance.random() < 0.95 else self.chance.choice(list(NODES))
            )
            node = self.chance.choice(NODES[role])
            if hasattr(body, "officer") and (role == "web" or isinstance(body, m.Vouch)) and self.chance.random() < 0.7:
                body = msgspec.structs.replace(body, officer=self.chance.choice(NAMES))  # others sign nothing
        if isinstance(body, m.Vouch):
            wish = self.clock.office_ms() + self.chance.choice((0, 60_000, -60_000, 86_400_000, 0))
            body = msgspec.structs.replace(body, pin=PIN, at=self.chance.choice((wish, wish, wish, body.at)))
        seen = m.Seen("boot", self.machine.ms, 0)
        if self.chance.random() < 0.03:
            seen = m.Seen(self.chance.choice(("boot", "", "x\n")), self.chance.choice(HUGE), self.chance.choice(HUGE))
        payload = m.encode(m.Request(1, self.odd.request_id(), seen, body))
        if self.chance.random() < 0.02:
            payload = self._torn(payload)
        return Incoming(node, payload, topics.reply(node, "x"), b"")

    def _torn(self, payload: bytes) -> bytes:
        place = self.chance.randrange(len(payload))
        return self.chance.choice(
            (payload[:place], payload[:place] + b"\xff" + payload[place:], b"", payload + b"}", b"[" * 9999)
        )

    def faults(self) -> list[str]:
        """Return what is wrong by now, in words."""
        part = self.handler.mistakes.part()
        found = [of_part(part, LOGGED)] if part.state != "ok" else []
        try:
            if self.store.load_day() != self.handler.day:
                found.append("the log gives another state than the one in memory")
        except BrokenChain as error:
            found.append(str(error))
        return found + queue_faults(self.file)

    def close(self) -> None:
        """Close the database."""
        self.store.close()


def play(folder: Path, commands: int, seed: int) -> tuple[list[str], Tally[str]]:
    """Send so many commands; return the faults, and how often each answer was given.

    Args:
        folder: for the hub's files; made afresh.
        commands: how many.
        seed: the same one sends the same commands.
    """
    wire = Wire(folder, seed)
    try:
        done, looked = 0, EVERY
        while done < commands:
            done += wire.step(commands - done)
            if done >= looked:
                looked += EVERY
                if found := wire.faults():
                    return found, wire.answers
        return wire.faults(), wire.answers
    finally:
        wire.close()


def main(argv: list[str]) -> int:
    """Play, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="giliran fuzz-wire", description="Odd commands through the hub's handler.")
    parser.add_argument("--commands", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=None, help="default: the time of day; it is printed")
    options = parser.parse_args(argv)
    seed = options.seed if options.seed is not None else time.time_ns() % 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        found, answers = play(Path(folder), options.commands, seed)
        spent = time.monotonic() - began
    print(f"seed {seed}: {options.commands} commands in {spent:.0f} s, {len(answers)} kinds of answers")
    print(", ".join(f"{kind} {count}" for kind, count in answers.most_common()))
    for fault in found:
        print(f"FAULT: {fault}", file=sys.stderr)
    return 1 if found else 0
