"""The hub is away, and citizens go on getting numbers: the real broker cut, the real kiosk killed, counted at the ends.

What counts is on the paper that came out of the printer, and in the hub's database.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import sys
import time
from pathlib import Path

import killed_kiosk
import msgspec
import pytest
from cable import Cable
from msgspec.structs import replace

from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.finger import Finger, FingerError
from appliance.wire import messages as m
from kiosk.alone import journal, journal_lines
from kiosk.alone.journal import Journal, Kept
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

KIOSK = "kiosk-1"
SERVICE = "pendaftaran"
NUMBER = re.compile(r"^[A-Z]{1,3}[0-9]{2,9}\Z")
START_SECONDS = 30.0
ALL_STEPS = list(killed_kiosk.STEPS)
GIVING = ALL_STEPS[: ALL_STEPS.index("before the batch is kept")]
MAIN_STEPS = ["before the journal", "after the sync", "while printing", "while sending", "after the reply"]
"""The others need as long again: GILIRAN_ALL_STEPS=1 takes them in as well."""

pytestmark = pytest.mark.expects_log("connection to the broker lost")


class Hall:
    """An office with one kiosk at the end of a cable, a printer, and a citizen's finger.

    Args:
        town: the office.
        cable: between the kiosk and the broker.
        printer: of the kiosk.
    """

    def __init__(self, town, cable, printer):
        self.town, self.cable, self.printer = town, cable, printer
        self.rig, self.until = town.rig, town.until
        self.folder = town.office.kiosk_folder
        self.folder.mkdir(parents=True)
        self._fingers = contextlib.ExitStack()

    def start(self, step=None):
        """Start the kiosk, or one that will die at a step; return the finger on its glass."""
        old = self.rig._processes.pop(KIOSK, None)
        assert old is None or not old.running()
        tables = {
            "kiosk": {
                "node": KIOSK,
                "folder": str(self.folder),
                "screen": {"fullscreen": False, "width": 1024, "height": 600},
                "printer": {"kind": "serial", "device": self.printer.path},
            },
            "broker": {**self._broker(), "port": self.cable.port},
        }
        config = self.rig.write_config(KIOSK, tables)
        socket = self.town.office.finger_socket(KIOSK)
        socket.unlink(missing_ok=True)
        env = {"GILIRAN_UI_DRIVER": str(socket)}
        if step is None:
            self.rig.spawn("kiosk", config, env=env)
        else:
            program = [sys.executable, str(Path(killed_kiosk.__file__)), step, str(config)]
            self.rig._processes[KIOSK] = self.rig._start(KIOSK, program, env)
        self.finger = self._fingers.enter_context(Finger(socket))
        return self.finger

    def _broker(self):
        settings = self.rig.broker_settings()
        return {"host": settings.host, "password_file": settings.password_file}

    @property
    def kiosk(self):
        return self.rig.process(KIOSK)

    def choose(self):
        """Touch through the screens up to the button that takes a number."""
        self.finger.wait_screen("attract", deadline=START_SECONDS)
        self.finger.tap("begin")
        self.finger.tap(f"service-{SERVICE}")
        self.finger.wait_for("take")

    def take(self):
        """Take a number; return what is on the paper."""
        before = len(self.printer.tickets())
        self.choose()
        self.finger.tap("take")
        assert self.printer.wait_for(before + 1, 20.0), self.finger.texts()
        number = self.printed()[before]
        self.finger.wait_text(number)
        self.finger.tap("done")
        self.finger.wait_screen("attract")
        return number

    def printed(self):
        """Return the numbers on the whole tickets that came out, in order."""
        return [number_on(ticket) for ticket in self.printer.tickets()]

    def queue(self):
        """Return the numbers of the hub's queue in the order in which they will be called."""
        waiting = "SELECT number FROM ticket WHERE state = 'waiting' ORDER BY arrived_at, seq"
        return [number for (number,) in self.rows(waiting)]

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.town.database)) as connection:
            return connection.execute(query).fetchall()

    def has_lease(self):
        """Tell whether the kiosk's disk has what it may do alone, and a time to do it by."""
        with contextlib.suppress(OSError, msgspec.DecodeError):
            content = journal_lines.unsealed((self.folder / journal.HUB).read_bytes().rstrip(b"\n"))
            kept = msgspec.json.decode(content or b"", type=Kept)
            return bool(kept.catalogue.lease.series) and kept.anchor is not None
        return False

    def part(self):
        """Return the kiosk's own word about its series."""
        presence = self.town.observer.presence.get(KIOSK)
        found = [one for one in presence.parts if one.name == "offline"] if presence else []
        return (found[0].state, of_part(found[0], LOGGED)) if found else ("", "")

    def close(self):
        self._fingers.close()


