"""Once a business day the log is proven and backed up, by a real process, while the hub goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from appliance.engine import commands as c
from appliance.engine.model import Counter, Definition, Service
from appliance.hub import nightly
from appliance.hub.calendar import opening_of
from appliance.hub.nightly import AGAIN_MS, LONGEST_MS, QUIET_MS, Night
from appliance.store.backup import Backups
from appliance.store.checkup import last_outcome, outcome_file
from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.clerk import Clerk

NOW = 1_775_437_200_000
OFFICE = Definition(
    {"id": "Kantor"}, (Service("a", "A", {"id": "Layanan"}),), (Counter("1", {"id": "Loket 1"}, ("a",)),)
)
DAY_MS = 86_400_000
HOUR = 3_600_000
CONFIG = Path("/etc/giliran/hub.toml")


class Clock:
    """A clock that the test moves; ``NOW`` is the morning of 2026-04-06."""

    rate = 1.0
    ms = 0
    moved = 0

    def monotonic_ms(self):
        return self.ms

    def office_ms(self):
        return NOW + self.ms + self.moved


class Office:
    """A hub without a bus, whose day turns as housekeeping turns it."""

    def __init__(self, tmp_path):
        self.file = tmp_path / "giliran.db"
        self.backups = Backups(self.file, tmp_path / "backups", 7)
        self.clock = Clock()
        self.begin()
        self.do(c.DefineOffice(OFFICE))

    def begin(self):
        """Start the hub."""
        self.clerk = Clerk(self.file)
        self.night = Night(self.backups, self.clock, self.day, CONFIG)

    @property
    def day(self):
        return self.clerk.day

    def end(self):
        self.night.close()
        self.clerk.close()

    def again(self, off_ms=0):
        """Switch the hub off and on."""
        self.end()
        self.clock.moved += off_ms
        self.begin()

    def do(self, command):
        self.clerk.do(command, max(self.clock.office_ms(), self.day.at))

    def tick(self, ms=1000):
        """Let real time pass, and tell whether the work is going on."""
        self.clock.ms += ms
        now = self.clock.office_ms()
        if now >= self.day.at:
            if self.day.is_open and now >= self.day.ends_at:
                self.do(c.CloseDay())
            opening = opening_of(OFFICE, now)
            if not self.day.is_open and opening.date > self.day.date and now < opening.ends_at:
                self.do(opening)
        self.night.tick(self.day)
        return self.night._worker is not None

    def ticket(self):
        self.do(c.IssueTicket("a"))

    def until(self, hour):
        """Let the time pass to an hour after the morning, on the same or a later day."""
        return self.tick(hour * HOUR - self.clock.ms - self.clock.moved)

    def done(self):
        """Wait for the work that is going on; return its part."""
        worker = self.night._worker
        assert worker is not None, "nothing is going on"
        worker.wait(60)
        self.tick(1)
        assert self.night._worker is None
        return self.night.part

    def names(self):
        return [file.name for file in self.backups.files()]


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    office.tick()
    office.ticket()
    yield office
    office.end()


CLOSED = 15
"""Hours from ``NOW`` to a moment after the close of the day."""


def test_the_work_begins_when_the_day_has_closed_and_its_result_is_said(office):
    assert office.night.part.state == "unknown"
    assert not office.tick(HOUR)
    assert office.until(CLOSED)
    part = office.done()
    assert (part.name, part.state) == ("log", "ok")
    assert f"Backup: {office.backups.folder}/giliran-2026-04-06.db" in of_part(part, LOGGED)
    assert "records up to 2026-04-06 are whole" in of_part(part, LOGGED)


def test_it_is_done_once_a_day(office):
    office.until(CLOSED)
    office.done()
    assert not any(office.tick(60_000) for _ in range(30))
    for day in range(1, 3):
        assert not any(office.until(24 * day + hour) for hour in range(14))
        assert office.day.is_open
        assert office.until(24 * day + CLOSED)
        assert office.done().state == "ok"
    assert office.names() == ["giliran-2026-04-08.db", "giliran-2026-04-07.db", "giliran-2026-04-06.db"]


def test_the_hub_serves_while_the_work_goes_on_and_never_starts_it_twice(office):
    office.until(CLOSED)
    worker = office.night._worker
    os.kill(worker.pid, signal.SIGSTOP)
    for _ in range(100):
        office.tick(100)
        assert office.night._worker is worker
    office.until(24)
    office.ticket()
    assert office.day.last_numbers["A"] == 1
    os.kill(worker.pid, signal.SIGCONT)
    assert office.done().state == "ok"


def test_a_hub_that_was_off_at_night_does_it_as_soon_as_nothing_happens(office):
    office.again(DAY_MS)
    assert not office.tick()
    assert (office.day.date, office.day.is_open) == ("2026-04-07", True)
    for _ in range(5):
        assert not office.tick(QUIET_MS // 2)
        office.ticket()
    assert not office.tick()
    assert office.tick(QUIET_MS)
    assert office.done().state == "ok"
    assert last_outcome(office.file).day == "2026-04-06"
    assert office.names() == ["giliran-2026-04-07.db"]
    assert not any(office.tick(HOUR) for _ in range(3))
    assert office.until(24 + CLOSED)
    assert office.done().state == "ok"


def test_a_quiet_minute_is_one_of_the_offices_clock(office):
    office.clock.rate = 60.0
    office.again(DAY_MS)
    office.tick()
    assert office.tick(QUIET_MS // 60)


def test_a_hub_that_is_switched_off_every_evening_does_it_every_morning(office):
    for day in range(1, 4):
        office.again(24 * HOUR)
        office.tick()
        office.ticket()
        office.tick()
        assert office.tick(QUIET_MS), day
        assert office.done().state == "ok"
    assert len(office.names()) == 3


def test_a_hub_that_is_restarted_in_the_middle_of_a_day_does_not_begin_again(office):
    office.until(CLOSED)
    office.done()
    office.until(25)
    assert office.day.date == "2026-04-07"
    office.again()
    assert not any(office.tick(QUIET_MS) for _ in range(5))
    assert office.night.part.state == "ok"


def test_restarted_in_the_middle_of_a_day_it_makes_up_for_a_check_that_is_older_than_a_day(office):
    office.until(CLOSED)
    office.done()
    office.until(25)
    office.end()
    outcome_file(office.file).unlink()
    office.begin()
    assert office.tick(QUIET_MS)
    assert office.done().state == "ok"


def test_a_new_office_has_nothing_to_prove_yet(tmp_path):
    office = Office(tmp_path)
    assert not any(office.tick(QUIET_MS) for _ in range(5))
    assert office.day.is_open
    office.end()


def test_a_clock_that_cannot_be_believed_changes_nothing(office):
    office.until(CLOSED)
    office.done()
    office.clock.moved = -NOW
    office.again()
    assert not any(office.tick(QUIET_MS) for _ in range(5))
    office.end()
    outcome_file(office.file).unlink()
    office.begin()
    assert office.tick()  # the day is closed, and nobody knows of a proof
    assert office.done().state == "ok"


def damage(office):
    """Flip one bit of record 4, the first ticket, in the file of a hub that has ended."""
    with contextlib.closing(sqlite3.connect(office.file)) as connection:
        (digest,) = connection.execute("SELECT hash FROM event WHERE seq = 4").fetchone()
    data = bytearray(office.file.read_bytes())
    data[data.index(digest) - 20] ^= 0x01
    office.file.write_bytes(data)


@pytest.mark.expects_log("the log: Damaged: record 4 .* is not what was written")
def test_damage_is_said_with_the_backup_and_the_command_and_the_queue_goes_on(office):
    office.until(CLOSED)
    office.done()
    office.until(25)
    office.ticket()
    office.end()
    damage(office)
    office.begin()
    office.until(24 + CLOSED)
    part = office.done()
    assert part.state == "fault"
    assert of_part(part, LOGGED).startswith(
        "Damaged: record 4 (TicketIssued of 2026-04-06) is not what was written. The queue goes on. "
    )
    assert f"giliran restore {office.backups.folder}/giliran-2026-04-06.db --config {CONFIG} && " in of_part(
        part, LOGGED
    )
    assert office.names() == ["giliran-2026-04-06.db"]
    office.until(49)
    office.ticket()
    assert office.day.last_numbers["A"] == 1
    office.again()
    assert office.night.part == part
    assert office.tick(QUIET_MS)  # it is looked at anew after a restart


@pytest.mark.expects_log("the log: Damaged: record 4 .* There is no backup")
def test_damage_without_a_backup_says_so(office):
    office.backups.folder = None
    office.until(25)
    office.end()
    damage(office)
    office.begin()
    office.until(24 + CLOSED)
    assert "There is no backup: copy the database's folder to another disk now" in of_part(office.done(), LOGGED)


@pytest.mark.expects_log("No backup was made")
def test_a_missing_stick_is_said_and_tried_again_after_a_while(office, tmp_path):
    office.backups.folder = tmp_path / "media" / "stick"
    office.until(CLOSED)
    part = office.done()
    assert part.state == "fault"
    assert "stick: no such folder; plug the stick in and mount it. The queue goes on" in of_part(part, LOGGED)
    assert "There is no backup" in of_part(part, LOGGED)
    office.backups.folder.mkdir(parents=True)
    assert not any(office.tick(60_000) for _ in range(10))
    assert not office.tick(AGAIN_MS - 600_001)
    assert office.tick(QUIET_MS)
    assert office.done().state == "ok"
    assert len(office.names()) == 1


@pytest.mark.expects_log("ended before it was done")
def test_work_that_was_killed_is_said_and_tried_again(office):
    office.until(CLOSED)
    office.night._worker.kill()
    part = office.done()
    assert part.state == "fault"
    assert "ended before it was done (exit code -9). The queue goes on" in of_part(part, LOGGED)
    assert not office.tick(AGAIN_MS - 1)
    assert office.tick(QUIET_MS)
    assert office.done().state == "ok"


@pytest.mark.expects_log("hangs", "ended before it was done")
def test_work_that_hangs_is_ended_and_said(office):
    office.until(CLOSED)
    worker = office.night._worker
    os.kill(worker.pid, signal.SIGSTOP)
    office.tick(LONGEST_MS + 1000)
    assert "hangs" in of_part(office.night.part, LOGGED)
    worker.wait(60)
    office.tick(1)
    assert office.night._worker is None


@pytest.mark.expects_log("could not be started")
def test_work_that_cannot_be_started_is_said(office, monkeypatch):
    monkeypatch.setattr(nightly, "HUMBLY", ("/nowhere/ionice",))
    office.until(CLOSED)
    assert "could not be started" in of_part(office.night.part, LOGGED)
    assert not office.tick()


def test_the_work_is_humble_and_ends_with_the_hub(office):
    office.until(CLOSED)
    worker = office.night._worker
    os.kill(worker.pid, signal.SIGSTOP)
    deadline = time.monotonic() + 20
    while os.getpriority(os.PRIO_PROCESS, worker.pid) != 19 and time.monotonic() < deadline:
        os.kill(worker.pid, signal.SIGCONT)  # ionice, nice and the work itself follow each other in the same process
        time.sleep(0.001)  # its share of the processor; longer, and the work might be over before it was looked at
        os.kill(worker.pid, signal.SIGSTOP)
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) == 19
    disk = subprocess.run(["ionice", "-p", str(worker.pid)], capture_output=True, text=True, check=True)
    assert disk.stdout.strip() == "idle"
    assert os.getpgid(worker.pid) == worker.pid
    office.night.close()
    assert worker.returncode == -signal.SIGKILL
