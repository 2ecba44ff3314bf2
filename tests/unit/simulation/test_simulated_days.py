"""Made-up days: against the M/M/c model, and visitor by visitor against a recursion that knows no engine."""

from __future__ import annotations

import heapq
import math
import random
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.simulation.days import DISTRIBUTIONS, HOUR, BadPlan, Plan, exponential, lognormal, simulate
from appliance.simulation.erlang import Steady, capacity
from appliance.simulation.office import ABSENT_MS
from appliance.simulation.summary import summarise
from appliance.units import MINUTE

WARM_UP = 600
"""Minutes until the empty hall of the morning is forgotten, many times over."""
FIRST_VISITORS_OF_SEED_5 = [(175_544, 266_893), (417_947, 613_549), (934_724, 374_024)]
"""When they arrive, and how long serving them takes, in milliseconds."""


def steady_state(plan: Plan, *, seed: int) -> Steady:
    """Play few, very long days, so that nearly everybody comes into a hall that has settled."""
    model = capacity(plan.arrivals_per_hour / 60, plan.service_minutes, plan.counters)
    assert isinstance(model, Steady)
    summary = summarise(simulate(plan, random.Random(seed)), plan.counters, WARM_UP)
    assert summary.mean_wait_minutes == pytest.approx(model.wq, rel=0.04)
    assert summary.share_who_wait == pytest.approx(model.p_wait, rel=0.02)
    assert summary.utilisation == pytest.approx(model.utilisation, rel=0.01)
    return model


@pytest.mark.long
def test_two_counters_wait_as_the_model_says():
    model = steady_state(Plan(21.75, 3.6, 2, days=10, hours=400), seed=11)
    assert model.wq == pytest.approx(2.67, abs=0.005)


@pytest.mark.long
def test_five_counters_wait_as_the_model_says():
    steady_state(Plan(62.5, 3.6, 5, days=10, hours=150), seed=12)


@pytest.mark.long
def test_constant_service_halves_the_wait_of_a_single_counter():
    """Pollaczek and Khinchine: at one counter the wait goes with 1 + the squared coefficient of variation."""
    model = capacity(0.2, 3.5, 1)
    assert isinstance(model, Steady)
    for distribution, factor in (("constant", 0.5), ("lognormal", 0.625)):
        plan = Plan(12, 3.5, 1, days=10, hours=600, distribution=distribution)
        summary = summarise(simulate(plan, random.Random(13)), 1, WARM_UP)
        assert summary.mean_wait_minutes == pytest.approx(model.wq * factor, rel=0.04), distribution


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 1_000_000),
    st.integers(1, 6),
    st.floats(5, 90),
    st.sampled_from(DISTRIBUTIONS),
    st.sampled_from([0.0, 0.1, 0.5]),
)
def test_everybody_waits_as_long_as_the_first_free_counter_takes(seed, counters, rate, distribution, no_show):
    plan = Plan(rate, 4.0, counters, days=2, hours=4, distribution=distribution, no_show=no_show)
    for day in simulate(plan, random.Random(seed)):
        free = [day.opened] * counters
        for visit, visitor in zip(day.visits, day.visitors, strict=True):
            called = max(visitor.arrives, free[0])
            heapq.heapreplace(free, called + (visitor.service_ms if visitor.shows else ABSENT_MS))
            assert (visit.called, visit.waited_ms) == (called, called - visitor.arrives)
            assert visit.served == visitor.shows


