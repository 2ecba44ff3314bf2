"""A copy of the answers lies beside the backups, without what was written, and comes back with the log."""

from __future__ import annotations

import shutil
import sqlite3
import uuid

import pytest
from past_office import made, night

from appliance.commands import Survey
from appliance.store.backup import BackupFault, Backups
from appliance.store.satisfaction.answers import NAME, Answers, Occasion
from appliance.store.satisfaction.figures import SatisfactionFigures
from appliance.store.satisfaction.keeping import keep_copy, put_back

assert made  # the fixture
WRITTEN = "Kursi kurang banyak sekali di ruang tunggu"


@pytest.fixture
def database(made, tmp_path):
    return shutil.copy(made, tmp_path / "giliran.db")


@pytest.fixture
def backups(database):
    return Backups(database, database.parent / "backups", 7)


def say(database, count=1, *, settled=True):
    answers = Answers(database.with_name(NAME))
    for _ in range(count):
        request_id = uuid.uuid4().hex
        answers.hold(request_id, Occasion("2026-04-06", 9, "a", "kiosk"), Survey(overall=4, comment=WRITTEN))
        if settled:
            answers.settle(lambda _: True, [request_id])
    answers.close()


def respondents(folder):
    tallies = SatisfactionFigures(folder / "giliran.db").tallies("2026-01-01", "2026-12-31", "source")
    return sum(tally.respondents for tally in tallies.values())


def test_the_night_keeps_the_marks_and_nothing_that_was_written(database, backups):
    say(database, 3)
    say(database, settled=False)
    assert night(backups).good
    copy = backups.folder / NAME
    assert respondents(backups.folder) == 3
    assert WRITTEN.encode() not in copy.read_bytes()
    assert copy.stat().st_mode & 0o077 == 0
    with sqlite3.connect(copy) as db:
        assert db.execute("SELECT COUNT(*) FROM answer").fetchone() == (3,)
    say(database)
    assert night(backups).good
    assert respondents(backups.folder) == 4


def test_an_office_that_does_not_ask_has_no_copy(database, backups):
    assert night(backups).good
    assert not (backups.folder / NAME).exists()


def test_a_lost_file_does_not_take_its_copy_with_it_and_comes_back(database, backups):
    say(database, 3)
    night(backups)
    for file in database.parent.glob(f"{NAME}*"):
        file.unlink()
    say(database)
    outcome = night(backups)
    assert not outcome.good
    assert "1 answers of citizens" in outcome.backup_problem
    assert respondents(backups.folder) == 3
    assert put_back(database, backups.folder) is None  # never over what is there
    database.with_name(NAME).unlink()
    assert put_back(database, backups.folder) == backups.folder / NAME
    assert respondents(database.parent) == 3
    say(database)
    assert night(backups).good


def test_what_a_dead_hub_had_not_folded_into_the_lost_file_is_not_taken_for_the_copys(database, backups):
    say(database, 3)
    night(backups)
    live = database.with_name(NAME)
    answers = Answers(live)
    for _ in range(60):
        answers.hold(uuid.uuid4().hex, Occasion("2026-04-07", 9, "a", "kiosk"), Survey(overall=1, comment=WRITTEN))
    left = live.with_name(f"{NAME}-wal").read_bytes()
    assert len(left) > 100_000
    answers.close()
    live.unlink()
    live.with_name(f"{NAME}-wal").write_bytes(left)
    assert put_back(database, backups.folder) == backups.folder / NAME
    Answers(live).close()
    with sqlite3.connect(live) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT COUNT(*), SUM(overall) FROM answer").fetchone() == (3, 12)


def test_a_damaged_file_is_named_and_the_copy_stays(database, backups):
    say(database, 2)
    night(backups)
    database.with_name(NAME).write_bytes(b"no database at all" * 500)
    with pytest.raises(BackupFault, match="could not be copied"):
        keep_copy(database, backups.folder)
    assert respondents(backups.folder) == 2


@pytest.mark.parametrize("spoilt", [b"no database at all" * 500, b""], ids=["rubbish", "empty"])
def test_a_damaged_file_is_set_aside_for_its_copy(database, backups, spoilt):
    say(database, 2)
    night(backups)
    live = database.with_name(NAME)
    live.write_bytes(spoilt)
    assert put_back(database, backups.folder) == backups.folder / NAME
    assert respondents(database.parent) == 2
    assert live.with_name(f"{NAME}.damaged").read_bytes() == spoilt
    say(database)
    assert night(backups).good
