"""What is in the log is found at the same cost in a log of years, and what is taken away proves itself."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3

import pytest

from appliance.store import log_export, log_search
from appliance.store.database import StorageFault
from appliance.store.log_export import NotAnExport
from appliance.store.log_search import LogSearch, Wanted
from appliance.store.reader import LogReader
from appliance.tools.office import past
from appliance.verbs import log as log_verb


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A log of four days with five tickets each."""
    file = tmp_path_factory.mktemp("log") / "giliran.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "TICKETS_A_DAY", 5)
        past.make(file, 20)
    return file


@pytest.fixture(scope="module")
def made(whole):
    """The same, with an officer in every seventh record."""
    file = whole.with_name("officers.db")
    shutil.copy(whole, file)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE event SET actor = 'web-1 Siti RAHAYU' WHERE seq % 7 = 0")
    return file


@pytest.fixture
def log(made):
    with contextlib.closing(LogSearch(made)) as log:
        yield log


def everything(log, wanted, most=50):
    """Return all that is found, page by page."""
    rows, before = [], log_search.LAST
    while before is not None:
        page = log.find(wanted, before, most)
        rows += page.rows
        before = page.before
    return rows


def seqs(rows):
    return [row[0] for row in rows]


@pytest.mark.parametrize("most", [1, 3, 1000])
@pytest.mark.parametrize("piece", [2, 7, 5000])
@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), lambda row: True),
        (Wanted(day="2026-04-04"), lambda row: row[2] == "2026-04-04"),
        (Wanted(kind="TicketCalled"), lambda row: row[3] == "TicketCalled"),
        (Wanted(number="A001"), lambda row: '"number":"A001"' in row[8]),
        (Wanted(number="A001", day="2026-04-03"), lambda row: '"A001"' in row[8] and row[2] == "2026-04-03"),
        (Wanted(person="siti rahayu"), lambda row: "Siti" in row[5]),
        (Wanted(person="kiosk-1"), lambda row: row[5] == "kiosk-1"),
        (Wanted(person="siti rahayu", kind="TicketIssued"), lambda r: "Siti" in r[5] and r[3] == "TicketIssued"),
        (Wanted(day="2020-01-01"), lambda row: False),
        (Wanted(number="Z999"), lambda row: False),
    ],
)
def test_every_record_that_fits_is_found_once_the_newest_first(log, monkeypatch, wanted, fits, piece, most):
    monkeypatch.setattr(log_search, "PIECE", piece)
    expected = [row[0] for row in LogReader(log._file).records() if fits(row)]
    assert seqs(everything(log, wanted, most)) == expected[::-1]


def test_a_question_that_finds_nothing_is_answered_in_time_with_how_far_it_has_looked(log, monkeypatch):
    monkeypatch.setattr(log_search, "PIECE", 20)
    page = log.find(Wanted(number="Z999"), seconds=0)
    assert (page.rows, page.looked_to) == ([], "2026-04-05")
    assert page.before == log.last()[0] - 19
    assert everything(log, Wanted(number="Z999")) == []


def test_a_number_is_not_found_within_another(log):
    assert everything(log, Wanted(number="A00")) == []
    assert everything(log, Wanted(number="pendaftaran")) == []


def test_whatever_is_typed_is_a_text_and_no_command(log):
    for typed in ("' OR 1 --", '"', "%", "\x00"):
        assert everything(log, Wanted(number=typed)) == []
        assert everything(log, Wanted(person=typed, kind=typed, day=typed)) == []


def test_queries_walk_no_index_that_is_not_there_and_never_the_whole_log(log):
    plans = []
    log._connection.set_trace_callback(plans.append)
    log.find(Wanted(day="2026-04-04", number="A001", person="siti rahayu", kind="TicketIssued"))
    log.span("2026-04-02", "2026-04-04")
    log._connection.set_trace_callback(None)
    for query in plans:
        for step in log._connection.execute(f"EXPLAIN QUERY PLAN {query}"):
            newest = query.endswith("ORDER BY seq DESC LIMIT 1")  # which ends with the first step
            assert newest or not step[3].startswith("SCAN event") or "event_milestone" in step[3], query


