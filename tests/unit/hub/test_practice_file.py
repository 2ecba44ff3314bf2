"""What stands in the way of a practice costs the practice, and not the real queue."""

from __future__ import annotations

import pytest

from appliance.hub import practice


@pytest.fixture
def database(tmp_path):
    return tmp_path / "giliran.db"


def test_a_practice_begins_empty_and_leaves_nothing(database):
    for name in ("practice.db", "practice.db-wal", "practice.db-shm"):
        database.with_name(name).write_bytes(b"of a hub that was killed")
    store = practice.fresh(database)
    assert store is not None
    assert store.load_day().seq == 0
    store.close()
    practice.forget(database)
    assert list(database.parent.iterdir()) == []


@pytest.mark.expects_log("nobody can practise, and the queue goes on", "could not be thrown away")
@pytest.mark.parametrize("name", ["practice.db", "practice.db-wal", "practice.db-shm"])
def test_a_folder_in_its_place_is_said_and_stays(database, name, caplog):
    database.with_name(name).mkdir()
    assert practice.fresh(database) is None
    practice.forget(database)
    assert name in caplog.text
    assert database.with_name(name).is_dir()
