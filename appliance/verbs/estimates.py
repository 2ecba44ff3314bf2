"""``giliran simulate --estimates``: how well waits are foretold, on days that differ in everything that matters."""

from __future__ import annotations

import random
from typing import Any, Final

from appliance.simulation.accuracy import Score, Study
from appliance.simulation.varied import Kind, offices

STEADY_MOST: Final = 1.02
"""On steady days our error over that of position × mean ÷ open counters."""
CLOSED_LEAST: Final = 0.5
"""On varied days the part of the distance from that method to the oracle."""
INSIDE: Final = (0.75, 0.85)
"""Of all waits, the share that lies in a range of 80 per cent."""


def study(days: int, seed: int) -> tuple[dict[str, Any], str]:
    """Play the days, two fifths of them steady; return the figures, and the same as text."""
    steady = days * 2 // 5
    scores = {kind: _play(kind, count, seed) for kind, count in (("steady", steady), ("varied", days - steady))}
    result: dict[str, Any] = {"seed": seed} | {kind: _figures(score) for kind, score in scores.items()}
    result["holds"] = _holds(scores)
    columns = (("", 8), ("days", 6), ("waits", 8), ("ours", 8), ("simple", 8), ("oracle", 8), ("ours/simple", 13))
    head = "".join(f"{name:>{width}}" for name, width in (*columns, ("closed", 8), ("in range", 10)))
    lines = [head, *(_line(kind, score) for kind, score in scores.items())]
    lines.append("Mean absolute errors in minutes. What the columns mean: docs/wait-estimates.md.")
    return result, "\n".join(lines)


def _play(kind: str, days: int, seed: int) -> Score:
    # The days have a chance of their own: they stay the same, whatever the estimates draw.
    study = Study(random.Random(seed + 1))  # nothing secret
    named: Kind = "steady" if kind == "steady" else "varied"
    for office in offices(days, named, random.Random(seed)):
        study.run(office)
    return study.scores[kind]


def _figures(score: Score) -> dict[str, float]:
    return {
        "days": score.days,
        "waits": score.guesses,
        "error_minutes": round(score.ours / score.guesses, 4),
        "simple_error_minutes": round(score.simple / score.guesses, 4),
        "oracle_error_minutes": round(score.oracle / score.guesses, 4),
        "against_simple": round(score.against_simple, 4),
        "closed": round(score.closed, 4),
        "inside": round(score.inside, 4),
        "below": round(score.below / score.ranges, 4),
        "above": round(score.above / score.ranges, 4),
    }


def _holds(scores: dict[str, Score]) -> bool:
    inside = all(INSIDE[0] <= score.inside <= INSIDE[1] for score in scores.values())
    return inside and scores["steady"].against_simple <= STEADY_MOST and scores["varied"].closed >= CLOSED_LEAST


def _line(kind: str, score: Score) -> str:
    errors = (score.ours / score.guesses, score.simple / score.guesses, score.oracle / score.guesses)
    told = "".join(f"{error:8.2f}" for error in errors)
    rest = f"{score.against_simple:13.3f}{score.closed:8.2f}{score.inside:10.1%}"
    return f"{kind:8}{score.days:6}{score.guesses:8}{told}{rest}"
