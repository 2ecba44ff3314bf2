"""A made-up past is one that the hub itself could have written."""

from __future__ import annotations

import sqlite3

from appliance.store.database import Database
from appliance.store.event_log import EventLog
from appliance.store.projections import rebuild
from appliance.store.store import Store
from appliance.tools.office import past


def tickets(file):
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT * FROM ticket ORDER BY day, number").fetchall()
    connection.close()
    return rows


def test_a_made_up_past_has_a_whole_chain_and_the_tickets_that_the_engine_would_make_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(past, "TICKETS_A_DAY", 40)
    file = tmp_path / "giliran.db"
    past.make(file, 100)
    kept = tickets(file)
    assert len(kept) == 100
    assert len({row[0] for row in kept}) == 3
    database = Database(file)
    with database.transaction() as connection:
        rebuild(connection, EventLog(database))
    database.close()
    assert tickets(file) == kept
    store = Store(file)
    day = store.load_day()
    assert not day.is_open
    assert day.definition == past.definition()
    assert store.unsent() == (day.seq, [])
    store.close()


def steps_to_load(file):
    """Return how many thousands of instructions SQLite spends on loading the day."""
    store = Store(file)
    count = []
    store._database.connection.set_progress_handler(lambda: count.append(1), 100)
    store.load_day()
    store.unsent()
    store.close()
    return len(count)


def test_the_work_at_a_start_does_not_grow_with_the_past(tmp_path, monkeypatch):
    monkeypatch.setattr(past, "TICKETS_A_DAY", 40)
    past.make(tmp_path / "short.db", 80)
    past.make(tmp_path / "long.db", 4000)
    assert steps_to_load(tmp_path / "long.db") < 2 * steps_to_load(tmp_path / "short.db")