@pytest.fixture
def lines(whole):
    with contextlib.closing(LogSearch(whole)) as log:
        return list(log_export.write(log, *log.span("2026-04-03", "2026-04-04")))


def test_what_is_exported_proves_itself_without_the_database(lines, tmp_path, capsys):
    head, proof = log_export.check(lines)
    assert proof.bad is None
    assert head.last - head.first + 1 == proof.records > 50
    file = tmp_path / "export.jsonl"
    file.write_bytes(b"".join(lines))
    assert log_verb.main(["check", str(file)]) == 0
    assert f"records {head.first} to {head.last}, the last hash is {proof.last_hash}" in capsys.readouterr().out


def test_days_that_never_were_are_no_span(log):
    assert log.span("2020-01-01", "2020-12-31") is None
    assert log.span("2026-04-02", "2026-04-05") == (2, log.last()[0])


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr(past, "TICKETS_A_DAY", 1)
    past.make(tmp_path / "giliran.db", 2)
    with contextlib.closing(LogSearch(tmp_path / "giliran.db")) as log:
        return b"".join(log_export.write(log, *log.span("2026-04-05", "2026-04-05")))


def broken(content):
    try:
        return log_export.check(content.splitlines(keepends=True))[1].bad is not None
    except NotAnExport:
        return True


def test_each_changed_byte_is_found(small):
    assert not broken(small)
    for bit in (0x01, 0x20):
        for place in range(len(small)):
            changed = small[:place] + bytes([small[place] ^ bit]) + small[place + 1 :]
            assert broken(changed), (place, small[max(0, place - 20) : place + 20])
    for place in range(len(small) + 1):
        assert broken(small[:place] + b" " + small[place:]), place


def test_a_line_that_is_gone_twice_there_or_elsewhere_is_found(small):
    lines = small.splitlines(keepends=True)
    for place in range(len(lines)):
        assert broken(b"".join(lines[:place] + lines[place + 1 :])), place
        assert broken(b"".join([*lines[: place + 1], *lines[place:]])), place
    assert broken(b"".join([lines[0], *lines[2:3], lines[1], *lines[3:]]))
    assert broken(b"".join(lines[:-1]))
    assert broken(small[:-30])


def test_what_is_no_export_is_said(tmp_path, capsys):
    for content in (b"", b"{}\n", b"\xff\xfe", b'{"line":"tail","records":0,"last_hash":""}\n'):
        (tmp_path / "x").write_bytes(content)
        assert log_verb.main(["check", str(tmp_path / "x")]) == 1
        assert "not that of an export" in capsys.readouterr().err
    assert log_verb.main(["check", str(tmp_path / "nothing")]) == 1
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change", ["body = 'no JSON'", "body = x'00ff'", "at = 'noon'", "hash = NULL", "version = 1.5"]
)
def test_an_altered_record_is_exported_as_it_is_and_found(tmp_path, monkeypatch, change):
    monkeypatch.setattr(past, "TICKETS_A_DAY", 2)
    file = tmp_path / "giliran.db"
    past.make(file, 2)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE loose AS SELECT * FROM event")
        connection.execute("DROP TABLE event")
        connection.execute("ALTER TABLE loose RENAME TO event")
        connection.execute(
            "CREATE INDEX event_milestone ON event (type, seq) WHERE type IN ('OfficeDefined', 'DayOpened')"
        )
        connection.execute(f"UPDATE event SET {change} WHERE seq = 9")  # noqa: S608
    with contextlib.closing(LogSearch(file)) as log:
        _, proof = log_export.check(list(log_export.write(log, *log.span("2026-04-05", "2026-04-05"))))
    assert proof.bad == 9


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StorageFault, match="no such file"):
        LogSearch(tmp_path / "none.db")
