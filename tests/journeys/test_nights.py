"""The real hub's nights: a proof and a backup of every day, damage said and mended with nothing lost."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from crowds import NINE, restart, start

from appliance.store.reader import LogReader
from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office import past
from appliance.tools.office.sample_office import instant
from appliance.wire import messages as m

NIGHT = 23 * 3600 - 1
DAY = 86_400
KIOSK, KEYPAD = "kiosk-1", "keypad-1"

pytestmark = pytest.mark.expects_log("connection to the broker lost")


class Nights:
    """An office whose hub is started at one hour or another."""

    def __init__(self, town):
        self.town = town
        self.database = town.database
        self.folder = self.database.parent / "backups"
        self.settings = {}

    def make_past(self, tickets):
        """Give the office a past before its first day."""
        self.town.rig.process("hub-1").kill()
        for suffix in ("", "-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
        past.make(self.database, tickets)
        self.begin(NINE)  # so that the day is open, and can close however long the next start takes

    def begin(self, seconds):
        """Start the hub on its clock, in place of any other, and wait until the kiosk has found it."""
        self.town.observer.presence.pop("hub-1", None)
        return restart(self.town, seconds, KIOSK, settings=self.settings)

    def begin_night(self):
        """Begin a night behind a day: a hub that is slow to start may miss the day's last second, thus the day."""
        self.begin(NINE)
        return self.begin(NIGHT)

    def start(self, seconds):
        """Start the hub without waiting for it."""
        return start(self.town, seconds, settings=self.settings)

    def part(self):
        """Return what the hub's presence says about the log."""
        presence = self.town.observer.presence.get("hub-1")
        return next((part for part in presence.parts if part.name == "log"), None) if presence else None

    def wait_for(self, state):
        seen = self.town.observer.wait(lambda: (part := self.part()) is not None and part.state == state, 100)
        assert seen, (self.part(), self.town.rig.process("hub-1").output()[-500:])
        return of_part(self.part(), LOGGED)

    def issue(self):
        return self.town.person(KIOSK).ask(m.Issue("pendaftaran"))

    def names(self):
        return sorted(file.name for file in self.folder.iterdir())

    def stop(self):
        assert self.town.rig.process("hub-1").stop() == 0


@pytest.fixture
def nights(town):
    town.all_ready(KIOSK)  # the day has been opened, so that it can close however long the next start takes
    return Nights(town)


def records(file):
    with contextlib.closing(LogReader(file)) as log:
        assert (log.prove().bad, log.damage()) == (None, "")
        return list(log.records())


