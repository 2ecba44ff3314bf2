"""What the crash trial looks at from outside: each kind of damage is seen, and a sound office has none."""

from __future__ import annotations

import contextlib
import json
import sqlite3

import msgspec
import pytest

from appliance.tools.office import past
from appliance.tools.proofs.crash_checks import faults, queue_faults
from appliance.wire import messages as m


class Evidence:
    """A database, and all that its hub would have said on the bus."""

    def __init__(self, file, scratch):
        self.file, self.scratch = file, scratch
        self.replies, self.calls = [], []
        with contextlib.closing(sqlite3.connect(file)) as connection:
            rows = connection.execute(
                "SELECT seq, at, day, type, lower(hex(request_id)), json_extract(body, '$.number'),"
                " json_extract(body, '$.counter') FROM event"
            ).fetchall()
        for seq, at, day, kind, request, number, counter in rows:
            if kind == "TicketIssued":
                ticket = m.IssuedTicket(number, "pendaftaran", day, at, 0)
                self.replies.append(m.Accepted(1, request, seq, number, ticket))
            if kind == "TicketCalled":
                self.replies.append(m.Accepted(1, request, seq, number))
                self.calls.append(m.Call(1, seq, at, number, counter, {"id": "Loket"}, "pendaftaran", {"id": "P"}))

    def change(self, statement):
        with contextlib.closing(sqlite3.connect(self.file)) as connection, connection:
            connection.execute(statement)

    def faults(self, changed=()):
        return faults(self.file, self.scratch, self.replies, self.calls, list(changed))


@pytest.fixture
def evidence(tmp_path, monkeypatch):
    monkeypatch.setattr(past, "TICKETS_A_DAY", 3)
    past.make(tmp_path / "giliran.db", 6)
    return Evidence(tmp_path / "giliran.db", tmp_path)


def only(found, words):
    assert len(found) == 1, found
    assert words in found[0]


def test_a_sound_office_has_no_faults_though_calls_are_heard_twice(evidence):
    evidence.calls += evidence.calls
    evidence.replies += evidence.replies
    assert evidence.faults() == []


def test_an_acknowledged_ticket_that_is_not_in_the_log_is_missed(evidence):
    evidence.replies.append(msgspec.structs.replace(evidence.replies[0], id="f" * 32, seq=999, number="A009"))
    assert evidence.faults()[0].startswith("acknowledged but not in the log: 1, such as A009 (event 999)")


def test_a_number_given_to_two_people_is_seen(evidence):
    ticket = evidence.replies[0].ticket
    again = msgspec.structs.replace(evidence.replies[2], ticket=ticket)
    evidence.replies[2] = again
    assert any(line.startswith("numbers given to two people: 1") for line in evidence.faults())


def test_a_call_to_another_counter_or_of_another_kind_than_the_log_has_it_is_seen(evidence):
    call = evidence.calls[0]
    for wrong in ({"counter": "4"}, {"recall": True}, {"number": "A999"}):
        evidence.calls[0] = msgspec.structs.replace(call, **wrong)
        only(evidence.faults(), "calls that are not in the log like that: 1")


def test_a_call_without_a_record_and_a_record_without_a_call_are_seen(evidence):
    lost = evidence.calls.pop()
    only(evidence.faults(), f"calls in the log that nobody on the bus has seen: 1, such as {lost.number}")
    evidence.calls += [lost, msgspec.structs.replace(lost, seq=10_000)]
    only(evidence.faults(), "calls that are not in the log like that: 1")


def test_another_answer_to_the_same_request_is_seen(evidence):
    only(evidence.faults(["this and later that"]), "requests asked again and answered otherwise: 1")
    evidence.replies.append(
        msgspec.structs.replace(evidence.replies[1], number=evidence.replies[1].number, ticket=None)
    )
    first = evidence.replies[0]
    evidence.replies.append(msgspec.structs.replace(first, ticket=None))
    only(evidence.faults(), f"requests answered in two ways: 1, such as {first.id}")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE event SET at = at + 1 WHERE seq = 4", "event 4 of the log was altered"),
        ("UPDATE ticket SET state = 'waiting' WHERE number = 'B001'", "rows that differ"),
        ("DELETE FROM ticket WHERE number = 'C001' AND day = '2026-04-04'", "rows that differ"),
    ],
)
def test_a_broken_chain_and_ticket_rows_that_do_not_follow_from_the_log_are_seen(evidence, statement, words):
    evidence.change(statement)
    only(evidence.faults(), words)


CALLED = ["TicketIssued A001", "TicketCalled A001 1"]
DID_NOT_WAIT = "tickets called that did not wait: 1, such as A001 on 2026-04-06"
AT_ONCE = "counters with two tickets, or tickets at two counters: 1"


def told(file, lines):
    """Write a log of the lines ``type number counter`` that has just what the queue's checks look at."""
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, day, type, body, request_id)")
        for line in lines:
            kind, number, counter, service = [*line.split(), None, None, None][:4]
            body = json.dumps({"number": number, "counter": counter, "next_service": service})
            connection.execute("INSERT INTO event VALUES (NULL, '2026-04-06', ?, ?, NULL)", (kind, body))
    return queue_faults(file)


@pytest.mark.parametrize(
    "between",
    [
        ["CallUndone A001 1"],
        ["TicketTransferred A001 1"],
        ["TicketReturned A001"],
        ["TicketParked A001 1", "TicketReturned A001"],
        ["TicketNotShown A001 1", "TicketReturned A001"],
        ["ServiceFinished A001 1 kasir"],
    ],
)
def test_a_ticket_that_went_back_to_the_queue_may_be_called_again(tmp_path, between):
    assert told(tmp_path / "log.db", [*CALLED, *between, "TicketCalled A001 2"]) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["ServiceFinished A001 1", "TicketCalled A001 2"], DID_NOT_WAIT),
        (["TicketParked A001 1", "TicketCalled A001 1"], DID_NOT_WAIT),
        (["TicketNotShown A001 1", "TicketCalled A001 1"], DID_NOT_WAIT),
        (["CallUndone A001 1", "TicketCancelled A001", "TicketCalled A001 1"], DID_NOT_WAIT),
        (["CallUndone A001 1", "TicketExpired A001", "TicketCalled A001 1"], DID_NOT_WAIT),
        (["TicketIssued A002", "TicketCalled A002 1"], AT_ONCE),
        (["TicketReturned A002", "TicketCalled A002 1", "DayClosed"], f"{AT_ONCE[:-1]}2"),
        (["DayClosed"], AT_ONCE),
    ],
)
def test_a_call_too_many_and_a_counter_with_two_tickets_are_seen(tmp_path, lines, fault):
    only(told(tmp_path / "log.db", [*CALLED, *lines]), fault)


def test_a_ticket_at_two_counters_is_seen(tmp_path):
    assert [fault.split(":")[0] for fault in told(tmp_path / "log.db", [*CALLED, "TicketCalled A001 2"])] == [
        "tickets called that did not wait",
        "counters with two tickets, or tickets at two counters",
    ]
