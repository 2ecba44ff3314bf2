"""Disks that fail and clocks that jump: a clear word, and nothing lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess

import pytest
from crowds import NINE, restart

from appliance.store.reader import LogReader
from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.sample_office import instant
from appliance.wire import messages as m

DAY = 86_400
KIOSK, KEYPAD = "kiosk-1", "keypad-1"

pytestmark = pytest.mark.expects_log("connection to the broker lost")


@pytest.fixture
def disk(town, small_disk):
    """A small disk of the hub's own, which can be filled and made read-only."""
    town.rig.process("hub-1").stop()
    return small_disk(town.rig.directory / "hub-1" / "disk", "2m")


@pytest.fixture
def card(town):
    """A small ext4 file system of the hub's own, which can be made to fail as a worn SD card does."""
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        pytest.skip("only root may mount a card, and mkfs.ext4 has to make it")
    town.rig.process("hub-1").stop()
    place, image = town.rig.directory / "hub-1" / "card", town.rig.directory / "card.img"
    place.mkdir(parents=True)
    with image.open("wb") as file:
        file.truncate(16 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    mount = ["mount", "-o", "loop,errors=remount-ro", image, place]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine has no loop devices")
    yield mount
    subprocess.run(["umount", "--lazy", place], check=True)


def begin(town, database="giliran", seconds=NINE):
    """Start the hub on its clock, in place of any other, and wait until kiosk and keypad have found it."""
    return restart(town, seconds, KIOSK, KEYPAD, database=database)


def issue(town):
    return town.person(KIOSK).ask(m.Issue("pendaftaran"))


def fill(disk):
    """Leave no byte free."""
    with (disk / "filling").open("wb", buffering=0) as filling, contextlib.suppress(OSError):
        while True:
            filling.write(bytes(4096))


def end(hub):
    """Wait for a hub that ends by itself; return its exit code and its last words."""
    return hub.wait(20), hub.output().splitlines()[-1]


def log_of(town, database="giliran"):
    with contextlib.closing(LogReader(town.database.parent / f"{database}.db")) as reader:
        assert reader.prove().bad is None
        return [(row[1], row[2], row[3]) for row in reader.records()]


def test_a_full_disk_refuses_says_so_keeps_everything_and_goes_on_when_there_is_room(town, disk):
    begin(town, "disk/giliran")
    assert issue(town).number == "A001"
    fill(disk)
    refusal = issue(town)
    while isinstance(refusal, m.Accepted):  # what fits into the space that the file has already
        refusal = issue(town)
    assert refusal.code == "storage"
    assert "full" in refusal.advice
    kept = len(log_of(town, "disk/giliran"))
    assert town.observer.wait(lambda: town.observer.presence["hub-1"].parts[0].state == "fault", 20)
    assert "disk is full" in of_part(town.observer.presence["hub-1"].parts[0], LOGGED)
    assert town.person(KEYPAD).ask(m.CallNext("1")).code == "storage"
    begin(town, "disk/giliran")  # it comes up on the full disk as well
    assert issue(town).code == "storage"
    (disk / "filling").unlink()
    assert isinstance(issue(town), m.Accepted)
    assert town.observer.wait(lambda: [x.state for x in town.observer.presence["hub-1"].parts[:1]] == ["ok"], 20)
    assert town.person(KEYPAD).ask(m.CallNext("1")).number == "A001"
    assert len(log_of(town, "disk/giliran")) == kept + 2


def test_a_call_that_cannot_be_noted_as_sent_does_not_end_the_hub(town, disk):
    hub = begin(town, "disk/giliran")
    issue(town)
    issue(town)
    for _ in range(2):  # the second within the second in which sent calls are noted together
        assert isinstance(town.person(KEYPAD).ask(m.CallNext("1")), m.Accepted)
    fill(disk)
    assert town.until(lambda: "could not be noted" in hub.output())
    assert hub.running()
    (disk / "filling").unlink()
    assert isinstance(issue(town), m.Accepted)


def test_a_read_only_disk_is_named_at_the_start_and_nothing_is_lost(town, disk):
    begin(town, "disk/giliran")
    assert issue(town).number == "A001"
    town.rig.process("hub-1").stop()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    code, words = end(town.office.hub("disk/giliran"))
    assert code == 1
    assert "giliran.db" in words
    assert "writable" in words
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    begin(town, "disk/giliran")
    assert issue(town).number == "A002"


def test_a_card_that_fails_under_the_running_hub_refuses_and_what_was_acknowledged_is_on_it(town, card):
    *_, place = card
    hub = begin(town, "card/giliran")
    assert [issue(town).number for _ in range(3)] == ["A001", "A002", "A003"]
    # ext4's own way to try what it does after an error of the device: from now on it takes no write at all.
    subprocess.run(["mount", "-o", "remount,abort", place], check=True)
    assert issue(town).code == "storage"
    assert town.observer.wait(lambda: town.observer.presence["hub-1"].parts[0].state == "fault", 20)
    assert hub.running()
    assert "Traceback" not in hub.output()
    hub.kill()
    subprocess.run(["umount", place], check=True)
    subprocess.run(card, check=True)
    begin(town, "card/giliran")
    assert issue(town).number == "A004"
    assert len([kind for *_, kind in log_of(town, "card/giliran") if kind == "TicketIssued"]) == 4


@pytest.mark.parametrize(("offset", "length"), [(0, 100), (4096, 8 * 4096)], ids=["no header", "pages of rubbish"])
def test_a_damaged_file_is_refused_with_what_to_restore_and_is_not_touched(town, offset, length):
    begin(town)
    issue(town)
    town.rig.process("hub-1").stop()
    with town.database.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * length)
    before = town.database.read_bytes()
    code, words = end(town.office.hub())
    assert code == 1
    assert str(town.database) in words
    assert "restore the newest backup" in words
    assert "Traceback" not in town.rig.process("hub-1").output()
    assert town.database.read_bytes() == before


