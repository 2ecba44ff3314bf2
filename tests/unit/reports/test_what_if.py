"""What if: the played waits against plain computations, each change of an office, and how sure the answer is."""

from __future__ import annotations

import random
from importlib import resources
from statistics import fmean

import numpy as np
import pytest
from msgspec.structs import replace
from plain_queue import INFINITE, plain_waits

from appliance.commands import CounterId, ServiceId
from appliance.engine.model import Counter, Definition, Rules, Service, Span
from appliance.reports.what_if.answer import Question, quantile
from appliance.reports.what_if.answer_text import describe, percent, table
from appliance.reports.what_if.changes import (
    BadQuestion,
    Bookings,
    Counters,
    LastNumbers,
    MoreOfficers,
    OwnQueue,
    Roster,
    Turns,
    staged,
)
from appliance.reports.what_if.playing import ask, chance_of, spread_out
from appliance.reports.what_if.plays import as_recorded, both, drawn, play, pool
from appliance.reports.what_if.textbook import settled
from appliance.simulation.morning import read_morning
from appliance.simulation.recorded_days import Came, Leg, RecordedDay, recorded_morning
from appliance.simulation.world import NEVER
from appliance.units import HOUR, MINUTE

EIGHT = 8 * HOUR
FILE, ADVICE = ServiceId("file"), ServiceId("advice")


def morning(which, counters):
    text = (resources.files("appliance") / "sample_data" / f"bpn_bekasi_table{which}.csv").read_text()
    return recorded_morning(read_morning(text), counters, 8 * 3600, f"table {which}")


def small_day(people, counters=1, services=(FILE, ADVICE), rules=None, shifts=None, weekday="mon"):
    """Return a day from eight to ten, on which all counters serve everything."""
    definition = Definition(
        {"en": "Office"},
        tuple(Service(s, "AB"[n], {"en": s}, minutes=5.0) for n, s in enumerate(services)),
        tuple(Counter(str(n), {"en": str(n)}, tuple(services)) for n in range(1, counters + 1)),
        rules or Rules(promise_minutes=0),
    )
    calling = shifts or {CounterId(x.id): (Span(EIGHT, NEVER),) for x in definition.counters}
    return RecordedDay("2026-04-06", weekday, 0, EIGHT, EIGHT + 2 * HOUR, definition, calling, tuple(people))


def came(minute, busy, service=FILE, **other):
    return Came(EIGHT + round(minute * MINUTE), (Leg(service, round(busy * MINUTE)),), **other)


def waits(day, *changes, promise=60.0):
    return play(day, staged(day, changes), as_recorded(day, pool([day])), promise)


@pytest.mark.parametrize(
    ("table", "counters", "mean"),
    [(3, 1, 56.16), (3, 2, 22.44), (3, 3, 14.36), (4, 1, 5.60), (4, 2, 1.05), (4, 3, 0.40)],
)
def test_the_published_mornings_come_out_exactly(table, counters, mean):
    answer = ask([morning(table, 1)], Question((Counters(counters),), plays=1))
    assert answer.exactly.after == pytest.approx(mean, abs=0.005)
    assert answer.exactly.before == pytest.approx({3: 56.16, 4: 5.60}[table], abs=0.005)


def test_the_textbooks_table_and_where_it_never_settles():
    two, three = settled(0.3625, 3.6, 2), settled(0.3625, 3.6, 3)
    assert (two.wait_minutes, two.stay_minutes) == (pytest.approx(2.67, abs=0.005), pytest.approx(6.27, abs=0.005))
    assert (three.wait_minutes, three.stay_minutes) == (pytest.approx(0.37, abs=0.005), pytest.approx(3.97, abs=0.005))
    one = settled(0.3625, 3.6, 1)
    assert (one.stable, one.wait_minutes, one.needed) == (False, None, 2)
    assert one.utilisation == pytest.approx(1.305)


@pytest.mark.parametrize("number", range(6))
def test_a_drawn_day_waits_as_a_plain_loop_says(number):
    day = morning(3, 2)
    known = pool([day])
    people = drawn(day, known, chance_of(1, number))
    tally = play(day, staged(day), people, 20)
    plain = plain_waits([(p.at, p.legs[0][1]) for p in people], [(EIGHT, INFINITE)] * 2)
    assert tally.mean == pytest.approx(fmean(plain) / MINUTE)
    assert tally.kept == sum(wait <= 20 * MINUTE for wait in plain)
    assert tally.stays == len(people)


