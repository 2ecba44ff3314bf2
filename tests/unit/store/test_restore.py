"""A damaged database gets its newest good backup, and all that it proves to have after it; nothing is deleted."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest
from past_office import (
    DAY_MS,
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
)

from appliance.engine import commands as c
from appliance.store.backup import Backups, advice
from appliance.store.database import Database
from appliance.store.event_log import EventLog
from appliance.store.projections import rebuild
from appliance.store.reader import LogReader
from appliance.store.store import Store
from appliance.tools.office.sample_office import instant
from appliance.verbs import backup as backup_now
from appliance.verbs import restore

assert made  # the fixture

CONFIG = """
[hub]
database = "{database}"
backups_kept = 3
"""


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "hub.toml"
    file.write_text(CONFIG.format(database=tmp_path / "var" / "giliran.db"))
    return file


@pytest.fixture
def database(made, tmp_path, config):
    """A log of ten closed days, backed up, and a day that has begun since."""
    folder = tmp_path / "var"
    folder.mkdir()
    file = shutil.copy(made, folder / "giliran.db")
    assert night(Backups(file, folder / "backups", 3)).good
    live(file, 0, tickets=5, closed=False)
    return file


@pytest.fixture
def backups(database):
    return Backups(database, database.parent / "backups", 3)


def said(capsys, config, *arguments, code=0):
    assert restore.main([*map(str, arguments), "--config", str(config)]) == code
    words = capsys.readouterr()
    return words.err if code else words.out


def healthy(database, tmp_path):
    """Prove everything about a file that a hub could be asked."""
    with contextlib.closing(LogReader(database)) as log:
        assert (log.prove().bad, log.damage()) == (None, "")
    again = shutil.copy(database, tmp_path / "rebuilt.db")
    made_anew = Database(again)
    with made_anew.transaction() as connection:
        rebuild(connection, EventLog(made_anew))
    made_anew.close()
    assert rows(database, "ticket") == rows(again, "ticket")
    return True


def aside(database):
    return [name for name in content(database.parent) if re.fullmatch(r"giliran.db.damaged-[0-9-]+", name)]


def kept(database):
    """Return what must stay as it is: reading a file whose hub is away may leave empty side files beside it."""
    return database.read_bytes(), [name for name in content(database.parent) if not name.endswith(("-wal", "-shm"))]


def test_a_fault_in_an_old_day_costs_nothing_of_today(database, backups, config, capsys, tmp_path):
    before = rows(database), rows(database, "ticket")
    flip(database, place_of(database, 700)[0] + 20)
    damaged = database.read_bytes()
    words = said(capsys, config)
    assert (rows(database), rows(database, "ticket")) == before
    assert healthy(database, tmp_path)
    assert f"Backup: {backups.files()[0]}: whole, up to record 1,301 of business day {LAST_DAY}, " in words
    assert "2026-04-05 23:00:00 (DayClosed)" in words
    assert re.search(r"Taken over from the old file, all proven: 11 records, up to record 1,312 .* 2026-04-06", words)
    assert "Missing will be: nothing that the old file shows." in words
    (old,) = map(database.with_name, aside(database))
    assert old.read_bytes() == damaged
    assert f"Set aside: {old}\n" in words
    assert not [name for name in content(database.parent) if "restoring" in name]
    assert Store(database).load_day().tickets["A001"].state == "called"


def test_calls_that_were_heard_are_not_sent_again(database, config, capsys):
    overwrite(database, page_of(database, "event_request_id_part"), b"\xa5" * 64)
    said(capsys, config)
    store = Store(database)
    assert store.unsent()[1] == []
    store.close()


def test_the_hub_goes_on_with_the_next_number_and_the_next_night_makes_a_backup(database, backups, config, capsys):
    flip(database, place_of(database, 700)[0] + 20)
    assert night(backups).problem
    said(capsys, config)
    writer = Writer(database)
    writer.do(c.IssueTicket("pendaftaran"), instant(10 * 3600))
    assert writer.day.last_numbers["A"] == 6
    writer.do(c.CloseDay(), instant(23 * 3600))
    writer.close()
    assert night(backups).backup.endswith("giliran-2026-04-06.db")


def test_an_altered_record_of_today_costs_only_what_cannot_be_proven(database, config, capsys, tmp_path):
    flip(database, place_of(database, 1310)[0] + 20)
    words = said(capsys, config)
    assert len(rows(database)) == 1309
    assert healthy(database, tmp_path)
    assert "Missing will be: 3 records after that, which cannot be read or proven." in words


def test_a_backup_of_an_older_release_is_brought_up_to_date_and_leaves_no_copy(database, backups, config, capsys):
    wanted = rows(database, "ticket")
    with contextlib.closing(sqlite3.connect(backups.files()[0])) as connection, connection:
        connection.execute("DROP TABLE visit")
        connection.execute("DROP TABLE quick_serve")
        for column in ("channel", "node", "told_ahead", "told_low", "told_high"):
            connection.execute(f"ALTER TABLE ticket DROP COLUMN {column}")
        connection.execute("DELETE FROM schema_migration WHERE name > '0002'")
    said(capsys, config)
    assert not [name for name in content(database.parent) if ".restoring" in name or ".before-" in name]
    assert [row[:2] for row in rows(database, "ticket")] == [row[:2] for row in wanted]
    with contextlib.closing(Store(database)) as store:
        store.load_day()
        store.begin_backfill()
        while store.backfill.step():
            pass
    assert rows(database, "ticket") == wanted


def test_a_file_without_a_header_is_replaced_by_the_backup_alone(database, backups, config, capsys, tmp_path):
    database.write_bytes(b"\xa5" * 8192)
    words = said(capsys, config)
    assert rows(database) == rows(backups.files()[0])
    assert healthy(database, tmp_path)
    assert "Missing will be: everything after that. The old file does not show how much it was." in words


def test_a_lost_file_is_replaced_by_the_backup(database, backups, config, capsys, tmp_path):
    database.unlink()
    said(capsys, config)
    assert rows(database) == rows(backups.files()[0])
    assert aside(database) == []


def test_what_is_only_in_the_write_ahead_log_is_taken_over_and_the_new_file_never_gets_the_old_one(
    database, config, capsys, tmp_path
):
    """As a hub leaves its files that was killed."""
    offset = place_of(database, 700)[0] + 20
    writer = Writer(database)
    writer.do(c.IssueTicket("konsultasi"), instant(10 * 3600))
    for name in ("giliran.db", "giliran.db-wal", "giliran.db-shm"):
        shutil.copy(database.with_name(name), tmp_path / name)
    writer.close()
    for name in ("giliran.db", "giliran.db-wal", "giliran.db-shm"):
        shutil.copy(tmp_path / name, database.with_name(name))
    flip(database, offset)
    words = said(capsys, config)
    assert "taken over" in words.lower()
    assert len(rows(database)) == 1313
    assert healthy(database, tmp_path)
    (old,) = map(database.with_name, aside(database))
    assert old.with_name(old.name + "-wal").stat().st_size > 0
    with contextlib.closing(LogReader(old)) as log:
        assert log.last()[0] == 1313


def test_a_lost_file_whose_write_ahead_log_is_left_does_not_spoil_the_new_one(
    database, backups, config, capsys, tmp_path
):
    wal = database.with_name("giliran.db-wal")
    store = Store(database)
    store._database.connection.execute("UPDATE ticket SET calls = calls + 7")  # so many pages of the lost file
    left = wal.read_bytes()
    store.close()
    database.unlink()
    wal.write_bytes(left)
    said(capsys, config)
    assert healthy(database, tmp_path)
    (kept,) = database.parent.glob("giliran.db.damaged-*-wal")
    assert kept.read_bytes() == left


def test_a_backup_that_has_rotted_is_passed_over_and_set_aside(database, backups, config, capsys, tmp_path):
    assert night(backups).good
    flip(database, place_of(database, 700)[0] + 20)
    newest, older = backups.files()
    flip(newest, place_of(newest, 300)[0] + 20)
    words = said(capsys, config)
    assert f"Not whole, and set aside: {newest}: record 300 " in words
    assert f"Backup: {older}: whole" in words
    assert len(rows(database)) == 1312
    assert healthy(database, tmp_path)
    assert backups.files() == [older]
    assert newest.with_name(newest.name + ".set-aside").exists()


def test_going_back_on_purpose_sets_the_newer_backups_aside(database, backups, config, capsys):
    assert night(backups).good
    older = backups.files()[1]
    words = said(capsys, config, older, "--backup-only")
    assert rows(database) == rows(older)
    assert "Missing will be: 11 records after that" in words
    assert backups.files() == [older]
    live(database, 1)
    assert night(backups).good
    assert names(backups) == ["giliran-2026-04-07.db", older.name]


def test_a_particular_backup_that_is_not_whole_is_refused_and_nothing_is_changed(database, backups, config, capsys):
    file = backups.files()[0]
    flip(file, place_of(file, 300)[0] + 20)
    before = kept(database)
    words = said(capsys, config, file, code=1)
    assert "Nothing was restored: no backup is whole" in words
    assert kept(database) == before


def test_only_looking_changes_nothing(database, config, capsys):
    flip(database, place_of(database, 700)[0] + 20)
    before = kept(database)
    assert "11 records" in said(capsys, config, "--look")
    assert kept(database) == before


@pytest.mark.parametrize("arguments", [[], ["--without-backup"], ["--look"]])
def test_while_somebody_has_the_file_open_it_is_refused(database, config, capsys, arguments):
    holder = [sys.executable, "-c", HOLDER, str(database)]
    with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        before = kept(database)
        words = said(capsys, config, *arguments, code=1)
        assert kept(database) == before
        process.communicate()
    assert "is in use by the hub or by another program; stop the hub first" in words
    said(capsys, config, *arguments)


HOLDER = """
import sys
from pathlib import Path
from appliance.store.store import Store
store = Store(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_without_any_backup_it_says_so_and_what_can_be_done(database, backups, config, capsys, tmp_path):
    shutil.rmtree(backups.folder)
    flip(database, place_of(database, 700)[0] + 20)
    before = database.read_bytes()
    words = said(capsys, config, code=1)
    assert f"Nothing was restored: there is no backup of giliran.db in {backups.folder}." in words
    assert f"restore --without-backup --config {config}" in words
    assert database.read_bytes() == before
    words = said(capsys, config, "--without-backup")
    assert "Taken over from the old file, all proven: 699 records" in words
    assert "Missing will be: 613 records" in words
    assert len(rows(database)) == 699
    assert healthy(database, tmp_path)
    assert len(aside(database)) == 1


def test_without_any_backup_and_nothing_to_be_proven_the_log_begins_anew(database, backups, config, capsys):
    shutil.rmtree(backups.folder)
    database.write_bytes(b"\xa5" * 8192)
    words = said(capsys, config, "--without-backup")
    assert not [name for name in content(database.parent) if "restoring" in name]
    assert "The log begins anew: no record of the old file can be proven. Numbers begin at 1." in words
    assert rows(database) == []
    assert len(aside(database)) == 1


def test_a_disk_without_room_for_the_backup_is_named_and_nothing_is_changed(database, config, capsys, monkeypatch):
    def full(_source, target):
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device", str(target))

    before = content(database.parent)
    monkeypatch.setattr(shutil, "copyfile", full)
    assert "giliran.db.restoring: No space left on device" in said(capsys, config, code=1)
    assert content(database.parent) == before


def test_the_advice_names_the_exact_backup_and_command(database, backups, config):
    words = advice(backups, config)
    assert f"The newest backup is {backups.files()[0]};" in words
    assert re.search(rf"sudo \S*giliran restore {backups.files()[0]} --config {config} && ", words)
    assert "There is no backup, for [hub] backups is empty." in advice(Backups(database, None, 1), config)


def test_a_backup_by_hand_tells_what_it_did(database, backups, config, capsys):
    assert backup_now.main(["--config", str(config)]) == 0
    out = capsys.readouterr().out
    assert "The log is whole: 1,312 records" in out
    assert f"Backup: {backups.folder}/giliran-2026-04-06.db" in out
    flip(database, place_of(database, 700)[0] + 20)
    assert backup_now.main(["--config", str(config)]) == 1
    assert "no backup was made: record 700" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_makes_belongs_to_the_hub(database, backups, config, capsys):
    nobody = 65534
    for place in (database.parent, backups.folder, database):
        os.chown(place, nobody, nobody)
    assert backup_now.main(["--config", str(config)]) == 0
    flip(database, place_of(database, 700)[0] + 20)
    said(capsys, config)
    assert backup_now.main(["--config", str(config)]) == 0
    shutil.rmtree(backups.folder)
    assert backup_now.main(["--config", str(config)]) == 0
    hubs = [file for file in database.parent.rglob("*") if ".damaged-" not in file.name]
    assert len(hubs) >= 4
    assert {(file.name, file.stat().st_uid) for file in hubs} == {(file.name, nobody) for file in hubs}
    assert not any(file.stat().st_mode & 0o077 for file in [database, *backups.folder.iterdir()])


def test_a_missing_configuration_is_named(tmp_path, capsys):
    for tool in (restore, backup_now):
        assert tool.main(["--config", str(tmp_path / "none.toml")]) == 78
        assert "none.toml: no such file" in capsys.readouterr().err


def test_a_power_cut_between_any_two_steps_leaves_a_database_in_its_place(database, config, capsys, monkeypatch):
    """The name is never free, so that no hub begins an empty log; and restoring again ends well."""
    flip(database, place_of(database, 700)[0] + 20)
    steps = ["sync_folder", "hardlink_to", "replace"]
    for number in range(3):
        with monkeypatch.context() as patch:
            cut_after(patch, number, steps)
            with pytest.raises(KeyboardInterrupt):
                restore.main(["--config", str(config)])
        assert database.exists()
    said(capsys, config)
    assert len(rows(database)) == 1312
    assert sqlite3.connect(database).execute("PRAGMA quick_check").fetchone() == ("ok",)


def cut_after(patch, number, steps):
    from pathlib import Path

    from appliance.node import durable_file

    targets = {"sync_folder": durable_file, "hardlink_to": Path, "replace": Path}

    def cut(*_, **__):
        raise KeyboardInterrupt

    patch.setattr(targets[steps[number]], steps[number], cut)


def test_the_day_of_the_fault_goes_on_in_the_right_order_of_time(database, config, capsys):
    flip(database, place_of(database, 700)[0] + 20)
    said(capsys, config)
    moments = [row[1] for row in rows(database)]
    assert moments == sorted(moments)
    assert moments[-1] < instant(0) + DAY_MS
