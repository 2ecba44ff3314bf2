"""What was foretold against what happened: every figure beside a plain computation, and the predictors by hand."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3

import numpy as np
import played_mondays
import pytest

from appliance.commands import CounterId, ServiceId, TicketNumber
from appliance.engine import events as e
from appliance.engine.events import Entry
from appliance.engine.evolve import evolve
from appliance.engine.model import Counter, Day, Definition, Rules, Service, Span
from appliance.reports import accuracy
from appliance.reports.what_if.past import logged_days
from appliance.simulation.judged import Errors, Guess, Judged
from appliance.simulation.predictors import Predictors
from appliance.store.past_days import PastDays
from appliance.units import HOUR, MINUTE
from appliance.verbs import accuracy as verb

FILE = ServiceId("file")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    made = tmp_path_factory.mktemp("office") / "giliran.db"
    played_mondays.make(made)
    return made


@pytest.fixture(scope="module")
def monday(file):
    with contextlib.closing(PastDays(file)) as past:
        return logged_days(past, played_mondays.MONDAY, played_mondays.MONDAY)[0]


@pytest.fixture(scope="module")
def judged(monday):
    return accuracy.judge(monday, random.Random(1), looks=30, steps=200)


def test_errors_are_those_that_numpy_finds():
    chance = random.Random(3)
    said = [chance.random() * 30 for _ in range(50)]
    waited = [chance.random() * 30 for _ in range(50)]
    errors = Errors()
    for guess, wait in zip(said, waited, strict=True):
        errors.add(Guess(0, {"ours": guess}, guess - 5, guess + 8), wait)
    off = np.array(said) - np.array(waited)
    assert errors.mae("ours") == pytest.approx(np.abs(off).mean())
    assert errors.mse("ours") == pytest.approx((off**2).mean())
    ranged = np.array(said) >= 1
    inside = (off <= 5) & (off >= -8)
    assert errors.ranged == ranged.sum()
    assert errors.inside == pytest.approx(inside[ranged].mean())


def test_what_was_counted_apart_is_counted_together():
    one, two, both = Judged(), Judged(), Judged()
    for place, part in enumerate((one, two, one)):
        guess = Guess(0, {"ours": 5.0, "other": 7.0}, 3, 6, (("hour", str(place % 2)),))
        part.add(guess, 4.0 + 3 * place)
        both.add(guess, 4.0 + 3 * place)
    one.take(two)
    assert one.all == both.all
    assert dict(one.groups) == dict(both.groups)


def office_of_the_morning():
    """Return a day with one counter, at which a citizen is, and two who wait."""
    day, minute = Day(), MINUTE
    definition = Definition(
        {"en": "Office"},
        (Service(FILE, "A", {"en": "File"}, minutes=5.0),),
        (Counter("1", {"en": "1"}, (FILE,), open_with_day=False),),
        Rules(),
    )
    given = [e.TicketIssued(TicketNumber(f"A00{n}"), FILE, False, e.Told(n)) for n in (1, 2, 3)]
    happened = [
        (0, e.OfficeDefined(definition)),
        (0, e.DayOpened("2026-04-06", (Span(0, 8 * HOUR),), 10 * HOUR)),
        (0, e.CounterOpened(CounterId("1"))),
        (1, given[0]),
        (5, e.TicketCalled(TicketNumber("A001"), CounterId("1"), FILE, "first_come", 4 * minute)),
        (6, given[1]),
        (8, given[2]),
    ]
    for at, event in happened:
        evolve(day, Entry(day.seq + 1, at * minute, event))
    return day


def test_the_literatures_predictors_by_hand():
    day, predictors = office_of_the_morning(), Predictors()
    third = day.tickets[TicketNumber("A003")]
    # Nobody has been called: all say what the queue length does. Second in line, five minutes each, one counter.
    assert set(predictors.remaining(day, 8 * MINUTE, third, 2).values()) == {10.0}
    predictors.called(day.tickets[TicketNumber("A001")], 4 * MINUTE)
    predictors.called(day.tickets[TicketNumber("A001")], 6 * MINUTE)
    at_once = predictors.remaining(day, 8 * MINUTE, third, 2)
    assert at_once == {"queue_length": 10.0, "last_to_enter": 6.0, "head_of_line": 2.0, "rolling_mean": 5.0}
    later = predictors.remaining(day, 11 * MINUTE, third, 2)  # three minutes of the wait have gone by
    assert later == {"queue_length": 10.0, "last_to_enter": 3.0, "head_of_line": 2.0, "rolling_mean": 2.0}


def test_waits_of_the_log_are_those_of_the_rows(file, monday):
    waits = list(accuracy.first_waits(monday.entries))
    with contextlib.closing(sqlite3.connect(file)) as connection:
        rows = dict(
            connection.execute("SELECT number, waited_ms FROM visit WHERE day = ?", (played_mondays.MONDAY,)).fetchall()
        )
    assert {wait.number: wait.called - wait.came for wait in waits} == rows


def test_what_tickets_said_is_judged_as_a_plain_loop_over_the_log_judges_it(monday, judged):
    came, said, called = {}, {}, {}
    for entry in monday.entries:
        if isinstance(entry.event, e.TicketIssued):
            came[entry.event.number], said[entry.event.number] = entry.at, entry.event.told
        elif isinstance(entry.event, e.TicketCalled):
            called[entry.event.number] = entry.at
    off, inside = [], []
    for number, told in said.items():
        if told.minutes is not None and number in called:
            waited = (called[number] - came[number]) / MINUTE
            off.append(told.minutes - waited)
            if told.minutes >= 1:
                inside.append(told.low <= waited <= told.high)
    at_issue = judged.groups["part"]["0"]
    assert at_issue.waits == len(off) > 40
    assert at_issue.mae("ours") == pytest.approx(np.abs(off).mean())
    assert at_issue.mse("ours") == pytest.approx(np.square(off).mean())
    assert at_issue.inside == pytest.approx(np.mean(inside))


def test_those_who_wait_are_looked_at_when_parts_of_their_wait_have_gone_by(judged):
    parts = {part: errors.waits for part, errors in judged.groups["part"].items()}
    assert set(parts) == {"0", "25", "50", "75"}
    assert parts["25"] == parts["50"] == parts["75"] == 10
    assert set(judged.groups["hour"]) == {"08", "09", "10"}
    assert set(judged.groups["service"]) == {"file", "advice"}
    later, sooner = (judged.groups["part"][part].mae("ours") for part in ("75", "25"))
    assert later < sooner
    assert all(errors.absolute.keys() == judged.all.absolute.keys() for errors in judged.groups["part"].values())


def test_a_call_that_was_taken_back_and_one_by_hand_are_no_waits():
    number, other, counter = TicketNumber("A001"), TicketNumber("A002"), CounterId("1")
    happened = [
        e.TicketIssued(number, FILE, False, e.Told(0)),
        e.TicketIssued(other, FILE, False, e.Told(1)),
        e.TicketCalled(number, counter, FILE, "first_come", 2),
        e.CallUndone(number, counter, reverses=3),
        e.TicketCalled(other, counter, FILE, "picked_urgent", 3),
        e.TicketCalled(number, counter, FILE, "first_come", 6),
    ]
    waits = list(accuracy.first_waits(Entry(seq, seq, event) for seq, event in enumerate(happened, 1)))
    assert [(wait.number, wait.came, wait.called) for wait in waits] == [(number, 1, 6)]


def test_the_verb_prints_a_table_and_json(file, capsys):
    assert verb.main(["--database", str(file), "--looks", "6"]) == 0
    text = capsys.readouterr().out
    assert "rolling mean" in text
    assert "75 % of the wait" not in text  # too few to be judged by themselves
    assert verb.main(["--database", str(file), "--looks", "6", "--json"]) == 0
    *progress, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert progress == [{"done": 1, "of": 2}, {"done": 2, "of": 2}]
    result = last["result"]
    assert result["days"] == ["2026-03-30", played_mondays.MONDAY]
    assert result["waits"] == sum(part["waits"] for part in result["part"].values())
    assert set(result["mae"]) == {"ours", "queue_length", "last_to_enter", "head_of_line", "rolling_mean"}


def test_a_day_without_numbers_is_refused_in_a_sentence(file, capsys):
    assert verb.main(["--database", str(file), "--day", "2020-01-01"]) == 2
    assert "no such day" in capsys.readouterr().err
