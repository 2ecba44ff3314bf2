"""The files behind a kiosk's own numbers: torn, damaged, full, read-only, and with the power cut at any point."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import journal_clerk as clerk
import pytest

from appliance.tools.proofs.disk_replay import Disk, record
from kiosk.alone import journal as journals
from kiosk.alone import journal_lines
from kiosk.alone.journal import Journal, JournalFault
from kiosk.alone.ledger import Given, Issued, Opened, Sent, Taken, Unreadable

DAY = "2026-04-06"
RECORDS = [
    Opened(DAY, {"A": 4}, ("BX01",)),
    Issued("AX01", "a", DAY, "1" * 32, "boot", 5, None, priority=True, instead_of="2" * 32),
    Given("A005", DAY),
    Sent("3" * 32, ("AX01",)),
    Taken("3" * 32, 77),
]


def written(folder, records=RECORDS):
    journal = Journal(folder)
    for one in records:
        journal.append(one)
    journal.close()
    return folder / "journal"


def found_in(folder):
    journal = Journal(folder)
    journal.close()
    return journal.records


def until_it_fails(write):
    """Write again and again; return how often it worked."""
    worked = 0
    with contextlib.suppress(OSError, JournalFault):
        while True:
            write()
            worked += 1
    return worked


def test_what_was_appended_is_found_again(folder):
    written(folder)
    assert found_in(folder) == RECORDS


def test_a_torn_last_record_is_dropped_wherever_it_is_torn_and_the_next_one_is_whole(folder):
    file = written(folder)
    whole = file.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    for length in range(last, len(whole)):
        file.write_bytes(whole[:length])
        journal = Journal(folder)
        assert journal.records == RECORDS[:-1]
        journal.append(RECORDS[-1])
        journal.close()
        assert file.read_bytes() == whole


@pytest.mark.parametrize("tail", [b"\0" * 4096, b"\xff" * 10, b"\n", b"\n\n"])
def test_what_a_disk_may_leave_behind_the_last_record_is_no_record(folder, tail):
    file = written(folder)
    whole = file.read_bytes()
    file.write_bytes(whole + tail)
    assert found_in(folder) == RECORDS
    assert file.read_bytes() == whole


@pytest.mark.expects_log("the disk has damaged it")
def test_one_wrong_bit_anywhere_costs_nothing(tmp_path):
    whole = written(tmp_path).read_bytes()
    for at in range(len(whole)):
        bad = bytearray(whole)
        bad[at] ^= 1 << at % 8
        found = journal_lines.read(bytes(bad))
        assert found.records == RECORDS, at
        assert found.mended == 1
    (tmp_path / "journal").write_bytes(bad)
    assert found_in(tmp_path) == RECORDS
    assert (tmp_path / "journal").read_bytes() == whole
    assert [file.read_bytes() for file in tmp_path.glob("damaged-*")] == [bytes(bad)]


@pytest.mark.expects_log("the disk has damaged it")
@pytest.mark.parametrize("at", range(len(RECORDS) - 1))
def test_a_record_that_went_bad_later_is_counted_the_others_are_found_and_the_file_is_kept(tmp_path, at):
    file = written(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    lines[at] = lines[at][:30] + b"????" + lines[at][34:]
    file.write_bytes(b"".join(lines))
    rest = [*RECORDS[:at], *RECORDS[at + 1 :], Unreadable(1, 1)]
    for _ in range(2):
        assert found_in(tmp_path) == rest  # once it is told, and for the whole day
    assert [kept.read_bytes() for kept in tmp_path.glob("damaged-*")] == [b"".join(lines)]


@pytest.mark.expects_log("the disk has damaged it")
def test_a_whole_block_that_is_gone_costs_what_was_in_it_and_no_more(tmp_path):
    records = [Opened(DAY), *(Issued(f"AX{n:02d}", "a", DAY, f"{n:032x}", "boot" * 9, n) for n in range(1, 101))]
    file = written(tmp_path, records)
    content = bytearray(file.read_bytes())
    content[4096:8192] = bytes(4096)
    file.write_bytes(content)
    found = found_in(tmp_path)
    *good, lost = found
    assert [one for one in records if one in good] == good
    missing = len(records) - len(good)
    assert 15 < missing < 40
    assert isinstance(lost, Unreadable)
    assert missing <= lost.numbers <= 2 * missing


def test_a_last_record_with_more_than_one_wrong_bit_leaves_its_number_out(tmp_path):
    file = written(tmp_path, RECORDS[:2])
    file.write_bytes(file.read_bytes().replace(b"AX01", b"??01"))
    assert found_in(tmp_path) == [RECORDS[0], Unreadable(0, 1)]


@pytest.mark.expects_log("the disk has damaged it|stays as it is")
def test_a_damaged_journal_on_a_full_disk_is_read_and_written_all_the_same(disk):
    file = written(disk, RECORDS[:3])
    file.write_bytes(file.read_bytes().replace(b"AX01", b"??01"))
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as full:
        until_it_fails(lambda: full.write(bytes(4096)))
    journal = Journal(disk)
    journal.append(RECORDS[3])
    journal.close()
    assert journal.records == [RECORDS[0], RECORDS[2], Unreadable(1, 1)]
    filling.unlink()
    assert found_in(disk) == [RECORDS[0], RECORDS[2], RECORDS[3], Unreadable(1, 1)]


def test_a_folder_belongs_to_one_process_at_a_time(folder):
    first = Journal(folder)
    with pytest.raises(JournalFault, match="another process uses it"):
        Journal(folder)
    first.close()
    Journal(folder).close()


def test_a_folder_that_is_not_there_is_named(folder):
    with pytest.raises(JournalFault, match=r"there is no such folder \(.*no-such\)"):
        Journal(folder / "no-such")


def test_another_day_takes_the_place_of_the_old_one_and_what_was_left_over_is_kept(folder):
    written(folder)
    journal = Journal(folder)
    journal.leave_over(DAY, [RECORDS[1]])
    journal.replace([Opened("2026-04-07")])
    journal.append(Given("A001", "2026-04-07"))
    journal.close()
    assert found_in(folder) == [Opened("2026-04-07"), Given("A001", "2026-04-07")]
    assert b"AX01" in (folder / f"left-over-{DAY}").read_bytes()


def test_only_the_latest_files_of_left_overs_are_kept(folder):
    journal = Journal(folder)
    for day in range(1, 21):
        journal.leave_over(f"2026-04-{day:02d}", [RECORDS[1]])
    journal.close()
    assert len(list(folder.glob("left-over-*"))) == journals.MOST_ASIDE
    assert (folder / "left-over-2026-04-20").exists()


@pytest.mark.expects_log("no numbers are given alone until")
def test_what_the_hub_said_last_is_found_again_also_with_a_wrong_bit_and_nothing_if_it_is_damaged(folder):
    journal = Journal(folder)
    assert journal.kept() is None
    journal.keep(clerk.kept(DAY, 1))
    journal.keep(clerk.kept(DAY, 2))
    assert journal.kept() == clerk.kept(DAY, 2)
    content = bytearray((folder / "hub").read_bytes())
    content[40] ^= 1
    (folder / "hub").write_bytes(content)
    assert journal.kept() == clerk.kept(DAY, 2)
    content[50] ^= 3
    (folder / "hub").write_bytes(content)
    assert journal.kept() is None
    journal.close()


def test_a_journal_does_not_grow_for_ever(folder, monkeypatch):
    monkeypatch.setattr(journals, "MOST_BYTES", 10_000)
    journal = Journal(folder)
    assert until_it_fails(lambda: journal.append(Given("A001", DAY))) > 100
    with pytest.raises(JournalFault, match="more than"):
        journal.append(Given("A001", DAY))
    assert (folder / "journal").stat().st_size <= 10_000
    journal.close()


@pytest.fixture
def disk(small_disk, tmp_path):
    """A small disk of its own, which can be filled and made read-only."""
    return small_disk(tmp_path / "disk", "64k")


def test_a_full_disk_is_named_nothing_half_written_stays_and_it_goes_on_when_there_is_room(disk):
    journal = Journal(disk)
    journal.append(RECORDS[0])
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file:
        until_it_fails(lambda: file.write(bytes(4096)))
    fitted = until_it_fails(lambda: journal.append(RECORDS[1]))  # into the space that the file has already
    with pytest.raises(JournalFault, match="the disk is full"):
        journal.append(RECORDS[1])
    with pytest.raises(JournalFault, match="the disk is full"):
        journal.probe()
    filling.unlink()
    journal.probe()
    journal.append(RECORDS[2])
    journal.close()
    assert found_in(disk) == [RECORDS[0], *[RECORDS[1]] * fitted, RECORDS[2]]


def test_a_disk_that_turns_read_only_is_named_and_what_was_kept_can_be_read(disk):
    journal = Journal(disk)
    journal.append(RECORDS[0])
    journal.close()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(JournalFault, match="the disk is read-only"):
        Journal(disk)
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert found_in(disk) == [RECORDS[0]]


def test_a_write_that_fails_half_way_leaves_nothing_behind(folder, monkeypatch):
    journal = Journal(folder)
    journal.append(RECORDS[0])
    write = os.pwrite

    def halves(file, content, at):
        written = write(file, content[: len(content) // 2], at)
        monkeypatch.setattr(os, "pwrite", fails)
        return written

    def fails(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pwrite", halves)
    with pytest.raises(JournalFault, match="the disk does not work"):
        journal.append(RECORDS[1])
    monkeypatch.setattr(os, "pwrite", write)
    journal.append(RECORDS[2])
    journal.close()
    assert found_in(folder) == [RECORDS[0], RECORDS[2]]


# -- the power is cut --------------------------------------------------------------------------------------------------


def power_cuts(tmp_path, steps, chances, program=()):
    """Return the faults that a power cut at any point makes, and how many cuts there were."""
    work = tmp_path / "work"
    work.mkdir()
    command = [sys.executable, *program, str(Path(clerk.__file__)), str(work.resolve()), str(steps)]
    ops = record(command, work.resolve())
    whole = {day: clerk.records(day, steps) for day in clerk.days()}
    chance, disk, faults, cuts = random.Random(1), Disk(), [], 0
    said, word = ("", 0), 0
    scratch = tmp_path / "scratch"
    for place, op in enumerate(ops):
        for luck in [None, *[chance] * chances]:
            cuts += 1
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            for name, content in disk.cut(luck).items():
                (scratch / name).write_bytes(content)
            faults += [f"operation {place}: {fault}" for fault in _faults(scratch, said, word, whole)]
        disk.do(op)
        if op.what == "say":
            what, count = op.data.decode().split()
            if what == "word":
                word = int(count)
            else:
                said = (what, int(count))
    return faults, cuts


def _faults(scratch, said, word, whole):
    journal = Journal(scratch)
    journal.close()
    day, count = said
    records = journal.records
    if any(isinstance(one, Unreadable) and one.lines for one in records):
        yield "damaged"
    records = [one for one in records if not isinstance(one, Unreadable)]  # a number may be left out after a torn one
    if not records:
        if count:
            yield f"{count} records of {day} are gone"
        return
    if not isinstance(records[0], Opened):
        yield "the first record is gone"
        return
    told = whole[records[0].day]
    if records != told[: len(records)]:
        yield "another story than was written"
    if records[0].day == day and len(records) < count:
        yield f"{count} records were acknowledged, {len(records)} are there"
    if records[0].day < day:
        yield f"{day} had begun, {records[0].day} is back"
    kept = journal.kept()
    if word and kept is None:
        yield "the hub's word is gone"
    if kept is not None and kept.catalogue.seq < word % 1000 and kept.catalogue.day <= clerk.days()[word // 1000]:
        yield "an older word of the hub is back"


needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@needs_strace
def test_nothing_kept_is_lost_wherever_the_power_is_cut(tmp_path):
    faults, cuts = power_cuts(tmp_path, steps=9, chances=3)
    assert faults == []
    assert cuts > 1000


@needs_strace
@pytest.mark.expects_log("the disk has damaged it|no numbers are given alone until")
@pytest.mark.parametrize("forgets", ["files", "folders"])
def test_a_journal_that_does_not_sync_is_found_out(tmp_path, forgets):
    program = f"""
