"""Waits are foretold well: on the study's own days, a few of them."""

from __future__ import annotations

import json

import pytest

from appliance.verbs import estimates, simulate


@pytest.fixture(scope="module")
def figures():
    return estimates.study(25, 1)[0]


@pytest.mark.long
def test_on_steady_days_the_estimates_are_no_worse_than_the_best_of_the_literature(figures):
    assert figures["steady"]["mae_against_best"] <= estimates.STEADY_MOST


@pytest.mark.long
def test_on_varied_days_most_of_the_distance_to_the_oracle_is_closed(figures):
    assert figures["varied"]["closed"] >= estimates.CLOSED_LEAST


@pytest.mark.long
def test_about_eight_of_ten_waits_lie_in_their_range(figures):
    # Few days: the whole study, in docs/wait-estimates.md, stands between 78 and 82 of 100.
    for kind in ("steady", "varied"):
        assert 0.7 <= figures[kind]["inside"] <= 0.9


def test_the_verb_prints_the_study_as_json(capsys, monkeypatch):
    monkeypatch.setattr(simulate, "study", lambda days, seed: ({"days": days, "seed": seed}, "text"))
    assert simulate.main(["--estimates", "--days", "7", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"days": 7, "seed": 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--counters", "3"], "--counters does not go with --estimates"),
        (["--days", "2"], "--days must be from 5 to"),
        (["--no-show", "0.1"], "--no-show does not go with --estimates"),
    ],
)
def test_what_does_not_go_together_is_refused_in_a_sentence(capsys, arguments, words):
    with pytest.raises(SystemExit):
        simulate.main(["--estimates", *arguments])
    assert words in capsys.readouterr().err
