"""A log that lost what it had is not taken for a new one."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3

import pytest
from past_office import live, made, rows

from appliance.hub.__main__ import _told_what_to_restore
from appliance.store import checkup
from appliance.store.backup import Backups
from appliance.store.checkup import outcome_file
from appliance.store.database import StorageFault
from appliance.store.missing import what_is_missing
from appliance.store.store import Store
from appliance.verbs import restore

assert made  # the fixture


def night(backups):
    return checkup.run(backups, "2026-04-06", 0)


@pytest.fixture
def database(made, tmp_path):
    return shutil.copy(made, tmp_path / "giliran.db")


@pytest.fixture
def backups(database):
    """Of a hub that had a night."""
    backups = Backups(database, database.parent / "backups", 7)
    assert night(backups).good
    return backups


def no_file(database):
    database.unlink()


def no_bytes(database):
    database.write_bytes(b"")


def no_tables(database):
    database.unlink()
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 1")


def no_records(database):
    database.unlink()
    Store(database).close()


EMPTY = [no_file, no_bytes, no_tables, no_records]


@pytest.mark.parametrize("proof_too", [True, False], ids=["", "and the night's outcome is gone too"])
@pytest.mark.parametrize("empty", EMPTY)
def test_an_empty_log_beside_backups_is_not_begun_and_both_ways_are_named(
    backups, database, tmp_path, empty, proof_too
):
    if not proof_too:
        outcome_file(database).unlink()
    empty(database)
    before = database.read_bytes() if database.exists() else None
    with pytest.raises(StorageFault, match="numbers of today") as told, _told_what_to_restore(backups, tmp_path / "c"):
        pytest.fail("it would have started")
    assert f"restore {backups.files()[0]}" in str(told.value)
    assert "restore --without-backup begins a new log" in str(told.value)
    assert (database.read_bytes() if database.exists() else None) == before


def test_a_log_that_was_proven_longer_than_it_is_now_was_exchanged(backups, database):
    shutil.copy(database, database.with_name("old copy"))
    live(database, 0)
    assert night(backups).good
    assert what_is_missing(backups) == ""
    proven = len(rows(database))
    shutil.copy(database.with_name("old copy"), database)
    for side in ("-wal", "-shm"):
        database.with_name(database.name + side).unlink(missing_ok=True)
    assert f"ends with record {len(rows(database)):,}, but {proven:,} records up to 2026-04-06" in what_is_missing(
        backups
    )


@pytest.mark.parametrize("empty", EMPTY)
def test_whoever_says_so_deliberately_begins_anew(backups, database, tmp_path, capsys, empty):
    empty(database)
    config = tmp_path / "hub.toml"
    config.write_text(f'[hub]\ndatabase = "{database}"\n')
    assert restore.main(["--without-backup", "--config", str(config)]) == 0, capsys.readouterr().err
    assert what_is_missing(backups) == ""
    assert len(list(backups.folder.glob("*.set-aside"))) == 1


@pytest.mark.parametrize("empty", EMPTY)
def test_a_first_start_is_no_loss(tmp_path, empty):
    database = tmp_path / "giliran.db"
    Store(database).close()
    empty(database)
    assert what_is_missing(Backups(database, tmp_path / "backups", 7)) == ""


def test_a_log_that_goes_on_is_asked_for_nothing_on_the_stick(backups, database, monkeypatch):
    def hangs(_):
        pytest.fail("the stick was asked")

    monkeypatch.setattr(Backups, "files", hangs)
    assert what_is_missing(backups) == ""


@pytest.mark.expects_log("the log is proven anew")
def test_a_spoiled_outcome_is_no_witness(backups, database):
    outcome_file(database).write_bytes(b"\xff{")
    assert what_is_missing(backups) == ""


def test_a_log_that_ends_before_calls_that_were_sent_lost_them(backups, database):
    outcome_file(database).unlink()
    with contextlib.closing(Store(database)) as store:
        store.save_sent(store.log.seq)
        last = store.log.seq
    assert what_is_missing(backups) == ""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM event WHERE seq > ?", (last - 3,))
    missing = what_is_missing(backups)
    assert f"ends with record {last - 3:,}, but calls up to record {last:,} were sent" in missing


def test_a_cursor_that_is_no_number_is_no_witness(backups, database):
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO cursor VALUES ('relay', 'many')")
    assert what_is_missing(backups) == ""