def test_an_altered_record_of_today_is_named_and_the_hub_does_not_start(town):
    begin(town)
    assert issue(town).number == "A001"
    town.rig.process("hub-1").stop()
    with contextlib.closing(sqlite3.connect(town.database)) as connection, connection:
        (seq,) = connection.execute("SELECT seq FROM event WHERE type = 'TicketIssued'").fetchone()
        connection.execute("UPDATE event SET body = replace(body, 'A001', 'A007') WHERE seq = ?", (seq,))
    code, words = end(town.office.hub())
    assert code == 1
    assert f"event {seq} of the log was altered" in words
    assert "restore a backup" in words


def test_a_clock_of_1970_opens_no_day_and_is_told_as_unknown(town):
    begin(town, "new", seconds=DAY - instant(0) / 1000)
    assert issue(town).code == "office_closed"
    assert town.person(KIOSK).clock.office_ms() is None
    assert [kind for *_, kind in log_of(town, "new")] == ["OfficeDefined"]


@pytest.mark.parametrize("back", [DAY, 50 * 365 * DAY], ids=["by a day", "to the seventies"])
def test_a_clock_that_jumps_back_loses_nothing_and_doubles_no_number(town, back):
    begin(town)
    assert [issue(town).number for _ in range(2)] == ["A001", "A002"]
    begin(town, seconds=NINE - back)
    assert town.person(KIOSK).clock.office_ms() is None
    assert issue(town).number == "A003"
    assert town.person(KEYPAD).ask(m.CallNext("1")).number == "A001"
    begin(town, seconds=NINE + 60)
    assert issue(town).number == "A004"
    moments = [at for at, *_ in log_of(town)]
    assert moments == sorted(moments)
    assert {day for _, day, kind in log_of(town) if kind == "TicketIssued"} == {"2026-04-06"}


def test_a_leap_over_midnight_with_the_hub_off_expires_yesterday_and_starts_at_one(town):
    begin(town)
    assert [issue(town).number for _ in range(3)] == ["A001", "A002", "A003"]
    assert town.person(KEYPAD).ask(m.CallNext("1")).number == "A001"
    begin(town, seconds=NINE + DAY)
    assert issue(town).number == "A001"
    with contextlib.closing(sqlite3.connect(town.database)) as connection:
        rows = connection.execute("SELECT day, number, state FROM ticket ORDER BY day, number").fetchall()
    assert rows == [
        ("2026-04-06", "A001", "expired"),
        ("2026-04-06", "A002", "expired"),
        ("2026-04-06", "A003", "expired"),
        ("2026-04-07", "A001", "waiting"),
    ]
    log_of(town)


def test_a_clock_that_was_a_day_ahead_and_is_put_right_loses_nothing_and_doubles_no_number(town):
    begin(town)
    assert issue(town).number == "A001"
    begin(town, seconds=NINE + DAY)
    assert issue(town).number == "A001"
    begin(town, seconds=NINE + 60)
    assert issue(town).number == "A002"
    with contextlib.closing(sqlite3.connect(town.database)) as connection:
        rows = connection.execute("SELECT day, number FROM ticket ORDER BY day, number").fetchall()
    assert rows == [("2026-04-06", "A001"), ("2026-04-07", "A001"), ("2026-04-07", "A002")]
    moments = [at for at, *_ in log_of(town)]
    assert moments == sorted(moments)
