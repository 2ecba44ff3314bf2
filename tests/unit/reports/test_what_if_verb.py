"""``giliran what-if`` on a real database: days are read as they were, progress is told, and it can be cancelled."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from statistics import fmean

import played_mondays
import pytest
from played_office import FIRST, SECOND, Player, at

from appliance.engine import commands as c
from appliance.engine.model import Span
from appliance.reports.what_if.changes import BadQuestion, staged
from appliance.reports.what_if.past import chosen_days, logged_days
from appliance.reports.what_if.plays import as_recorded, play, pool
from appliance.simulation.recorded_days import Arrival, Opened, Stay, recorded_day
from appliance.store.past_days import PastDays
from appliance.units import HOUR, MINUTE
from appliance.verbs import what_if

TABLE = "appliance/sample_data/bpn_bekasi_table3.csv"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Two Mondays of a small office in a real database: the file, and what was played into it."""
    file = tmp_path_factory.mktemp("office") / "giliran.db"
    played, stays = played_mondays.make(file)
    return file, played, stays


@pytest.fixture
def days(office):
    with contextlib.closing(PastDays(office[0])) as past:
        yield chosen_days(past, "0000-00-00", "9999-99-99")


def run(capsys, *arguments):
    code = what_if.main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_a_day_is_read_as_it_was(office, days):
    _, played, stays = office
    monday, scenario = days[-1], played[-1]
    assert [day.date for day in days] == ["2026-03-30", played_mondays.MONDAY]
    assert monday.weekday == "mon"
    assert [came.at for came in monday.people] == [citizen.at for citizen in scenario.citizens]
    assert [came.priority for came in monday.people] == [citizen.priority for citizen in scenario.citizens]
    assert [came.shows for came in monday.people] == [citizen.shows for citizen in scenario.citizens]
    eight = monday.midnight + 8 * HOUR
    assert (monday.opens, monday.closes) == (eight, eight + 3 * HOUR)
    assert {counter: spans[0].opens for counter, spans in monday.shifts.items()} == {"1": eight, "2": eight + HOUR}
    assert monday.waited == (len(stays), pytest.approx(fmean(stay[3] for stay in stays) / MINUTE))


def test_what_a_mistyped_date_had_opened_before_is_none_of_a_day(tmp_path):
    player = Player(tmp_path / "giliran.db")
    player.play(FIRST)
    wrong, right = at(SECOND, 420), at(FIRST, 540)
    player.clerk.do(c.VouchTime(wrong, "Siti", sure=True), wrong, "web-1 Siti")
    player.clerk.do(c.OpenDay(SECOND, (Span(at(SECOND, -60), at(SECOND, 420)),), at(SECOND, 600)), wrong)
    player.clerk.do(c.VouchTime(right, "Siti", sure=True), right, "web-1 Siti")
    player.play(SECOND)
    player.clerk.close()
    with contextlib.closing(PastDays(tmp_path / "giliran.db")) as past:
        (day,) = chosen_days(past, SECOND, SECOND)
        (logged,) = logged_days(past, SECOND, SECOND)
    assert {spans[0].opens for spans in day.shifts.values()} == {at(SECOND, -60)}
    assert logged.entries[0].at == at(SECOND, -60)


def test_the_rows_say_the_same_in_a_plain_query(office, days):
    with contextlib.closing(sqlite3.connect(office[0])) as connection:
        (mean,) = connection.execute(
            "SELECT avg(waited_ms) / 60000.0 FROM visit WHERE day = ?", (played_mondays.MONDAY,)
        ).fetchone()
        busy = connection.execute(
            "SELECT sum(ended_at - called_at) FROM visit WHERE day = ? AND ending = 'served'", (played_mondays.MONDAY,)
        ).fetchone()[0]
    assert days[-1].waited[1] == pytest.approx(mean)
    # Officers who never lose a second between two citizens have no gaps to be added.
    assert sum(leg.busy_ms for came in days[-1].people if came.shows for leg in came.legs) == busy


def test_played_exactly_a_day_comes_out_as_it_went(days):
    known = pool(days)
    for day in days:
        tally = play(day, staged(day), as_recorded(day, known), 20)
        assert tally.mean == pytest.approx(day.waited[1], abs=0.2)
        assert tally.stays == day.waited[0]


def test_a_counter_that_let_people_wait_was_not_there(office, days):
    # Read with the second counter open all day, though it called nobody in the first hour.
    monday = days[-1]
    whole = (Span(monday.opens, monday.closes),)
    with contextlib.closing(PastDays(office[0])) as past:
        rows = past.visits(monday.date)
    opened = Opened(monday.date, "mon", monday.midnight, whole, monday.definition, {"1": whole, "2": whole})
    read = recorded_day(opened, [], [Stay(*row) for row in rows])
    assert read.shifts["1"][0].opens == monday.opens
    assert monday.opens < read.shifts["2"][0].opens or len(read.shifts["2"]) > 1
    called = min(stay.called_at for stay in (Stay(*row) for row in rows) if stay.counter == "2")
    assert any(span.opens == called for span in read.shifts["2"])


def test_a_day_that_is_not_over_is_not_taken(tmp_path):
    file = tmp_path / "giliran.db"
    played_mondays.make(file, weeks=1, closed=False)
    with contextlib.closing(PastDays(file)) as past:
        assert past.days("0000-00-00", "9999-99-99") == [played_mondays.MONDAY]
        assert chosen_days(past, "0000-00-00", "9999-99-99") == []


