"""The log can be proven and read by anybody who has the file, and reading it disturbs nobody."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from past_office import Writer, slip

from appliance import texts
from appliance.engine import commands as c
from appliance.engine.events import BookingMade, Event
from appliance.store import diary
from appliance.store.database import StorageFault
from appliance.store.reader import LogReader
from appliance.tools.office import past
from appliance.tools.office.clerk import Clerk
from appliance.tools.office.sample_office import instant
from appliance.verbs import log as log_reader

JAKARTA = ZoneInfo("Asia/Jakarta")
EXAMPLES = {
    "called_at": 1_775_437_200_000,
    "served_at": 1_775_437_500_000,
    "definition": {"services": [1], "counters": [1]},
    "spans": [],
    "told": {"ahead": 2, "minutes": 7.5, "low": 3.1, "high": 14.9},
    "highest": {"A": 12},
    "notices": {"running": [{"id": "Selamat pagi"}], "announcements": []},
    "text": {"id": "Keluar lewat pintu utara."},
    "waited_ms": 60_000,
    "arrived_at": 1_775_437_200_000,
}


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(past, "TICKETS_A_DAY", 3)
    file = tmp_path / "giliran.db"
    past.make(file, 6)
    return file


def said(capsys, *arguments, code=0):
    assert log_reader.main([str(argument) for argument in arguments]) == code
    return capsys.readouterr().out.splitlines()


def change(file, statement):
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def test_a_whole_log_is_proven_with_its_length_and_last_hash(file, capsys):
    with contextlib.closing(sqlite3.connect(file)) as connection:
        count, last = connection.execute("SELECT count(*), hex(hash) FROM event ORDER BY seq DESC").fetchone()
        (last,) = connection.execute("SELECT hex(hash) FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    assert said(capsys, "verify", "--database", file) == [
        f"The chain is whole: {count} records, the last hash is {last.lower()}."
    ]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE event SET body = replace(body, 'A001', 'A009') WHERE seq = 7", "record 7 .* is not what was written"),
        ("UPDATE event SET body = x'00' WHERE seq = 7", "record 7 .* is not what was written"),
        ("UPDATE event SET hash = x'00' WHERE seq = 7", "record 7 .* is not what was written"),
        ("DELETE FROM event WHERE seq = 7", "record 7 is missing"),
        ("DELETE FROM event WHERE seq < 7", "record 1 is missing; the next one is 7"),
        ("DELETE FROM event WHERE seq > 6", "record 7 is missing: the log ends before it"),
    ],
)
def test_the_first_bad_record_is_named(file, capsys, statement, words):
    change(file, statement)
    (line,) = said(capsys, "verify", "--database", file, code=1)
    assert re.search(words, line)


def test_a_day_reads_like_a_diary_in_local_time(file, capsys):
    lines = said(capsys, "show", "--database", file, "--day", "2026-04-05")
    assert lines[0] == "2026-04-05 07:00:00  hub         The day 2026-04-05 opened; numbers are given 07:00-15:00."
    assert lines[5].endswith("kiosk-1     A001 was given out for pendaftaran; told: 0 ahead, 0 to 5 minutes.")
    assert lines[6].endswith("keypad-1    A001 was called to counter 1 after 30 min (first come).")
    assert lines[7].endswith("keypad-1    A001 came to counter 1.")
    assert lines[8].endswith("keypad-1    A001 was served at counter 1.")
    assert lines[-1] == "2026-04-05 23:00:00  hub         The day 2026-04-05 closed."
    assert {line[:10] for line in lines} == {"2026-04-05"}
    assert said(capsys, "show", "--database", file, "--day", "2020-01-01") == []


def test_one_number_is_followed_through_its_days(file, capsys):
    lines = said(capsys, "show", "--database", file, "--number", "a001")
    assert [line[:10] for line in lines] == ["2026-04-04"] * 4 + ["2026-04-05"] * 4
    assert len(said(capsys, "show", "--database", file, "--number", "A001", "--day", "2026-04-04")) == 4


def test_the_whole_diary_has_a_line_for_every_record(file, capsys):
    lines = said(capsys, "show", "--database", file)
    assert "The office was set up: 3 services, 4 counters." in lines[0]
    assert len(lines) == LogReader(file).prove().records


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
def test_every_kind_of_event_has_a_name_and_a_sentence_of_its_own(kind, language):
    assert {f"diary.{kind.__name__}", f"diary.kind.{kind.__name__}"} <= texts.keys(language)
    example = {field.name: EXAMPLES.get(field.name, "A001") for field in msgspec.structs.fields(kind)}
    if kind is BookingMade:
        example["booking"] = {"code": "K7", "service": "a", "due_at": 1_775_437_200_000}
    text = diary.sentence(kind.__name__, example, JAKARTA, language)
    assert text[0].isupper() or text[0] == "A"
    assert text.endswith(".")
    assert not set(text) & set("{}[]")


def test_a_name_with_the_end_of_a_line_in_it_makes_no_second_line():
    named = "x\n2026-04-06 08:00:00  hub         The day\x1b[2K\u2028\u202eitis\u200b"
    row = (1, 0, "2026-04-06", "EndedEmergency", 3, f"web-1 {named}", None, 0, '{"officer": "\\r"}', b"")
    (only,) = diary.line(row, JAKARTA).splitlines()
    assert only.isprintable()
    assert "web-1 x 2026-04-06" in only


def test_an_event_of_a_newer_version_is_told_with_its_fields():
    text = diary.sentence("TicketSungTo", {"type": "TicketSungTo", "number": "A001", "song": "x"}, JAKARTA)
    assert text == "Ticket Sung To: number A001, song x."


def test_reading_neither_stops_the_writer_nor_changes_anything(file, monkeypatch):
    monkeypatch.setattr("appliance.store.reader.CHUNK", 2)
    clerk = Clerk(file)
    reader = LogReader(file)
    rows = reader.records()
    next(rows)
    now = clerk.day.at + 86_400_000
    clerk.do(c.OpenDay("2026-04-06", (), now + 1), now)
    assert [row[0] for row in rows] == list(range(2, clerk.day.seq + 1))
    assert clerk.store._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._connection.execute("DELETE FROM event")
    reader.close()
    clerk.close()


def test_a_file_that_is_not_there_or_is_none_of_ours_is_named(tmp_path, capsys):
    assert log_reader.main(["verify", "--database", str(tmp_path / "none.db")]) == 1
    assert "no such file" in capsys.readouterr().err
    (tmp_path / "other.db").write_bytes(b"something else entirely" * 100)
    assert log_reader.main(["show", "--database", str(tmp_path / "other.db")]) == 1
    assert "restore the newest backup" in capsys.readouterr().err
    with pytest.raises(StorageFault):
        LogReader(tmp_path)


def test_a_day_that_a_mistyped_time_had_opened_is_told_with_its_second_opening(file, capsys):
    writer = Writer(file)
    writer.play(0)
    with slip(writer, 1) as void:
        pass
    writer.play(1)
    writer.close()
    told = said(capsys, "show", "--day", void, "--database", file)
    assert sum(f"The day {void} opened" in line for line in told) == 2
    assert any("A001 was given out" in line for line in told)
    assert not any("The day 2026-04-06" in line for line in told)


def test_whom_one_press_finished_is_told_when_it_calls_the_next_and_is_taken_back(file, capsys):
    clerk = Writer(file)
    clerk.play(0, closed=False)
    nine = instant(9 * 3600)
    clerk.do(c.CallNext("1"), nine + 60_000)
    clerk.do(c.Undo("1"), nine + 61_000)
    assert clerk.day.tickets["A001"].state == "called"
    clerk.close()
    told = said(capsys, "show", "--day", "2026-04-06", "--number", "A001", "--database", file)
    assert told[-1].endswith("The call of A002 to counter 1 was taken back; A001 is there again.")


@pytest.mark.parametrize(
    "change_it",
    ["body = 'no JSON'", "body = x'00'", "body = '[]'", "body = '{}'", "at = 1 << 62", "at = 'noon'", "version = 'x'"],
)
@pytest.mark.parametrize("asked", [(), ("--number", "A001")], ids=["", "of one number"])
def test_an_altered_record_is_told_as_such_and_the_others_as_they_are(file, capsys, change_it, asked):
    whole = said(capsys, "show", "--database", file, *asked)
    with contextlib.closing(sqlite3.connect(file)) as connection:
        (seq,) = connection.execute("SELECT min(seq) FROM event WHERE body LIKE '%A001%'").fetchone()
    change(file, f"UPDATE event SET {change_it} WHERE seq = {seq}")  # noqa: S608
    told = said(capsys, "show", "--database", file, *asked)
    damaged = f"record {seq} cannot be read: it is not what was written; see `giliran log verify`"
    gone = bool(asked) and change_it == "body = '{}'"  # it names nobody any more
    assert [line for line in told if line != damaged] == [line for line in whole if line in told]
    assert len([line for line in told if line != damaged]) == len(whole) - 1
    assert (damaged in told) is not gone


def test_every_definition_of_the_office_is_read_the_newest_first(file):
    with contextlib.closing(LogReader(file)) as reader:
        found = reader.definitions(10)
        assert [one.seq for one in found] == sorted((one.seq for one in found), reverse=True)
        assert found[-1].office["services"]
        assert reader.definitions(10, found[-1].seq - 1) == []
        assert reader.definitions(1) == found[:1]
    change(file, "UPDATE event SET body = '[]' WHERE type = 'OfficeDefined'")
    with contextlib.closing(LogReader(file)) as reader, pytest.raises(StorageFault, match=f"record {found[0].seq}"):
        reader.definitions(1)