def flip(file, seq):
    """Flip one bit of a record's body in a file that nobody has open; return what was there."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        digest, kind, day = connection.execute("SELECT hash, type, day FROM event WHERE seq = ?", (seq,)).fetchone()
    data = bytearray(file.read_bytes())
    data[data.index(digest) - 20] ^= 0x01
    file.write_bytes(data)
    return f"record {seq} ({kind} of {day}) is not what was written"


def typed(words):
    """Return the command for `giliran` out of an advice, as it is typed, without what needs systemd and sudo."""
    command = re.search(r"&& sudo (.*) && sudo systemctl start giliran-hub", words)[1]
    program, *arguments = shlex.split(command)
    assert program.endswith("giliran")
    return subprocess.run([sys.executable, "-m", "appliance.cli", *arguments], capture_output=True, text=True)


def test_after_the_close_of_the_day_the_log_is_proven_and_backed_up(nights):
    nights.begin(NINE)
    assert [nights.issue().number for _ in range(3)] == ["A001", "A002", "A003"]
    nights.wait_for("unknown")
    hub = nights.begin(NIGHT)
    detail = nights.wait_for("ok")
    assert f"Backup: {nights.folder}/giliran-2026-04-06.db" in detail
    assert nights.names() == ["giliran-2026-04-06.db"]
    assert records(nights.folder / "giliran-2026-04-06.db") == records(nights.database)
    assert records(nights.database)[-1][3] == "DayClosed"
    assert [line for line in hub.output().splitlines() if "the log:" in line] == [
        f"hub-1 INFO appliance.hub.nightly: the log: {detail}"
    ]


def test_a_backup_of_a_hub_under_load_is_whole_and_the_hub_goes_on(nights, town):
    nights.make_past(10_000)
    nights.begin(NINE)
    enough, numbers = threading.Event(), []

    def take_numbers(person):
        while not enough.is_set():
            numbers.append(person.ask(m.Issue("konsultasi")).number)

    people = [town.person(f"kiosk-{n}") for n in range(2, 6)]
    town.all_ready(*(f"kiosk-{n}" for n in range(2, 6)))
    threads = [threading.Thread(target=take_numbers, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    sizes = []
    for _ in range(4):
        command = [sys.executable, "-m", "appliance.store.checkup", nights.database, "--folder", nights.folder]
        said = subprocess.run([*map(str, command)], capture_output=True, check=True, text=True).stdout
        assert '"problem":""' in said
        assert '"backup_problem":""' in said
        kept = records(nights.folder / "giliran-2026-04-06.db")
        sizes.append(len(kept))
    enough.set()
    for thread in threads:
        thread.join()
    assert sizes == sorted(set(sizes))  # each one has more, so the load was there
    assert kept == records(nights.database)[: len(kept)]
    assert len(set(numbers)) == len(numbers) > 50
    nights.issue()
    wal = nights.database.with_name("giliran.db-wal").stat().st_size
    nights.stop()
    assert wal < 64 << 20
    assert not nights.database.with_name("giliran.db-wal").exists()


@pytest.mark.parametrize("field", [pytest.param(0, marks=pytest.mark.long), 1], ids=["an old day", "the day before"])
def test_a_flipped_bit_is_named_the_queue_goes_on_and_the_advice_mends_it_with_nothing_lost(nights, town, field):
    nights.make_past(500)
    nights.begin_night()
    nights.wait_for("ok")
    nights.stop()
    words = flip(nights.database, [900, 2000][field])

    nights.begin(NINE + DAY)
    assert nights.issue().number == "A001"
    nights.begin(NIGHT + DAY)
    detail = nights.wait_for("fault")
    assert detail.startswith(f"Damaged: {words}. The queue goes on. ")
    assert nights.names() == ["giliran-2026-04-06.db"]
    assert str(nights.folder / "giliran-2026-04-06.db") in detail

    nights.begin(NINE + 2 * DAY)
    assert [nights.issue().number for _ in range(2)] == ["A001", "A002"]
    refused = typed(detail)
    assert refused.returncode == 1
    assert "stop the hub first" in refused.stderr
    nights.stop()
    done = typed(detail)
    assert done.returncode == 0, done.stderr
    assert "Missing will be: nothing that the old file shows." in done.stdout

    nights.begin(NINE + 2 * DAY + 60)
    assert nights.issue().number == "A003"
    nights.wait_for("unknown")  # the old fault is none of the new file's
    nights.begin(NIGHT + 2 * DAY)
    nights.wait_for("ok")
    assert nights.names() == ["giliran-2026-04-06.db", "giliran-2026-04-08.db"]
    issued = [row[2] for row in records(nights.database) if row[3] == "TicketIssued" and row[2] > "2026-04-06"]
    assert issued == ["2026-04-07", "2026-04-08", "2026-04-08", "2026-04-08"]


def test_a_file_that_is_damaged_at_the_start_is_answered_with_the_exact_backup_and_command(nights):
    nights.begin(NINE)
    assert [nights.issue().number for _ in range(2)] == ["A001", "A002"]
    nights.begin(NIGHT)
    nights.wait_for("ok")
    nights.stop()
    with nights.database.open("r+b") as file:
        file.write(b"\xa5" * 100)
    hub = nights.start(NINE + DAY)
    assert hub.wait(20) == 1
    words = hub.output().splitlines()[-1]
    assert "file is not a database: the file is damaged" in words
    assert f"The newest backup is {nights.folder}/giliran-2026-04-06.db; to restore it: " in words
    done = typed(words)
    assert done.returncode == 0, done.stderr
    nights.begin(NINE + DAY)
    assert nights.issue().number == "A001"
    assert [row[2] for row in records(nights.database) if row[3] == "TicketIssued"] == [
        "2026-04-06",
        "2026-04-06",
        "2026-04-07",
    ]


def test_a_record_of_today_that_was_altered_costs_only_itself_and_what_came_after(nights):
    nights.begin(NINE)
    nights.issue()
    nights.begin(NIGHT)
    nights.wait_for("ok")
    nights.begin(NINE + DAY)
    assert [nights.issue().number for _ in range(3)] == ["A001", "A002", "A003"]
    nights.stop()
    flip(nights.database, len(records(nights.database)))
    hub = nights.start(NINE + DAY + 60)
    assert hub.wait(20) == 1
    done = typed(hub.output().splitlines()[-1])
    assert "Missing will be: 1 records after that" in done.stdout
    nights.begin(NINE + DAY + 120)
    assert nights.issue().number == "A003"


def test_a_hub_whose_file_is_gone_does_not_begin_again_beside_its_backups(nights):
    nights.begin_night()
    nights.wait_for("ok")
    nights.stop()
    nights.database.unlink()
    hub = nights.start(NINE + DAY)
    assert hub.wait(20) == 1
    words = hub.output().splitlines()[-1]
    assert "no such file, but there are backups of it" in words
    assert not nights.database.exists()
    assert typed(words).returncode == 0
    nights.begin(NINE + DAY)
    assert nights.issue().number == "A001"


def test_without_a_backup_the_start_says_so_and_what_can_be_done(nights):
    nights.begin(NINE)
    assert [nights.issue().number for _ in range(2)] == ["A001", "A002"]
    nights.stop()
    flip(nights.database, len(records(nights.database)))
    hub = nights.start(NINE + 60)
    assert hub.wait(20) == 1
    words = hub.output().splitlines()[-1]
    assert f"There is no backup in {nights.folder}." in words
    assert typed(words).returncode == 0
    nights.begin(NINE + 120)
    assert nights.issue().number == "A002"


def test_the_work_dies_with_a_hub_that_is_killed(nights, town):
    nights.make_past(20_000)
    hub = nights.begin_night()
    children = Path(f"/proc/{hub.pid}/task/{hub.pid}/children")
    assert town.until(children.read_text)
    worker = Path(f"/proc/{children.read_text().split()[0]}")
    work = [b"-m", b"appliance.store.checkup"]
    assert town.until(lambda: (worker / "cmdline").read_bytes().split(b"\0")[1:3] == work)
    os.kill(hub.pid, signal.SIGKILL)
    hub.wait(20)
    assert town.until(lambda: not worker.exists())
    assert not (nights.database.parent / "giliran.checked.json").exists()
    assert not nights.folder.exists() or all(name.endswith(".part") for name in nights.names())


def test_a_full_stick_is_said_and_the_queue_goes_on(nights, small_disk, tmp_path):
    stick = small_disk(tmp_path / "stick", "1m")
    nights.settings = {"backups": str(stick)}
    nights.begin_night()
    detail = nights.wait_for("fault")
    assert f"No backup was made: {stick}: too little room" in detail
    assert "The queue goes on" in detail
    assert list(stick.iterdir()) == []
    nights.begin(NINE + DAY)
    assert nights.issue().number == "A001"


def test_the_hour_of_the_night_is_the_offices_own(nights):
    """Whatever the machine's clock shows; the mark that is left is of the office's time."""
    nights.begin_night()
    nights.wait_for("ok")
    checked = (nights.database.parent / "giliran.checked.json").read_text()
    at = int(re.search(r'"at":(\d+)', checked)[1])
    assert instant(NIGHT) <= at <= instant(NIGHT + 60)