def test_one_more_officer_calls_from_one_time_to_another():
    day = morning(3, 1)
    people = as_recorded(day, pool([day]))
    changed = play(day, staged(day, [MoreOfficers("08:20", "08:50")]), people, 60)
    plain = plain_waits(
        [(p.at, p.legs[0][1]) for p in people], [(EIGHT, INFINITE), (EIGHT + 20 * MINUTE, EIGHT + 50 * MINUTE)]
    )
    assert changed.mean == pytest.approx(fmean(plain) / MINUTE)
    assert changed.mean < 56


def test_nothing_changes_where_nothing_is_changed():
    day = morning(3, 2)
    known = pool([day])
    for number in range(5):
        before, after = both(day, (), drawn(day, known, chance_of(3, number)), 60)
        assert before == after


def test_the_same_seed_gives_the_same_answer_on_any_number_of_processors():
    day = morning(3, 2)
    known = pool([day])
    one, three = (
        spread_out(lambda n: play(day, staged(day), drawn(day, known, chance_of(1, n)), 60), range(9), workers=count)
        for count in (1, 3)
    )
    assert one == three


def test_ranges_and_means_are_those_of_the_plays():
    day, question = morning(3, 1), Question((Counters(2),), plays=40)
    answer = ask([day], question)
    known = pool([day])
    pairs = [both(day, question.changes, drawn(day, known, chance_of(1, n)), 60) for n in range(40)]
    before, after = np.array([[a.mean, b.mean] for a, b in pairs]).T
    for found, values in (
        (answer.before.mean, before),
        (answer.after.mean, after),
        (answer.difference, after - before),
    ):
        assert (found.mean, found.low, found.high) == pytest.approx(
            (values.mean(), np.quantile(values, 0.1), np.quantile(values, 0.9))
        )
    assert answer.error == pytest.approx((after - before).std(ddof=1) / 40**0.5)
    assert answer.shorter == np.mean(after < before)
    eight = [a.hours[8][1] / a.hours[8][0] for a, _ in pairs]
    found = next(hour for hour in answer.hours if hour.hour == 8)
    assert found.before.mean == pytest.approx(np.mean(eight))
    assert quantile([1.0, 2.0, 4.0], 0.25) == 1.5


def test_a_drawn_day_is_about_as_large_as_the_day_and_takes_as_long():
    day = small_day([came(n, 2 + n % 3) for n in range(100)], counters=5)
    known = pool([day])
    days = [drawn(day, known, random.Random(n)) for n in range(200)]
    counts = [len(people) for people in days]
    assert np.mean(counts) == pytest.approx(100, abs=2.5)
    assert np.var(counts) == pytest.approx(100, rel=0.3)  # as chance makes it
    busy = [person.legs[0][1] / MINUTE for people in days for person in people]
    assert np.mean(busy) == pytest.approx(3.0, abs=0.05)
    assert all(day.opens <= person.at < day.closes for people in days for person in people)


def test_a_service_in_a_queue_of_its_own():
    # One long advice keeps those with a file waiting behind it, unless it has its own counter.
    day = small_day([came(0, 30, ADVICE), came(1, 30, ADVICE), came(2, 1), came(3, 1)], counters=2)
    assert waits(day).hours[8][1] == pytest.approx(28 + 28)
    own = waits(day, OwnQueue(ADVICE, "2"))
    assert own.hours[8][1] == pytest.approx(0 + 29 + 0 + 0)
    assert waits(day, OwnQueue(ADVICE)).stays == 4  # at a new counter


def test_bookings_are_spread_over_the_day():
    day = small_day([came(n / 10, 5) for n in range(20)] + [came(110, 5)])
    rushed, booked = waits(day), waits(day, Bookings(100))
    assert rushed.mean > 40
    assert booked.mean < rushed.mean / 3
    assert booked.stays == rushed.stays == 21


def test_whoever_comes_after_the_last_number_is_sent_away():
    day = small_day([came(0, 5), came(50, 5), came(60, 5), came(100, 5)])
    tally = waits(day, LastNumbers("09:00"))
    assert (tally.stays, tally.sent_away) == (2, 2)
    assert tally.overtime == 0  # the office itself closes when it did


def test_the_last_citizen_is_served_after_closing_time():
    assert waits(small_day([came(0, 5), came(115, 17)])).overtime == pytest.approx(12)