def number_on(ticket):
    rows = [row.replace(" ", "") for row in paper.render(ticket).text]
    return next(row for row in rows if NUMBER.fullmatch(row))


@pytest.fixture
def hall(town, tmp_path):
    with Cable(town.rig.port) as cable, PtyPrinter(tmp_path / "paper") as printer:
        one = Hall(town, cable, printer)
        yield one
        one.close()


def test_a_kiosk_that_is_cut_off_goes_on_others_are_served_and_everything_is_in_the_queue_once(hall):
    hall.start()
    assert hall.take() == "A001"
    assert any("6 April 2026" in row for row in paper.render(hall.printer.tickets()[0]).text)
    hall.cable.cut()
    assert hall.take() == "AX01"
    assert "Mohon ke meja petugas" not in hall.finger.texts()
    hall.town.all_ready("kiosk-2", "keypad-1")
    assert hall.town.person("kiosk-2").ask(m.Issue(SERVICE)).number == "A002"
    assert hall.town.person("keypad-1").ask(m.CallNext("1")).number == "A001"
    hall.cable.mend()
    assert hall.until(lambda: hall.queue() == ["AX01", "A002"])
    assert hall.take() == "A003"
    assert hall.printed() == ["A001", "AX01", "A003"]


def test_a_frozen_broker_leaves_no_ghost_and_a_late_answer_prints_nothing_and_a_dead_one_brings_nothing_twice(hall):
    hall.start()
    assert hall.until(hall.has_lease)
    hall.choose()
    hall.rig._broker.signal(signal.SIGSTOP)
    hall.finger.tap("take")  # the request lies in the broker's socket
    assert hall.printer.wait_for(1, 20.0)
    hall.rig._broker.signal(signal.SIGCONT)
    assert hall.until(lambda: hall.queue() == ["AX01"])
    others = {number: state for number, state in hall.town.tickets().items() if number != "AX01"}
    assert set(others.values()) <= {"voided"}
    hall.rig.kill_broker()
    hall.finger.tap("done")
    assert hall.take() == "AX02"
    hall.rig.process("hub-1").kill()
    hall.rig.start_broker()
    hall.town.office.hub()
    assert hall.until(lambda: hall.queue() == ["AX01", "AX02"])
    assert hall.printed() == ["AX01", "AX02"]


@pytest.mark.parametrize("steps", [ALL_STEPS] if os.environ.get("GILIRAN_ALL_STEPS") else [MAIN_STEPS], ids=["steps"])
def test_a_kiosk_killed_at_any_step_and_rebooted_gives_no_number_twice_and_each_is_in_the_queue_once(hall, steps):
    hall.start()
    assert hall.until(hall.has_lease)
    hall.kiosk.kill()
    hall.cable.cut()
    giving = [step for step in steps if step in GIVING]
    for step in giving:
        hall.start(step)
        hall.choose()
        with contextlib.suppress(FingerError):  # the glass goes dark under the finger
            hall.finger.tap("take")
        assert hall.kiosk.wait(20) == -signal.SIGKILL, step
    forget_the_time(hall.folder)
    hall.start()
    last = hall.take()
    undated = paper.render(hall.printer.tickets()[-1]).text
    assert not any("2026" in row or "1970" in row for row in undated), undated
    hall.kiosk.kill()
    hall.cable.mend()
    for step in steps:
        if step not in GIVING:
            hall.start(step)
            assert hall.kiosk.wait(20) == -signal.SIGKILL, step
    hall.start()
    # Who died before the number was safe did not use it up; every other number is used up, printed or not.
    safe = [step for step in giving if step not in ("before the journal", "half a line written")]
    numbers = [f"AX{n:02d}" for n in range(1, len(safe) + 2)]
    assert hall.until(lambda: hall.queue() == numbers), hall.queue()
    assert last == numbers[-1]
    printed_whole = [number for step, number in zip(safe, numbers, strict=False) if step == "after printing"]
    assert hall.printed() == [*printed_whole, last]
    assert len(hall.rows("SELECT 1 FROM event WHERE type = 'TicketMerged'")) == len(numbers)


def forget_the_time(folder):
    """Make what the hub said last look as if it was said to an earlier run of the machine, which began just now."""
    files = Journal(folder)
    kept = files.kept()
    running = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    files.keep(replace(kept, anchor=replace(kept.anchor, boot="an earlier run", at=kept.anchor.at - running)))
    files.close()


def test_without_a_place_for_its_journal_it_says_so_and_sends_people_to_the_staff_desk(hall):
    hall.folder.rmdir()
    hall.start()
    assert hall.take() == "A001"  # so it has its lease
    assert hall.until(lambda: hall.part()[0] == "fault")
    assert "there is no such folder" in hall.part()[1]
    hall.cable.cut()
    hall.finger.wait_text("Mohon ke meja petugas")
