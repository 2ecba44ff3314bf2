"""Until when numbers can be given is drawn on from how the forecast has moved."""

from __future__ import annotations

import itertools

import pytest

from appliance.units import HOUR, MINUTE
from appliance.web import day_end

NOW, CLOSES = 10 * HOUR, 15 * HOUR


def past(minutes, slope, ends_now, step=1):
    samples = ()
    for ago in range(minutes, -1, -step):
        at = NOW - ago * MINUTE
        samples = day_end.with_sample(samples, at, ends_now - round(slope * ago * MINUTE))
    return samples


def test_a_queue_that_grows_faster_than_it_is_served_is_to_be_stopped_before_the_office_closes():
    # Two minutes of work come with each minute: at 12.00 the last one would be called at 15.00.
    assert day_end.stop_at(past(30, 2.0, 11 * HOUR), 11 * HOUR, CLOSES, NOW) == 12 * HOUR


def test_a_queue_that_ends_in_time_is_not():
    assert day_end.stop_at(past(30, 0.7, 11 * HOUR), 11 * HOUR, CLOSES, NOW) is None
    assert day_end.stop_at(past(30, -1.0, 11 * HOUR), 11 * HOUR, CLOSES, NOW) is None
    assert day_end.stop_at(past(30, 0.0, 11 * HOUR), 11 * HOUR, CLOSES, NOW) is None


def test_what_is_late_already_is_to_be_stopped_now_whatever_was_before():
    assert day_end.stop_at((), CLOSES, CLOSES, NOW) == NOW


@pytest.mark.parametrize("samples", [(), past(9, 3.0, 14 * HOUR), ((NOW, 14 * HOUR),)])
def test_of_a_short_past_no_line_is_drawn(samples):
    assert day_end.stop_at(samples, 14 * HOUR, CLOSES, NOW) is None


def test_after_closing_time_there_is_nothing_to_stop():
    assert day_end.stop_at(past(30, 2.0, 16 * HOUR), 16 * HOUR, NOW, NOW) is None


def test_samples_are_a_minute_apart_and_of_the_last_three_quarters_of_an_hour():
    samples = ()
    for second in range(0, 4 * 3600, 10):
        samples = day_end.with_sample(samples, NOW + second * 1000, 0)
    spans = {after[0] - before[0] for before, after in itertools.pairwise(samples)}
    assert (spans, len(samples)) == ({MINUTE}, 45)


def test_a_clock_that_was_set_back_forgets_what_lies_ahead():
    assert day_end.with_sample(((NOW + HOUR, 1),), NOW, 2) == ((NOW, 2),)


def test_times_for_people_are_on_five_minutes():
    assert day_end.rounded(NOW + 4 * MINUTE) == NOW
    assert day_end.rounded(NOW + 1, up=True) == NOW + 5 * MINUTE
    assert day_end.rounded(NOW, up=True) == NOW
