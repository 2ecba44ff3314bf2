"""What a number of counters makes of a load, against the textbook's sums and the office's published table."""

from __future__ import annotations

import json
from fractions import Fraction
from math import factorial, inf, nan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appliance.simulation.erlang import BadLoad, Steady, Unstable, capacity, counters_needed, p_wait
from appliance.verbs import capacity as tool

loads = st.floats(0.001, 60, allow_nan=False)
rates = st.floats(0.001, 20)
minutes = st.floats(0.01, 30)
extra = st.integers(0, 20)


def textbook_p_wait(load: Fraction, counters: int) -> Fraction:
    """Erlang C as it is printed in textbooks, in exact arithmetic."""
    queueing = load**counters / factorial(counters) * counters / (counters - load)
    return queueing / (sum(load**k / factorial(k) for k in range(counters)) + queueing)


def steady(rate: float, service: float, counters: int) -> Steady:
    answer = capacity(rate, service, counters)
    assert isinstance(answer, Steady)
    return answer


@pytest.mark.parametrize(
    ("counters", "utilisation", "waiting", "lq", "wq", "ws"),
    [(2, 0.6525, 0.5153, 0.9675, 2.67, 6.27), (3, 0.4350, 0.1720, 0.1324, 0.37, 3.97)],
)
def test_gives_the_figures_of_the_office_in_bekasi(counters, utilisation, waiting, lq, wq, ws):
    answer = steady(0.3625, 3.6, counters)
    assert answer.utilisation == pytest.approx(utilisation, abs=5e-5)
    assert answer.p_wait == pytest.approx(waiting, abs=5e-5)
    assert answer.lq == pytest.approx(lq, abs=1e-4)
    assert answer.wq == pytest.approx(wq, abs=5e-3)
    assert answer.ws == pytest.approx(ws, abs=5e-3)


@pytest.mark.parametrize("counters", [1, 2, 3, 7, 30, 120])
@pytest.mark.parametrize("share", [Fraction(1, 100), Fraction(1, 2), Fraction(9, 10), Fraction(999, 1000)])
def test_erlang_c_is_that_of_the_textbook(counters, share):
    load = counters * share
    assert p_wait(float(load), counters) == pytest.approx(float(textbook_p_wait(load, counters)), rel=1e-9)


def test_a_single_counter_is_the_m_m_1_queue():
    answer = steady(0.2, 4, 1)
    assert (answer.p_wait, answer.lq, answer.wq) == pytest.approx((0.8, 3.2, 16.0))


def test_thousands_of_counters_do_not_overflow():
    assert 0 < steady(1900, 5, 9_600).p_wait < 1
    assert steady(0.01, 1, 10_000).p_wait == 0


@given(loads, extra)
def test_p_wait_is_a_probability_and_falls_with_every_counter(load, more):
    counters = counters_needed(load) + more
    here, there = p_wait(load, counters), p_wait(load, counters + 1)
    assert 0 <= there <= here <= 1
    assert there < here or here < 1e-300


@given(rates, minutes, extra)
def test_littles_law_holds(rate, service, more):
    answer = steady(rate, service, counters_needed(rate * service) + more)
    assert answer.lq == pytest.approx(rate * answer.wq, rel=1e-9)
    assert answer.ws == answer.wq + service
    assert 0 < answer.utilisation < 1


@given(rates, minutes, extra)
def test_more_work_means_more_waiting(rate, service, more):
    counters = counters_needed(rate * service) + more
    longer = capacity(rate, service * 1.01, counters)
    assume(isinstance(longer, Steady))
    assert longer.wq >= steady(rate, service, counters).wq


@given(rates, minutes)
def test_an_unstable_load_is_told_the_smallest_number_that_would_do(rate, service):
    fewest = counters_needed(rate * service)
    assert isinstance(capacity(rate, service, fewest), Steady)
    if fewest > 1:
        assert capacity(rate, service, fewest - 1) == Unstable(rate * service, fewest)


@pytest.mark.parametrize(("rate", "service", "counters"), [(0.5, 2, 1), (0.29, 100, 29), (0.1, 30, 3), (2, 3, 6)])
def test_a_load_of_the_whole_capacity_is_unstable(rate, service, counters):
    answer = capacity(rate, service, counters)
    assert isinstance(answer, Unstable)
    assert answer.counters_needed == counters + 1


@pytest.mark.parametrize(
    ("rate", "service", "counters", "named"),
    [
        (0, 3, 1, "arrivals per minute"),
        (-1, 3, 1, "arrivals per minute"),
        (nan, 3, 1, "arrivals per minute"),
        (inf, 3, 1, "arrivals per minute"),
        (0.3, 0, 1, "service minutes"),
        (0.3, 601, 1, "service minutes"),
        (0.3, 3, 0, "counters"),
        (0.3, 3, 10_001, "counters"),
    ],
)
def test_refuses_what_is_no_load_and_names_it(rate, service, counters, named):
    with pytest.raises(BadLoad, match=f"^{named} must be"):
        capacity(rate, service, counters)


def arguments(rate: str, service: str, counters: str) -> list[str]:
    return ["--arrivals-per-minute", rate, "--service-minutes", service, "--counters", counters]


def test_the_verb_prints_four_digits(capsys):
    assert tool.main(arguments("0.3625", "3.6", "2")) == 0
    out = capsys.readouterr().out
    assert out.startswith("stable with 2 counters\n")
    for figure in ("0.6525", "0.5153", "0.9676", "2.6691 min", "6.2691 min"):
        assert figure in out


def test_the_verb_says_unstable_and_prints_no_figure_for_it(capsys):
    assert tool.main(arguments("0.3625", "3.6", "1")) == 0
    out = capsys.readouterr().out
    assert out.startswith("unstable")
    assert "At least 2 counters are needed." in out
    assert "utilisation" not in out


@pytest.mark.parametrize(("counters", "stable"), [("1", False), ("2", True)])
def test_the_json_has_the_same_keys_for_both_answers(capsys, counters, stable):
    assert tool.main([*arguments("0.3625", "3.6", counters), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    figures = [answer.pop(key) for key in ("utilisation", "p_wait", "lq", "wq_minutes", "ws_minutes")]
    assert all((figure is not None) == stable for figure in figures)
    assert answer == {
        "stable": stable,
        "counters": int(counters),
        "offered_load": pytest.approx(1.305),
        "counters_needed": None if stable else 2,
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (arguments("0", "3.6", "2"), "arrivals per minute must be more than 0"),
        (arguments("many", "3.6", "2"), "invalid float value: 'many'"),
        (arguments("0.3", "-2", "2"), "service minutes must be more than 0"),
        (arguments("0.3", "3.6", "1.5"), "invalid int value: '1.5'"),
        (arguments("0.3", "3.6", "0"), "counters must be from 1"),
        ([], "--arrivals-per-minute, --service-minutes, --counters"),
    ],
)
def test_the_verb_refuses_bad_input_in_a_sentence(capsys, arguments, complaint):
    with pytest.raises(SystemExit) as ended:
        tool.main(arguments)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err
