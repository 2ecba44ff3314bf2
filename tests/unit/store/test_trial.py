"""What an office records of its parallel running: each once, nothing lost, and beside it what the hub's rows say."""

from __future__ import annotations

import contextlib
import sqlite3
from importlib import import_module

import pytest

from appliance.store.database import StorageFault
from appliance.store.trial import Answer, Line, TooMany, Trial, new_way
from appliance.store.trial import trial as trial_file
from appliance.store.trial.trial import Full

DAY = "2026-04-06"
new_way_file = import_module("appliance.store.trial.new_way")


@pytest.fixture
def trial(tmp_path):
    opened = Trial(tmp_path / "trial.db")
    yield opened
    opened.close()


def test_a_step_keeps_who_wrote_what_stands_there(trial):
    trial.record("training", {"who": "Siti", "notes": "x"}, "siti", 1)
    trial.record("training", {"who": "Siti", "notes": "y"}, "budi", 2)
    notes = trial.notes()
    assert (notes["training", "who"].by, notes["training", "notes"].by) == ("siti", "budi")
    assert (notes["training", "notes"].value, notes["training", "notes"].at) == ("y", 2)


def test_a_line_comes_in_once_for_each_request_and_goes_again(trial):
    assert trial.add(Line(DAY, "A1", 100), "r1", "siti", 1)
    assert not trial.add(Line(DAY, "A1", 100), "r1", "siti", 1)
    assert trial.add(Line(DAY, "A1", 100, 200, 210, 300, left=True), "r2", "siti", 1)
    count, latest = trial.latest(DAY, 1)
    assert (count, latest[0].called, latest[0].left) == (2, 200, True)
    assert trial.days() == [(DAY, 2)]
    assert trial.remove(latest[0].seq)
    assert not trial.remove(latest[0].seq)
    assert trial.lines() == [Line(DAY, "A1", 100, seq=1)]
    assert trial.lines("2026-04-07") == []


def test_a_file_that_is_read_in_twice_adds_nothing_and_duplicates_in_it_stay(trial):
    lines = [Line(DAY, "1", 100), Line(DAY, "1", 100), Line("2026-04-07", "2", None, 5)]
    assert trial.add_all(lines, "siti", 1) == 3
    assert trial.add_all(lines, "siti", 2) == 0
    assert trial.add_all([*lines, lines[0]], "siti", 3) == 1
    assert sum(count for _, count in trial.days()) == 4


def test_a_register_that_is_full_takes_all_or_nothing(trial, monkeypatch):
    monkeypatch.setattr(trial_file, "MOST_LINES", 2)
    with pytest.raises(Full):
        trial.add_all([Line(DAY, str(n)) for n in range(3)], "siti", 1)
    assert trial.days() == []
    trial.add_all([Line(DAY, "1"), Line(DAY, "2")], "siti", 1)
    with pytest.raises(Full):
        trial.add(Line(DAY, "3"), "r", "siti", 1)


def test_answers_and_decisions_are_kept_and_outlive_the_process(tmp_path):
    first = Trial(tmp_path / "trial.db")
    for _ in range(2):
        first.answer(Answer("before", 1, 2, 3, 4), "r", 1)
    seq = first.decide("go", "because", "head", 5, "{}", "d")
    assert first.decide("stay", "other", "head", 5, "{}", "d") == seq
    first.close()
    again = Trial(tmp_path / "trial.db")
    assert again.answers() == [Answer("before", 1, 2, 3, 4)]
    assert [(d.decided, d.why, d.by, d.at) for d in again.decisions()] == [("go", "because", "head", 5)]
    again.close()
    assert (tmp_path / "trial.db").stat().st_mode & 0o077 == 0


def test_a_broken_file_is_a_fault_of_storage(tmp_path):
    (tmp_path / "trial.db").write_bytes(b"no database at all, and long enough to be read as one" * 100)
    with pytest.raises(StorageFault):
        Trial(tmp_path / "trial.db").lines()


def hub_file(tmp_path):
    file = tmp_path / "giliran.db"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        for name in ("0001_initial", "0002_visits", "0003_outcomes"):
            for statement in import_module(f"appliance.store.migrations.{name}").STATEMENTS:
                connection.execute(statement)
        connection.commit()
    return file


def test_the_new_way_is_read_from_the_hubs_rows(tmp_path, monkeypatch):
    file, eight = hub_file(tmp_path), 1_775_437_200_000  # 08:00 in Jakarta
    ticket = (
        "INSERT INTO ticket (day, number, service, priority, state, arrived_at, seq, calls) VALUES (?,?,'a',0,?,?,?,1)"
    )
    visit = "INSERT INTO visit VALUES (?, ?, ?, 'a', '1', '', '', 0, ?, 1, ?, ?, ?, '')"
    minute, day = 60_000, 24 * 3_600_000
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.executemany(
            ticket,
            [
                (DAY, "A001", "served", eight, 1),
                (DAY, "A002", "waiting", eight + minute, 2),
                (DAY, "A003", "no_show", eight + minute, 3),
                (DAY, "A004", "voided", eight, 4),
                ("2026-04-08", "A001", "served", eight, 5),
                ("2026-04-07", "A001", "served", eight + day, 6),
                ("2026-04-07", "A002", "served", eight + day, 7),
                ("2026-04-07", "A003", "served", eight + day, 8),
            ],
        )
        connection.executemany(
            visit,
            [
                # One key for "came" and "done" begins and ends in one instant: all of it was service.
                ("2026-04-07", 14, "A001", eight + day, eight + day + 9 * minute, eight + day + 9 * minute, "served"),
                (DAY, 11, "A001", eight + 5 * minute, eight + 6 * minute, eight + 9 * minute, "transferred"),
                (DAY, 12, "A003", eight + 7 * minute, None, eight + 8 * minute, "no_show"),
                (DAY, 13, "A001", eight + 20 * minute, eight + 21 * minute, eight + 29 * minute, "served"),
                # Served at the second call only.
                ("2026-04-07", 15, "A002", eight + day, None, eight + day + minute, "returned"),
                ("2026-04-07", 16, "A002", eight + day + minute, None, eight + day + 2 * minute, "served"),
                # Ended by the end of the day: nobody said when they went.
                ("2026-04-07", 17, "A003", eight + day, eight + day + minute, eight + day + 480 * minute, "served"),
            ],
        )
        closing = "INSERT INTO event VALUES (?, ?, ?, 'DayClosed', 1, 'hub', NULL, 0, '{}', x'')"
        connection.execute(closing, (13, eight + 29 * minute, DAY))
        connection.execute(closing, (20, eight + day + 480 * minute, "2026-04-07"))
        connection.commit()
    at = 8 * 3600
    assert new_way(file, DAY, "2026-04-07", "Asia/Jakarta") == [
        Line(DAY, "A001", at, at + 300, at + 360, at + 540),
        Line(DAY, "A002", at + 60),
        Line(DAY, "A003", at + 60, at + 420, left=True),
        Line("2026-04-07", "A001", at, at, None, at + 540),
        Line("2026-04-07", "A002", at, at, left=True),
        Line("2026-04-07", "A003", at, at, at + 60, left=True),
    ]
    monkeypatch.setattr(new_way_file, "MOST", 5)
    with pytest.raises(TooMany):
        new_way(file, DAY, "2026-04-07", "Asia/Jakarta")
    with pytest.raises(StorageFault):
        new_way(tmp_path / "nothing.db", DAY, DAY, "Asia/Jakarta")
