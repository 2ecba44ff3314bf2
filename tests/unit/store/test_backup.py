"""The log is proven whole every night and backed up; what has a backup's name is good."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from past_office import (
    LAST_DAY,
    Writer,
    content,
    flip,
    live,
    made,
    names,
    night,
    overwrite,
    page_of,
    place_of,
    rows,
    slip,
)

from appliance.engine import commands as c
from appliance.engine.events import Entry
from appliance.store import backup, checkup
from appliance.store.backup import BackupFault, Backups
from appliance.store.event_log import INSERT
from appliance.store.hash_chain import chained
from appliance.store.reader import LogReader
from appliance.store.store import Store
from appliance.tools.office import past
from appliance.tools.office.sample_office import instant

assert made  # the fixture


@pytest.fixture
def database(made, tmp_path):
    return shutil.copy(made, tmp_path / "giliran.db")


@pytest.fixture
def backups(database):
    return Backups(database, database.parent / "backups", 7)


# -- what a backup is --------------------------------------------------------------------------------------------------


def test_a_good_night_leaves_a_whole_backup_named_with_the_last_business_day(database, backups):
    outcome = night(backups)
    assert (outcome.good, outcome.records, outcome.last_day) == (True, len(rows(database)), LAST_DAY)
    assert outcome.backup == str(backups.folder / f"giliran-{LAST_DAY}.db")
    for table in ("event", "ticket", "cursor"):
        assert rows(outcome.backup, table) == rows(database, table)
    assert LogReader(backups.files()[0]).prove().bad is None


def test_a_backup_is_one_plain_private_file_that_a_read_only_stick_can_hold(backups):
    night(backups)
    assert content(backups.folder) == [f"giliran-{LAST_DAY}.db"]
    file = backups.files()[0]
    assert file.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log (SQLite's file format, 1.3.3)
    assert file.stat().st_mode & 0o777 == 0o600
    LogReader(file).prove()
    assert content(backups.folder) == [file.name]


def test_records_that_are_only_in_the_write_ahead_log_are_in_the_backup(database, backups):
    writer = Writer(database)
    writer.play(0, closed=False)
    assert night(backups).backup.endswith("giliran-2026-04-06.db")
    assert rows(backups.files()[0]) == rows(database)
    writer.close()


def test_the_newest_few_are_kept(database, backups):
    backups.keep = 3
    for number in range(5):
        live(database, number)
        night(backups)
    assert names(backups) == [f"giliran-2026-04-{day}.db" for day in ("10", "09", "08")]


def test_other_files_in_the_folder_are_left_alone(database, backups):
    backups.folder.mkdir()
    others = ["giliran.db", "giliran-letter.db", "giliran-2026-04-05.db.set-aside", "web-2026-04-05.db"]
    for name in others:
        (backups.folder / name).write_text("mine")
    backups.keep = 1
    for number in range(2):
        live(database, number)
        night(backups)
    assert content(backups.folder) == sorted([*others, "giliran-2026-04-07.db"])


def test_the_same_day_again_replaces_its_backup(database, backups):
    writer = Writer(database)
    writer.play(0, closed=False)
    night(backups)
    writer.do(c.CloseDay(), instant(23 * 3600))
    night(backups)
    assert names(backups) == ["giliran-2026-04-06.db"]
    assert rows(backups.files()[0]) == rows(database)
    writer.close()


def test_nothing_is_copied_when_nothing_has_happened(backups):
    first = Path(night(backups).backup)
    before = first.stat()
    assert night(backups).backup == str(first)
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_log_without_a_business_day_makes_no_backup(tmp_path):
    Store(tmp_path / "giliran.db").close()
    outcome = night(Backups(tmp_path / "giliran.db", tmp_path / "backups", 7))
    assert (outcome.problem, outcome.backup_problem) == ("", "the log has no business day yet")


def test_without_a_folder_the_log_is_proven_all_the_same(database):
    outcome = night(Backups(database, None, 7))
    assert (outcome.good, outcome.records, outcome.backup) == (True, len(rows(database)), "")


# -- damage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "bit", "words"),
    [
        (0, 0x01, r"record 700 \(\w+ of 2026-04-01\) is not what was written"),
        (0, 0x80, r"record 700 cannot be read \(a text in it is none\)"),
        (1, 0x10, r"record 700 \(\w+ of 2026-04-01\) is not what was written"),
    ],
    ids=["a letter", "no letter any more", "the hash"],
)
def test_a_flipped_bit_in_an_old_day_is_found_and_named_and_no_backup_is_made_or_lost(
    database, backups, field, bit, words
):
    night(backups)
    good = backups.files()[0].read_bytes()
    flip(database, place_of(database, 700)[field] + 20, bit)
    live(database, 0)
    outcome = night(backups)
    assert re.fullmatch(words, outcome.problem)
    assert outcome.backup_problem == ""  # not even tried
    assert outcome.records == 699
    assert names(backups) == [f"giliran-{LAST_DAY}.db"]
    assert outcome.backup == str(backups.files()[0])
    assert backups.files()[0].read_bytes() == good


def test_every_night_of_damage_leaves_the_good_backups_though_they_grow_old(database, backups):
    backups.keep = 2
    for number in range(2):
        live(database, number)
        night(backups)
    kept = names(backups)
    flip(database, place_of(database, 700)[0] + 20)
    for number in range(2, 6):
        live(database, number)
        assert night(backups).problem
    assert names(backups) == kept


@pytest.mark.parametrize("name", ["ticket", "event_request_id_part", "event_milestone"])
def test_damage_beside_the_records_is_found_by_sqlites_own_check(database, backups, name):
    overwrite(database, page_of(database, name), b"\xa5" * 64)
    outcome = night(backups)
    assert outcome.problem.startswith("all records are as they were written, but the file around them is damaged")
    assert names(backups) == []


def test_pages_of_rubbish_are_named_by_the_first_record_that_cannot_be_read(database, backups):
    overwrite(database, place_of(database, 700)[0] // 4096 * 4096, b"\xa5" * 4096)
    problem = night(backups).problem
    number = int(problem.split()[1])
    assert problem == f"record {number} cannot be read (database disk image is malformed)"
    assert 680 < number <= 700


@pytest.mark.parametrize("rubbish", [b"\xa5" * 100, b""], ids=["no header", "empty"])
def test_a_file_that_is_no_database_any_more_is_said_to_be_damaged(database, backups, rubbish):
    night(backups)
    database.write_bytes(rubbish)
    assert night(backups).problem
    assert len(names(backups)) == 1


def test_a_chain_that_was_made_anew_behind_a_changed_record_does_not_push_the_backups_out(database, backups):
    """Whoever can compute the hashes can rewrite the log; the backup on another disk tells."""
    night(backups)
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        kept = connection.execute("SELECT * FROM event WHERE seq < 700 ORDER BY seq").fetchall()
        connection.execute("DELETE FROM event WHERE seq >= 700")
        entry = Entry(700, kept[-1][1], past.e.DayClosed(LAST_DAY))
        more = [Entry(701 + n, kept[-1][1], past.e.DayClosed(LAST_DAY)) for n in range(600)]
        connection.executemany(INSERT, chained(kept[-1][9], [entry, *more], LAST_DAY, "hub", None))
        connection.execute("UPDATE cursor SET seq = 700")
    outcome = night(backups)
    assert outcome.problem == ""
    assert "does not go on from" in outcome.backup_problem
    assert len(names(backups)) == 1


def test_a_disk_that_does_not_keep_what_it_was_given_makes_no_backup(database, backups, monkeypatch):
    night(backups)
    live(database, 0)
    copy = backup._copy

    def lying(source, part):
        copy(source, part)
        flip(part, place_of(part, 700)[0] + 20)

    monkeypatch.setattr(backup, "_copy", lying)
    outcome = night(backups)
    assert "the copy is not what was written (record 700" in outcome.backup_problem
    assert content(backups.folder) == [f"giliran-{LAST_DAY}.db"]


# -- folders -----------------------------------------------------------------------------------------------------------


def test_a_stick_that_is_not_plugged_in_is_named_and_not_replaced_by_a_folder(database, tmp_path):
    folder = tmp_path / "media" / "stick"
    outcome = night(Backups(database, folder, 7))
    assert outcome.problem == ""
    assert outcome.backup_problem == f"{folder}: no such folder; plug the stick in and mount it"
    assert not folder.parent.exists()


@pytest.fixture
def stick(small_disk, tmp_path):
    """A small disk for backups."""
    return small_disk(tmp_path / "stick", "2m")


def test_a_disk_with_too_little_room_is_found_out_before_anything_is_copied(database, stick):
    outcome = night(Backups(database, stick, 7))
    assert "too little room: 2 MB are free" in outcome.backup_problem
    assert content(stick) == []


def test_a_disk_that_fills_up_meanwhile_leaves_no_half_backup(database, stick, monkeypatch):
    monkeypatch.setattr(Backups, "_make_room", lambda *_: None)
    (stick / "film").write_bytes(bytes(1 << 20) + bytes(900 << 10))
    outcome = night(Backups(database, stick, 7))
    assert "full" in outcome.backup_problem
    assert content(stick) == ["film"]


def test_a_read_only_disk_is_named(database, stick):
    subprocess.run(["mount", "-o", "remount,ro", stick], check=True)
    outcome = night(Backups(database, stick, 7))
    assert str(stick) in outcome.backup_problem
    assert outcome.problem == ""


def test_old_backups_make_room_for_a_new_one(database, stick, monkeypatch):
    monkeypatch.setattr(backup, "RESERVE", 0)
    backups = Backups(database, stick, 7)
    for number in range(6):
        live(database, number)
        assert night(backups).good
    assert names(backups)[:2] == ["giliran-2026-04-11.db", "giliran-2026-04-10.db"]
    assert len(names(backups)) < 6


def test_the_last_good_backup_does_not_make_room_for_one_that_is_not_whole_yet(database, stick, monkeypatch):
    monkeypatch.setattr(backup, "RESERVE", 0)
    backups = Backups(database, stick, 7)
    (stick / "film").write_bytes(bytes(shutil.disk_usage(stick).free - 3 * database.stat().st_size // 2))
    assert night(backups).good
    live(database, 0)
    assert "too little room" in night(backups).backup_problem
    assert names(backups) == [f"giliran-{LAST_DAY}.db"]


def test_a_full_disk_costs_no_backup_unless_the_new_one_then_fits(database, stick, monkeypatch):
    monkeypatch.setattr(backup, "RESERVE", 0)
    backups = Backups(database, stick, 7)
    for number in range(3):
        live(database, number)
        assert night(backups).good
    kept = names(backups)
    live(database, 3)
    monkeypatch.setattr(backup, "RESERVE", 2 << 20)  # more than the whole stick has
    assert "too little room" in night(backups).backup_problem
    assert names(backups) == kept


def test_a_disk_that_gives_no_room_back_loses_one_backup_and_not_all(database, stick, monkeypatch):
    monkeypatch.setattr(backup, "RESERVE", 0)
    backups = Backups(database, stick, 7)
    for number in range(4):
        live(database, number)
        assert night(backups).good
    kept = names(backups)
    assert len(kept) >= 3
    live(database, 4)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2 << 20, 2 << 20, 0))
    assert "too little room" in night(backups).backup_problem
    assert names(backups) == kept[:-1]


def test_when_room_is_scarce_the_newest_backup_that_can_be_read_stays(database, stick, monkeypatch):
    monkeypatch.setattr(backup, "RESERVE", 0)
    backups = Backups(database, stick, 7)
    assert night(backups).good
    good = backups.files()[0]
    spoiled = stick / "giliran-2026-04-10.db"
    spoiled.write_bytes(b"\xa5" * good.stat().st_size)
    free = shutil.disk_usage(stick).free
    (stick / "film").write_bytes(bytes(free - database.stat().st_size // 2))
    live(database, 0)
    assert night(backups).good
    assert good.exists()
    assert not spoiled.exists()


def test_a_folder_with_a_backups_name_is_none_and_in_nobodys_way(database, backups):
    (backups.folder / "giliran-2026-01-01.db").mkdir(parents=True)
    backups.keep = 1
    assert night(backups).good
    assert names(backups) == [f"giliran-{LAST_DAY}.db"]


def test_what_is_in_the_way_is_named(database, backups):
    (backups.folder / f"giliran-{LAST_DAY}.db").mkdir(parents=True)
    assert f"giliran-{LAST_DAY}.db" in night(backups).backup_problem


# -- the process -------------------------------------------------------------------------------------------------------


def start(database, folder):
    command = [sys.executable, "-m", "appliance.store.checkup", database, "--folder", folder, "--day", LAST_DAY]
    return subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE)


def test_the_process_prints_what_it_came_to_and_leaves_it_for_the_next_start(database, backups):
    worker = start(database, backups.folder)
    said, _ = worker.communicate(timeout=60)
    outcome = checkup.last_outcome(database)
    assert worker.returncode == 0
    assert checkup.msgspec.json.decode(said, type=checkup.CheckResult) == outcome
    assert (outcome.day, outcome.backup) == (LAST_DAY, str(backups.files()[0]))


def test_killed_at_any_moment_it_leaves_no_half_backup_and_the_next_one_clears_up(tmp_path):
    database = tmp_path / "giliran.db"
    past.make(database, 6000)
    folder = tmp_path / "backups"
    part = folder / f"giliran-{LAST_DAY}.db.part"
    for size in (0, 1, 1 << 20, database.stat().st_size):
        part.unlink(missing_ok=True)
        worker = start(database, folder)
        while worker.poll() is None and size_of(part) < size:
            pass
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        assert worker.returncode == -signal.SIGKILL
        assert content(folder)[0] == part.name
        assert Backups(database, folder, 7).files() == []
    part.with_name(part.name + "-wal").touch()  # as one that was killed in the right moment leaves it
    assert night(Backups(database, folder, 7)).good
    assert content(folder) == [f"giliran-{LAST_DAY}.db"]


def size_of(file):
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return -1


def test_two_never_work_at_once(database, backups):
    with checkup._alone(database.parent):
        worker = start(database, backups.folder)
        assert worker.communicate(timeout=60)[0] == b""
        assert worker.returncode == checkup.BUSY
    assert names(backups) == []


def test_the_first_bad_record_is_named_beside_a_hub_that_works(database, monkeypatch):
    """The cursor of sent calls may run ahead of what has been read, and is no sign of a log that was cut off."""
    writer = Writer(database)
    reader = LogReader(database)
    chunks = LogReader._chunks

    def meanwhile(log, *bounds):
        yield from chunks(log, *bounds)
        writer.play(0)
        writer.store.save_sent(writer.day.seq)

    monkeypatch.setattr(LogReader, "_chunks", meanwhile)
    assert reader.prove().bad is None
    writer.close()


def test_a_fault_of_the_folder_is_said_and_an_unknown_one_is_not_hidden(backups, monkeypatch):
    def broken(*_):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(backup, "_copy", broken)
    with pytest.raises(BackupFault, match=r"disk I/O error; it may be full or broken"):
        backups.make(LogReader(backups.database).prove())


@pytest.mark.parametrize("keep", [1, 7])
def test_a_backup_of_a_day_that_a_mistyped_time_opened_is_not_the_newest_for_months(database, backups, keep):
    backups.keep = keep
    writer = Writer(database)
    writer.play(0)
    with slip(writer, 300) as void:
        assert night(backups).backup.endswith(f"giliran-{void}.db")
    assert writer.day.date == "2026-04-06"
    writer.play(1)
    outcome = night(backups)
    assert outcome.backup == str(backups.folder / "giliran-2026-04-07.db")
    assert names(backups) == ["giliran-2026-04-07.db"]
    assert rows(backups.files()[0]) == rows(database)
    before = backups.files()[0].stat().st_ino
    assert night(backups).backup == outcome.backup
    assert backups.files()[0].stat().st_ino == before
    writer.close()


def test_a_later_backup_of_another_log_is_not_taken_for_that_of_a_void_day(database, backups):
    writer = Writer(database)
    writer.play(0)
    night(backups)
    stranger = shutil.copy(database, database.with_name("stranger.db"))
    live(stranger, 1)
    shutil.copy(stranger, backups.folder / "giliran-2027-04-06.db")
    writer.play(1)
    assert "does not go on from" in night(backups).backup_problem
    assert names(backups) == ["giliran-2027-04-06.db", "giliran-2026-04-06.db"]
    writer.close()


@pytest.mark.parametrize("cursor", ["'many'", "x'00'", "1.5"], ids=["text", "bytes", "a fraction"])
def test_a_cursor_that_is_no_number_does_not_keep_the_log_from_being_proven(database, backups, cursor):
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(f"INSERT OR REPLACE INTO cursor VALUES ('relay', {cursor})")  # noqa: S608
    assert night(backups).good


def test_a_spoiled_file_with_a_later_date_does_not_push_out_what_was_just_made(database, backups):
    backups.keep = 1
    backups.folder.mkdir()
    (backups.folder / "giliran-2030-01-01.db").write_bytes(b"nothing of ours")
    outcome = night(backups)
    assert outcome.good
    assert rows(outcome.backup) == rows(database)
