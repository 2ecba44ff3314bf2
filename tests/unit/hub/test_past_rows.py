"""Rows of past days are made beside the queue; how far they are is said, and a disk that refuses is tried again."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from appliance.hub.past_rows import TRY_AGAIN_MS, PastRows
from appliance.store import backfill
from appliance.store.database import Database, StorageFault
from appliance.store.store import Store
from appliance.texts.parts import of_part
from appliance.tools.office import past
from appliance.tools.proofs.past_rows import forget_rows, rows


class Clock:
    ms = 0

    def monotonic_ms(self):
        return self.ms


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(past, "TICKETS_A_DAY", 40)
    monkeypatch.setattr(backfill, "PIECE", 20)
    past.make(tmp_path / "giliran.db", 100)
    return tmp_path / "giliran.db"


@pytest.fixture
def begin(file):
    with contextlib.ExitStack() as stack:

        def begun():
            store = stack.enter_context(contextlib.closing(Store(file)))
            clock = Clock()
            store.load_day()
            return PastRows(store, clock), clock, store

        yield begun


def test_nothing_is_said_and_nothing_done_where_no_row_is_missing(file, begin):
    made, _, _ = begin()
    kept = rows(file)
    made.tick()
    assert made.parts == []
    assert not made.busy
    assert rows(file) == kept


def test_how_far_it_is_is_said_until_all_rows_are_there(file, begin):
    wanted = rows(file)
    forget_rows(file)
    made, _, _ = begin()
    said = []
    while made.busy:
        (part,) = made.parts
        assert part.state == "ok"
        said.append(int(part.values["percent"]))
        assert f"{said[-1]} %" in of_part(part)
        made.tick()
    assert said == sorted(set(said))
    assert said[0] == 0
    assert len(said) > 5
    assert made.parts == []
    assert rows(file) == wanted


@pytest.mark.expects_log("cannot be made: the disk is full")
def test_a_disk_that_refuses_is_said_and_tried_again_a_minute_later(file, begin, monkeypatch):
    wanted = rows(file)
    forget_rows(file)
    made, clock, store = begin()
    made.tick()

    def full(*_):
        raise StorageFault("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(backfill, "write_visits", full)
        made.tick()
        assert [part.state for part in made.parts] == ["fault"]
        assert "the disk is full" in of_part(made.parts[0])
        assert not made.busy
    clock.ms += TRY_AGAIN_MS - 1
    made.tick()
    assert made.parts[0].state == "fault"
    clock.ms += 1
    while made.busy:
        made.tick()
    assert store.backfill is None
    assert rows(file) == wanted


@pytest.mark.expects_log("cannot be made: the disk is full")
def test_a_disk_that_is_full_at_the_start_keeps_no_hub_from_starting(file, begin, monkeypatch):
    wanted = rows(file)
    forget_rows(file)

    @contextlib.contextmanager
    def full(_):
        raise StorageFault("the disk is full")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Database, "transaction", full)
        made, clock, store = begin()
    assert [part.state for part in made.parts] == ["fault"]
    assert not made.busy
    clock.ms += TRY_AGAIN_MS
    while made.busy:
        made.tick()
    assert made.parts == []
    assert store.backfill is None
    assert rows(file) == wanted


@pytest.mark.expects_log("cannot be made")
def test_a_record_that_cannot_be_read_is_said_and_does_not_keep_the_hub_busy(file, begin):
    forget_rows(file)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE event SET body = CAST(x'ff' AS TEXT) WHERE seq = 5")
    made, _, _ = begin()
    made.tick()
    assert [part.state for part in made.parts] == ["fault"]
    assert not made.busy


@pytest.mark.expects_log("cannot be made")
def test_what_is_damaged_is_said_once_and_until_it_is_mended(file, begin, caplog):
    forget_rows(file)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE event SET body = '{' WHERE seq = 70")
    made, clock, _ = begin()
    for _ in range(3):
        while made.busy:
            made.tick()
            assert made.parts[0].state == ("fault" if clock.ms or not made.busy else "ok")
        clock.ms += TRY_AGAIN_MS
    assert caplog.text.count("cannot be made") == 1


def test_a_mistake_of_ours_is_made_once_a_minute_at_most(file, begin, monkeypatch):
    forget_rows(file)
    made, clock, _ = begin()
    monkeypatch.setattr(backfill, "write_visits", None)
    with pytest.raises(TypeError):
        made.tick()
    assert not made.busy
    clock.ms += TRY_AGAIN_MS
    assert made.busy