def test_the_same_seed_gives_the_same_days_and_another_one_others():
    plan = Plan(20, 4, 2, days=3, distribution="lognormal", no_show=0.1)
    first, again, other = (list(simulate(plan, random.Random(seed))) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_the_same_seed_brings_the_same_citizens_to_any_number_of_counters():
    few, many = (next(simulate(Plan(20, 4, n, days=1, no_show=0.1), random.Random(5))) for n in (1, 4))
    assert few.visitors == many.visitors
    assert sum(v.waited_ms for v in few.visits) > sum(v.waited_ms for v in many.visits)


def test_the_days_are_those_of_every_version_of_python():
    day = next(simulate(Plan(20, 4, 2, days=1, distribution="lognormal"), random.Random(5)))
    assert [(v.arrives, v.service_ms) for v in day.visitors[:3]] == FIRST_VISITORS_OF_SEED_5


def test_an_overrun_day_is_served_to_its_end_and_the_next_begins_empty():
    plan = Plan(60, 30, 1, days=2, hours=2)
    first, second = simulate(plan, random.Random(3))
    assert max(visit.ended for visit in first.visits) > first.opened + 24 * HOUR
    assert second.opened == max(visit.ended for visit in first.visits)
    assert second.visits[0].waited_ms == 0
    assert second.visits[0].number == first.visits[0].number


def test_who_does_not_come_is_called_again_and_written_off():
    plan = Plan(20, 4, 2, days=20, no_show=0.25)
    summary = summarise(simulate(plan, random.Random(8)), 2)
    assert summary.no_shows / summary.visitors == pytest.approx(0.25, abs=0.02)
    assert summary.served + summary.no_shows == summary.visitors
    assert summary.utilisation == pytest.approx(20 / 60 * plan.minutes_at_counter / 2, rel=0.05)


def test_the_waits_of_those_who_do_not_come_are_left_out():
    plan = Plan(40, 4, 2, days=3, no_show=0.5)
    days = list(simulate(plan, random.Random(9)))
    waits = [visit.waited_ms / MINUTE for day in days for visit in day.visits if day.visitors[visit.place].shows]
    assert summarise(days, 2).mean_wait_minutes == pytest.approx(statistics.fmean(waits))


def test_a_day_on_which_nobody_comes():
    plan = Plan(0.001, 5, 1, days=2, hours=1)
    summary = summarise(simulate(plan, random.Random(1)), 1)
    assert (summary.days, summary.visitors, summary.mean_wait_minutes, summary.mean_overtime_minutes) == (2, 0, 0, 0)


def test_quantiles_overtime_and_warm_up():
    plan = Plan(30, 6, 2, days=5, hours=3)
    days = list(simulate(plan, random.Random(4)))
    summary = summarise(days, 2)
    waits = sorted(visit.waited_ms / MINUTE for day in days for visit in day.visits)
    assert summary.mean_wait_minutes == pytest.approx(statistics.fmean(waits))
    assert summary.median_wait_minutes == pytest.approx(statistics.median_low(waits))
    assert summary.p90_wait_minutes == waits[math.ceil(0.9 * len(waits)) - 1]
    assert summary.max_wait_minutes == waits[-1]
    overtime = [max(0, max(v.ended for v in day.visits) - day.closed) / MINUTE for day in days]
    assert summary.mean_overtime_minutes == pytest.approx(statistics.fmean(overtime))
    late = [
        v.waited_ms / MINUTE for day in days for v in day.visits if day.visitors[v.place].arrives >= day.opened + HOUR
    ]
    assert summarise(days, 2, warm_up_minutes=60).mean_wait_minutes == pytest.approx(statistics.fmean(late))


def test_the_draws_have_the_mean_and_the_variation_that_were_asked_for():
    chance = random.Random(2)
    for draws, variation in (
        ([exponential(chance, 4.0) for _ in range(50_000)], 1.0),
        ([lognormal(chance, 4.0) for _ in range(50_000)], 0.5),
        ([lognormal(chance, 4.0, 1.2) for _ in range(50_000)], 1.2),
    ):
        assert statistics.fmean(draws) == pytest.approx(4.0, rel=0.02)
        assert statistics.pstdev(draws) / 4.0 == pytest.approx(variation, rel=0.05)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"arrivals_per_hour": 0}, "arrivals per hour must be more than 0"),
        ({"arrivals_per_hour": math.nan}, "arrivals per hour must be"),
        ({"service_minutes": -1}, "service minutes must be"),
        ({"hours": math.inf}, "hours must be"),
        ({"counters": 0}, "counters must be from 1 to 500"),
        ({"days": 10_001}, "days must be from 1 to 10000"),
        ({"no_show": 1.0}, "no-show must be a share"),
        ({"arrivals_per_hour": 90_000.0}, "visitors are too many"),
    ],
)
def test_a_plan_that_cannot_be_played_is_refused(change, complaint):
    plan = {"arrivals_per_hour": 20.0, "service_minutes": 4.0, "counters": 2, "days": 10} | change
    with pytest.raises(BadPlan, match=complaint):
        simulate(Plan(**plan), random.Random(1))
