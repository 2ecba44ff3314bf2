"""The office's memory: what is in the log stays, in order, and shows any tampering."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3

import pytest

from appliance.engine import commands as c
from appliance.engine.model import Counter, Definition, Service, Span
from appliance.node import durable_file
from appliance.store.database import Database, StorageFault
from appliance.store.event_log import BrokenChain, EventLog
from appliance.store.projections import rebuild
from appliance.store.store import Store
from appliance.tools.office.clerk import Clerk

NOW = 1_775_437_200_000
OFFICE = Definition(
    {"id": "Kantor"}, (Service("a", "A", {"id": "Layanan"}),), (Counter("1", {"id": "Loket 1"}, ("a",)),)
)
REQUESTS = [f"{n:032x}" for n in range(1, 9)]


class MinuteClerk(Clerk):
    """Carries out commands on a real file, a minute after each other."""

    now = NOW

    def do(self, command, request_id=None):
        self.now += 60_000
        return super().do(command, self.now, "kiosk-1", request_id)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "giliran.db"


@pytest.fixture
def clerk(file):
    clerk = MinuteClerk(file)
    clerk.do(c.DefineOffice(OFFICE))
    clerk.do(c.OpenDay("2026-04-06", (Span(NOW, NOW + 10**9),), NOW + 10**9))
    for request_id in REQUESTS[:3]:
        clerk.do(c.IssueTicket("a"), request_id)
    clerk.do(c.CallNext("1"), REQUESTS[3])
    clerk.do(c.CallNext("1"), REQUESTS[4])
    yield clerk
    clerk.close()


def tickets(file):
    with sqlite3.connect(file) as connection:
        return connection.execute("SELECT * FROM ticket ORDER BY day, number").fetchall()


def test_the_day_is_rebuilt_from_the_log(file, clerk):
    clerk.close()
    again = Store(file)
    assert again.load_day() == clerk.day
    again.close()


def test_yesterday_is_not_part_of_today(file, clerk):
    clerk.do(c.CloseDay())
    clerk.do(c.OpenDay("2026-04-07", (Span(NOW, NOW + 10**10),), NOW + 10**10))
    assert clerk.do(c.IssueTicket("a"))[0].event.number == "A001"
    assert Store(file).load_day() == clerk.day
    assert [row[:2] for row in tickets(file)] == [
        ("2026-04-06", "A001"),
        ("2026-04-06", "A002"),
        ("2026-04-06", "A003"),
        ("2026-04-07", "A001"),
    ]


def test_the_projection_equals_its_rebuild(file, clerk):
    kept = tickets(file)
    database = Database(file)
    with database.transaction() as connection:
        rebuild(connection, EventLog(database))
    database.close()
    assert tickets(file) == kept
    assert [row[4] for row in kept] == ["served", "called", "waiting"]


def test_a_request_is_answered_from_the_log_however_late(file, clerk):
    day, entries = Store(file).answer_of(REQUESTS[1])
    assert (day, [e.event.number for e in entries]) == ("2026-04-06", ["A002"])
    assert Store(file).answer_of(REQUESTS[7]) is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE event SET body = replace(body, 'A002', 'A009') WHERE seq = 5",
        "UPDATE event SET at = at - 1 WHERE seq = 5",
        "UPDATE event SET actor = 'nobody' WHERE seq = 5",
        "UPDATE event SET request_id = NULL WHERE seq = 5",
        "DELETE FROM event WHERE seq = 5",
        "UPDATE event SET seq = seq + 100 WHERE seq = 5",
    ],
)
def test_tampering_is_noticed_and_the_first_bad_record_named(file, clerk, tampering):
    assert len(list(clerk.store.log.verified())) == clerk.day.seq
    clerk.close()
    with sqlite3.connect(file) as connection:
        connection.execute(tampering)
    with pytest.raises(BrokenChain, match="event 5 of the log"):
        Store(file).load_day()


def test_the_same_request_cannot_be_written_twice_and_nothing_of_it_remains(file, clerk):
    before = clerk.day.seq
    with pytest.raises(StorageFault):
        clerk.do(c.IssueTicket("a"), REQUESTS[0])
    again = Store(file).load_day()
    assert again.seq == before
    assert len(tickets(file)) == 3


def test_the_same_number_cannot_be_stored_twice_in_a_day(file, clerk):
    clerk.day.last_numbers["A"] = 1
    with pytest.raises(StorageFault):
        clerk.do(c.IssueTicket("a"))


def test_a_failed_commit_leaves_the_chain_whole(file, clerk):
    with pytest.raises(StorageFault):
        clerk.do(c.IssueTicket("a"), REQUESTS[0])
    clerk.day = clerk.store.load_day()
    clerk.do(c.IssueTicket("a"), REQUESTS[6])
    assert len(list(Store(file).log.verified())) == clerk.day.seq


def test_commits_are_durable_and_logged_ahead(clerk):
    connection = clerk.store._database.connection
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_calls_behind_the_cursor_are_unsent(clerk):
    cursor, entries = clerk.store.unsent()
    assert (cursor, [e.event.number for e in entries]) == (0, ["A001", "A002"])
    clerk.store.save_sent(entries[0].seq)
    assert [e.event.number for e in clerk.store.unsent()[1]] == ["A002"]


def test_a_file_of_a_newer_version_is_refused(file, clerk):
    clerk.close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01')")
    with pytest.raises(StorageFault, match="newer Giliran"):
        Store(file)


def test_a_migration_makes_a_backup_first(file, clerk, tmp_path, monkeypatch):
    clerk.close()
    steps = tmp_path / "migrations"
    shutil.copytree("appliance/store/migrations", steps)
    (steps / "0002_more.py").write_text("def up(migrator, db):\n    db.execute_sql('CREATE TABLE more (x)')\n")
    monkeypatch.setattr("appliance.store.database.MIGRATIONS", steps)
    again = Store(file)
    assert again.load_day() == clerk.day
    again.close()
    backup = file.with_name("giliran.db.before-0002_more")
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not list(file.parent.glob(f"{backup.name}?*"))
    with sqlite3.connect(backup) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone()[0] == clerk.day.seq
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone()[0] == 0


def test_a_copy_that_did_not_get_onto_the_disk_is_no_backup_and_nothing_is_changed(file, clerk, tmp_path, monkeypatch):
    clerk.close()
    steps = tmp_path / "migrations"
    shutil.copytree("appliance/store/migrations", steps)
    (steps / "0009_more.py").write_text("def up(migrator, db):\n    db.execute_sql('CREATE TABLE more (x)')\n")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("appliance.store.database.MIGRATIONS", steps)
        patch.setattr(durable_file, "sync_file", full)
        with pytest.raises(StorageFault, match="No space left"):
            Store(file)
    assert not list(file.parent.glob("*.before-*"))
    Store(file).close()


def test_an_unusable_place_is_reported_with_its_name(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFault, match="check that the disk"):
        Store(tmp_path / "file" / "giliran.db")


def test_something_that_is_no_database_is_refused(file):
    file.write_bytes(b"not a database, and long enough to be looked at" * 100)
    with pytest.raises(StorageFault):
        Store(file)


COLUMNS = ("seq", "at", "day", "type", "version", "actor", "request_id", "part", "body", "hash")
ODD = {"a blob": b"\xff\xfe", "a text": "x", "a number": 77, "huge": 1 << 62, "a fraction": 0.5, "deep": "[" * 100_000}


CASES = [(column, odd) for column in COLUMNS for odd in ODD if column != "seq" or isinstance(ODD[odd], int)]


@pytest.mark.parametrize(("column", "odd"), CASES)
@pytest.mark.parametrize("last", [True, False], ids=["the last record", "an earlier one"])
def test_a_field_of_another_kind_is_a_damaged_log_and_no_accident(file, clerk, column, odd, last):
    clerk.close()
    with sqlite3.connect(file) as connection:
        seq = connection.execute("SELECT max(seq) FROM event").fetchone()[0] - (0 if last else 2)
        connection.execute(f"UPDATE event SET {column} = ? WHERE seq = ?", (ODD[odd], seq))  # noqa: S608
    with pytest.raises(StorageFault):
        Store(file).load_day()


@pytest.mark.expects_log("which calls were sent cannot be read")
@pytest.mark.parametrize("odd", [b"\xff", "x", 0.5])
def test_a_mark_of_sent_calls_that_is_none_announces_nothing_of_before(file, clerk, odd):
    clerk.close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT OR REPLACE INTO cursor VALUES ('relay', ?)", (odd,))
    store = Store(file)
    assert store.unsent() == (store.log.seq, [])
    store.close()


@pytest.mark.parametrize("name", [None, "no-number", b"\xff"])
def test_a_spoiled_list_of_migrations_is_a_damaged_file_and_no_accident(file, clerk, name):
    clerk.close()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        (table,) = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if "migration" in row[0]
        ]
        columns = [(row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({table})")]
        connection.execute(f"DROP TABLE {table}")  # as a torn write leaves it: without what had forbidden this
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'{column} {kind}' for column, kind in columns)})")
        values = [name if column == "name" else 1 for column, _ in columns]
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608  # a test's own names
        connection.commit()
    with pytest.raises(StorageFault):
        Store(file)