import os, runpy, stat, sys
sync = os.fsync
os.fsync = lambda file: sync(file) if stat.S_ISDIR(os.fstat(file).st_mode) == {forgets == "files"} else None
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
"""
    faults, _ = power_cuts(tmp_path, steps=4, chances=1, program=("-c", program))
    assert len(faults) > 20


@pytest.mark.expects_log("the disk has damaged it")
def test_a_journal_that_is_nothing_but_bad_lines_is_read_in_seconds(tmp_path):
    numbers = tuple(f"AX{n:02d}" for n in range(500))
    file = written(tmp_path, [Opened(DAY), *[Sent("3" * 32, numbers)] * 300])
    file.write_bytes(file.read_bytes().replace(b"AX07", b"??07"))
    begun = time.process_time()
    found = found_in(tmp_path)
    assert time.process_time() - begun < 30
    assert found == [Opened(DAY), Unreadable(300, 300)]


def test_a_journal_that_is_closed_twice_does_not_close_what_is_anothers(tmp_path):
    journal = Journal(tmp_path)
    number = journal._folder
    journal.close()
    other = os.open(tmp_path, os.O_RDONLY)
    try:
        assert other == number, "the freed number was not given out again, so that this shows nothing"
        journal.close()
        os.fstat(other)
    finally:
        os.close(other)
