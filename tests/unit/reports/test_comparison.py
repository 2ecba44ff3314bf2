"""Registers compared: against sums made by hand, against what was published, and with what is wrong in each."""

from __future__ import annotations

import csv
import random
import statistics
from importlib import resources
from itertools import pairwise

import pytest

from appliance.reports.trial.comparison import Estimate, compare, compared, estimate, faults, minutes
from appliance.reports.trial.job import Asked, found
from appliance.reports.trial.register import Row, read, table_of, text_of

SAMPLES = resources.files("appliance").joinpath("sample_data")
ASPECTS = ("speed", "sequence", "ease", "satisfaction")


def chance():
    return random.Random(7)


def register(name):
    got = read(table_of(text_of(SAMPLES.joinpath(name).read_bytes())), "2026-01-01")
    assert got.problems == ()
    return got.rows


def row(number, arrived=0, called=None, served=None, day="2026-04-06", **more):
    return Row(day, number, arrived, called, None, served, **more)


def test_the_mornings_of_bpn_bekasi_come_out_as_they_were_played():
    old, new = register("bpn_bekasi_register_walk_in.csv"), register("bpn_bekasi_register_scheduled.csv")
    wait = compare(old, new, chance()).measures["wait"]
    assert (wait.old.count, wait.new.count) == (25, 20)
    assert wait.old.mean == pytest.approx(56.16, abs=1e-9)
    assert wait.new.mean == pytest.approx(5.60, abs=1e-9)
    assert wait.change.by.mean == pytest.approx(5.60 - 56.16)
    assert wait.change.part.mean == pytest.approx(5.60 / 56.16 - 1)
    assert wait.change.sure
    assert wait.change.by.low < wait.change.by.mean < wait.change.by.high < 0


def test_the_registers_are_the_published_tables_served_first_come_first_served():
    for table, name in ((3, "walk_in"), (4, "scheduled")):
        lines = csv.DictReader(SAMPLES.joinpath(f"bpn_bekasi_table{table}.csv").read_text().splitlines())
        published = {line["applicant"]: (line["arrived"], float(line["service_minutes"])) for line in lines}
        rows = register(f"bpn_bekasi_register_{name}.csv")
        typed = {
            r.number: (f"{r.arrived // 3600:02d}:{r.arrived // 60 % 60:02d}", (r.served - r.called) / 60) for r in rows
        }
        assert typed == published
        calls = sorted((r.called, r.served, r.arrived) for r in rows)
        assert all(after[0] == max(before[1], after[2]) for before, after in pairwise(calls))


def test_lampus_table_comes_out_exactly():
    lines = list(csv.DictReader(SAMPLES.joinpath("lampu_questionnaire.csv").read_text().splitlines()))
    answers = {
        aspect: tuple(
            tuple(float(int(line[aspect]) >= 3) for line in lines if line["phase"] == phase)
            for phase in ("before", "after")
        )
        for aspect in ASPECTS
    }
    aspects = found(Asked(answers=answers)).aspects
    shares = {name: (round(100 * one.old.mean, 9), round(100 * one.new.mean, 9)) for name, one in aspects.items()}
    assert shares == {"speed": (40, 85), "sequence": (45, 88), "ease": (50, 82), "satisfaction": (42, 87)}
    assert all(one.change.sure and one.change.by.low > 0.15 for one in aspects.values())


def test_a_range_is_close_to_the_textbooks_for_many_values_and_the_same_each_time():
    values = [random.Random(3).gauss(20, 5) for _ in range(400)]
    got = estimate(values, chance())
    half = 1.96 * statistics.pstdev(values) / 400**0.5
    assert got.mean == pytest.approx(statistics.fmean(values))
    assert got.low == pytest.approx(got.mean - half, abs=0.1)
    assert got.high == pytest.approx(got.mean + half, abs=0.1)
    assert estimate(values, chance()) == got


def test_where_too_little_is_known_nothing_is_claimed():
    assert estimate([], chance()) == Estimate(0)
    assert estimate([4.0], chance()) == Estimate(1, 4.0)
    assert compared([4.0] * 4, [1.0, 2.0] * 9, chance()).change is None
    same = compared([1.0, 2.0, 3.0] * 9, [1.0, 2.0, 3.0] * 9, chance()).change
    assert not same.sure
    of_nothing = compared([0.0] * 6, [1.0, 2.0] * 3, chance()).change
    assert (of_nothing.part.mean, of_nothing.by.mean) == (None, 1.5)


def test_each_measure_is_of_those_who_have_it():
    rows = [Row("d", "1", 0, 600, 660, 1260), Row("d", "2", 0, 1200, None, 1800), Row("d", "3", 60), Row("d", "", None)]
    assert minutes(rows, "wait") == [10, 20]
    assert minutes(rows, "walk") == [1]
    assert minutes(rows, "service") == [10, 10]


def test_duplicates_gaps_and_what_cannot_be_traced_are_counted():
    rows = [row("A1", served=9), row("A2", served=9), row("A2", served=9), row("A5", left=True), row("7"), row("")]
    got = faults(rows)
    assert (got.rows, got.duplicates, got.gaps, got.untraced) == (6, 1, 2, 2)
    assert faults([]).rows == 0


def test_days_stand_apart_and_throughput_is_by_the_hour():
    first = [row(str(n), n * 600, n * 600, (n + 1) * 600) for n in range(6)]
    second = [row(str(n), 0, 0, 1800, day="2026-04-07") for n in (1, 3)]
    got = compare([*second, *first], [], chance())
    assert [(day.day, day.served, day.per_hour) for day in got.old_days] == [("2026-04-06", 6, 6), ("2026-04-07", 2, 4)]
    assert (got.per_hour.old.mean, got.per_hour.change) == (5, None)
    assert (got.old_faults.rows, got.old_faults.gaps, got.new_faults.rows) == (8, 1, 0)


def crowd(days, waits, jitter=0):
    """Return days on which all wait alike: a good day or a bad one."""
    return [
        row(str(n), 0, (waits[place % len(waits)] + n % 2 * jitter) * 60, 7200, day=f"2026-04-{place + 1:02d}")
        for place in range(days)
        for n in range(40)
    ]


def test_whole_days_are_drawn_where_there_are_enough_so_that_no_more_is_claimed_than_is_known():
    few = compare(crowd(4, [5, 45]), crowd(4, [10, 30]), chance())
    many = compare(crowd(8, [5, 45]), crowd(8, [10, 30]), chance())
    assert (few.drawn, many.drawn) == ("citizens", "days")
    narrow, wide = (found.measures["wait"].old for found in (few, many))
    assert narrow.high - narrow.low < 8
    assert 20 < wide.high - wide.low < 32  # eight days of 5 or 45: a standard error of 20 / sqrt(8) = 7.1
    assert not many.measures["wait"].change.sure


def test_a_day_on_which_a_measure_was_never_noted_is_no_day_of_it():
    found = compare(crowd(6, [5]), [*crowd(5, [1]), row("1", day="2026-05-01")], chance())
    assert (found.drawn, found.measures["wait"].new.mean, found.measures["walk"].change) == ("days", 1, None)


def test_a_clock_that_was_set_back_makes_no_wait_of_less_than_nothing():
    rows = [Row("2026-04-06", "1", 3600, 60, 120, 7200), Row("2026-04-06", "2", 60, 120, 180, 240)]
    assert minutes(rows, "wait") == [1.0]