def test_whoever_was_served_and_missed_the_next_service_was_there(days):
    opened = Opened(
        "2026-04-06", "mon", 0, (Span(0, HOUR),), days[-1].definition, {"1": (Span(0, HOUR),), "2": (Span(0, HOUR),)}
    )
    arrivals = [Arrival("A001", "file", False, "no_show", 0, "kiosk"), Arrival("A002", "file", False, "expired", 5, "")]
    stays = [
        Stay("A001", "file", "1", 0, 0, 5 * MINUTE, "transferred"),
        Stay("A001", "advice", "2", 0, 6 * MINUTE, 7 * MINUTE, "no_show"),
        Stay("A002", "gone", "2", 0, 8 * MINUTE, 9 * MINUTE, "served"),
    ]
    read = recorded_day(opened, arrivals, stays)
    first, second = read.people
    assert (first.shows, [(leg.service, leg.busy_ms) for leg in first.legs]) == (True, [("file", 5 * MINUTE)])
    assert (second.shows, [(leg.service, leg.busy_ms) for leg in second.legs]) == (True, [("file", None)])
    assert read.left_out == 1  # a service that is no more


def test_progress_and_the_result_are_lines_of_json(office, capsys):
    code, out, _ = run(
        capsys, "--database", str(office[0]), "--officer", "08:00-09:00", "--plays", "4", "--json", "--weekday", "mon"
    )
    *progress, last = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert progress == [{"done": done, "of": 6} for done in range(1, 7)]  # four plays, and the two days exactly
    assert last["result"]["days"] == ["2026-03-30", played_mondays.MONDAY]
    assert last["result"]["question"]["changes"] == [
        {"change": "officer", "opens": "08:00", "closes": "09:00", "services": []}
    ]
    assert last["result"]["after"]["mean"]["mean"] < last["result"]["before"]["mean"]["mean"]
    assert len(last["sentences"]) > 5


def test_a_question_may_be_put_as_json(office, capsys):
    changes = json.dumps([{"change": "counters", "number": 3}, {"change": "bookings", "percent": 30}])
    code, out, _ = run(capsys, "--database", str(office[0]), "--changes", changes, "--plays", "2", "--language", "id")
    assert code == 0
    assert "menit" in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--day", "2020-01-01", "--counters", "2"], 2, "no such day"),
        (["--counters", "sun=2"], 2, "None of the chosen days is a Sunday"),
        (["--bookings", "130"], 2, "percent"),
        (["--counters", "2", "--plays", "0"], 2, "plays"),
        (["--changes", '[{"change": "weather"}]'], 2, "weather"),
        (["--changes", "what"], 2, "JSON"),
        (["--last-number", "09:00", "--promise", "-1"], 2, "promise"),
        ([], 2, "Say what is to change"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(office, capsys, arguments, code, words):
    found, out, err = run(capsys, "--database", str(office[0]), *arguments, "--json")
    assert found == code
    assert words in err
    told = json.loads(out.splitlines()[-1])
    assert told["error"] == err.strip()
    if "key" in told:  # else the program is to blame, not the office
        assert BadQuestion(told["key"], **told["values"]).sentence("en") == err.strip()


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    code, _, err = run(capsys, "--database", str(tmp_path / "none.db"), "--counters", "2")
    assert (code, "none.db: no such file" in err) == (1, True)


def test_it_can_be_cancelled_and_leaves_nobody_behind():
    command = [sys.executable, "-m", "appliance.cli", "what-if", "--replay", TABLE, "--counters", "2"]
    process = subprocess.Popen([*command, "--plays", "2000", "--json"], stdout=subprocess.PIPE, start_new_session=True)
    assert json.loads(process.stdout.readline())["done"] == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == what_if.CANCELLED
    process.stdout.close()
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_players_end_when_whoever_asked_is_killed():
    command = [sys.executable, "-m", "appliance.cli", "what-if", "--replay", TABLE, "--counters", "2"]
    process = subprocess.Popen([*command, "--plays", "2000", "--json"], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    process.kill()
    process.wait(30)
    process.stdout.read()  # ends when the last of them has closed its end
    process.stdout.close()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--advice", "90", "--promise", "0"),
        ("--advice", "90", "--promise", "-5"),
        ("--advice", "90", "--promise", "nan"),
        ("--advice", "90", "--promise", "inf"),
        ("--changes", '[{"change": "roster", "hours": {}}]'),
        ("--changes", '[{"change": "roster", "hours": {"8": []}}]'),
        ("--changes", '[{"change": "roster", "hours": {"8": [""]}}]'),
        ("--changes", '[{"change": "roster", "hours": {"-5": ["1"]}}]'),
        ("--changes", '[{"change": "roster", "hours": {"99999999999999999999": ["1"]}}]'),
        ("--changes", "[\udcff]"),
    ],
)
def test_a_question_that_means_nothing_is_refused_before_anything_is_played(office, capsys, wrong):
    code, out, err = run(capsys, "--database", str(office[0]), "--plays", "1", *wrong)
    assert (code, out) == (2, "")
    assert err.strip()


def test_a_roster_by_which_nobody_calls_is_told_in_words(office, capsys):
    roster = '[{"change": "roster", "hours": {"8": []}}]'
    _, _, err = run(capsys, "--database", str(office[0]), "--language", "id", "--changes", roster)
    assert "tidak ada loket yang memanggil" in err


@pytest.mark.parametrize("verb", [("what-if", "--bookings", "20", "--plays", "40"), ("accuracy",)])
def test_whoever_has_read_enough_is_told_of_no_error(office, verb):
    program = [
        sys.executable,
        "-c",
        "import sys; from appliance.cli import main; sys.exit(main())",
        *verb,
        "--database",
        str(office[0]),
        "--json",
    ]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