def test_other_turns_of_priority():
    people = [came(0, 10), *(came(1, 10) for _ in range(3)), *(came(2, 10, priority=True) for _ in range(3))]
    last = waits(small_day(people), Turns(priority_share=9, regular_share=1))
    first = waits(small_day(people), Turns(priority_share=1, regular_share=9))
    assert last.mean != first.mean or last.histogram != first.histogram
    kept = waits(small_day(people), Turns(priority_share=9, regular_share=1, promise_minutes=5))
    assert kept.hours == waits(small_day([replace(p, priority=False) for p in people])).hours


def test_so_many_counters_on_one_weekday_only():
    monday = small_day([came(n, 10) for n in range(10)])
    tuesday = replace(monday, date="2026-04-07", weekday="tue")
    assert waits(monday, Counters(3, "mon")).mean < waits(monday).mean
    assert waits(tuesday, Counters(3, "mon")) == waits(tuesday)


def test_a_citizen_who_is_sent_on_waits_twice():
    journey = Came(EIGHT, (Leg(FILE, 5 * MINUTE), Leg(ADVICE, 5 * MINUTE)))
    tally = waits(small_day([journey, came(1, 10)]))
    # Back in the queue they stand where they came in, before whoever came a minute later.
    assert tally.stays == 3
    assert tally.hours[8][1] == pytest.approx(0 + 0 + 9)


def test_whom_nobody_serves_is_counted_as_not_called():
    shifts = {CounterId("1"): (Span(EIGHT, EIGHT + 10 * MINUTE),)}
    tally = waits(small_day([came(0, 15), came(5, 5)], shifts=shifts))
    assert (tally.stays, tally.unserved, tally.kept) == (1, 1, 1)
    assert tally.within == 0.5


def test_somebody_who_does_not_come_keeps_a_counter_as_long_as_those_of_the_day():
    day = replace(small_day([came(0, 5, shows=False), came(0, 5)]), absent_ms=90_000.0)
    assert waits(day).hours[8][1] == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ((), "Say what is to change."),
        ((Counters(2, "sun"),), "None of the chosen days is a Sunday."),
        ((OwnQueue("passport"),), "There is no service passport on these days."),
        ((OwnQueue(FILE, "9"),), "There is no counter 9 on these days."),
        ((MoreOfficers("10:00", "09:00"),), "09:00 is not later than 10:00."),
        ((MoreOfficers("09:00", "10:00", ("passport",)),), "There is no service passport on these days."),
        ((LastNumbers("07:00"),), "At 07:00 the office is not open yet."),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_correct(changes, sentence):
    with pytest.raises(BadQuestion) as refused:
        ask([small_day([came(0, 5)])], Question(changes, plays=1))
    assert str(refused.value) == sentence
    assert refused.value.sentence("id") != sentence


def test_a_roster_says_who_calls_in_which_hour():
    day = small_day([came(5, 10), came(6, 10), came(65, 10), came(66, 10)], counters=2)
    tally = waits(day, Roster({8: ("1",), 9: ("1", "new-1")}))
    assert tally.hours == {8: (2, pytest.approx(9.0)), 9: (2, pytest.approx(0.0))}


def test_sentences_say_how_sure_it_is_in_both_languages():
    day = morning(3, 1)
    answer = ask([day], Question((Counters(2),), plays=20))
    english = " ".join(describe(answer, "en"))
    assert "almost certainly wait less: they did in 100 of 100 plays" in english
    assert "56.16 minutes as it was, 22.44 as it would be" in english
    assert "never settle (unstable) in these hours: 08" in english
    assert "exponential service times" in english
    assert "56,16 menit seperti semula, 22,44 seandainya diubah" in " ".join(describe(answer, "id"))
    assert "Hampir pasti warga menunggu lebih singkat" in " ".join(describe(answer, "id"))
    worse = replace(answer, difference=replace(answer.difference, mean=3.0), shorter=0.1, longer=0.9)
    assert "probably wait longer: they did in 90 of 100" in " ".join(describe(worse, "en"))
    unclear = replace(worse, shorter=0.6, longer=0.4)
    assert "cannot be said: they did in 60 of 100" in " ".join(describe(unclear, "en"))
    same = replace(answer, difference=replace(answer.difference, mean=0.1), error=0.05)
    assert "hardly any difference" in " ".join(describe(same, "en"))
    assert len(table(answer, "id")) == len(answer.hours) + 1


def test_a_share_is_never_rounded_to_all_or_nobody():
    assert [percent(x, "en") for x in (1.0, 0.9999, 0.5, 0.0001, 0.0)] == ["100", "99.9", "50", "0.1", "0"]
    assert percent(0.9999, "id") == "99,9"
