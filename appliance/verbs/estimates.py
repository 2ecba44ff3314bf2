"""``giliran simulate --estimates``: how well waits are foretold, on days that differ in everything that matters.

The table of errors is that of ``giliran accuracy`` as well, which judges the office's own days.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from appliance.reports.what_if.playing import Tell, spread_out
from appliance.simulation.accuracy import ORACLE, Study
from appliance.simulation.judged import FEWEST, OURS, Errors, Judged
from appliance.simulation.predictors import PREDICTORS
from appliance.simulation.varied import Kind, offices
from appliance.simulation.world import Scenario

STEADY_MOST: Final = 1.02
"""On steady days our errors, plain and squared, over those of the best of the literature's predictors."""
CLOSED_LEAST: Final = 0.5
"""On varied days the part of the distance from the queue length's error to the oracle's."""
VARIED_MAE: Final = 0.45
VARIED_MSE: Final = 0.17
"""On varied days the same as ``STEADY_MOST``: wished for, and more than the oracle itself reaches."""
INSIDE: Final = (0.78, 0.82)
"""Of all waits, the share that lies in a range of 80 per cent."""
INSIDE_LEAST: Final = 0.75
"""The same of each service, hour and class."""
DIMENSIONS: Final = ("part", "service", "hour", "class")
_OF_GROUPS: Final = ("service", "hour", "class")


def study(
    days: int, seed: int, tell: Tell = lambda _done, _all: None, *, oracle: bool = True
) -> tuple[dict[str, Any], str]:
    """Play the days, two fifths of them steady; return the figures, and the same as text.

    Args:
        days: how many.
        seed: of the days; the estimates have a chance of their own, so that the days stay the same whatever they draw.
        tell: is told how many offices are done, of how many.
        oracle: whether the method that knows more is tried as well; it takes half of the time, and changes no other.
    """
    steady = days * 2 // 5
    kinds: list[tuple[Kind, int]] = [("steady", steady), ("varied", days - steady)]
    made = [(kind, list(map(list, offices(count, kind, random.Random(seed))))) for kind, count in kinds]
    every = [(kind, office) for kind, its in made for office in its]
    judged = {kind: Judged() for kind, _ in kinds}
    played = spread_out(
        lambda place: _play(every[place][1], f"{seed}:{place}", oracle=oracle), range(len(every)), tell, nicer=0
    )
    for (kind, _), found in zip(every, played, strict=True):
        judged[kind].take(msgspec.msgpack.decode(found, type=Judged))
    result: dict[str, Any] = {"seed": seed}
    lines = []
    for kind, count in kinds:
        result[kind] = {"days": count} | _of_study(judged[kind])
        lines += [f"{kind}: {count} days", *table(judged[kind]), ""]
    result["holds"] = _holds({kind: result[kind] for kind, _ in kinds})
    lines.append("What the columns mean, and what is wished for: docs/wait-estimates.md.")
    return result, "\n".join(lines)


def figures(judged: Judged) -> dict[str, Any]:
    """Return errors by predictor, and how often the range held, of all waits and of each group."""
    return _figures(judged.all) | {
        dimension: {key: _figures(errors) for key, errors in sorted(judged.groups[dimension].items(), key=_in_order)}
        for dimension in DIMENSIONS
        if dimension in judged.groups
    }


def best(errors: Errors, *, squared: bool = False) -> float:
    """Return the least error of the literature's predictors."""
    return min(errors.mse(name) if squared else errors.mae(name) for name in PREDICTORS)


def table(judged: Judged) -> list[str]:
    """Return the lines of a table: mean absolute and squared errors, and how often the range held."""
    names = [name for name in (OURS, *PREDICTORS, ORACLE) if name in judged.all.absolute]
    head = f"{'':16}{'waits':>7}" + "".join(f"{name.replace('_', ' '):>16}" for name in names)
    lines = [f"{head}{'ours÷best':>14}{'in range':>10}", _line("all", judged.all, names)]
    for dimension in DIMENSIONS:
        for key, errors in sorted(judged.groups.get(dimension, {}).items(), key=_in_order):
            if errors.waits >= FEWEST:
                name = f"{key} % of the wait" if dimension == "part" else f"{dimension} {key}"
                lines.append(_line(name, errors, names))
    return lines


def _play(office: Sequence[Scenario], seed: str, *, oracle: bool) -> bytes:
    study = Study(random.Random(seed), random.Random(f"{seed}:{ORACLE}") if oracle else None)
    study.run(office)
    return msgspec.msgpack.encode(study.judged)


def _in_order(one: tuple[str, Errors]) -> tuple[int, str]:
    return len(one[0]) if one[0].isdecimal() else 0, one[0]


def _figures(errors: Errors) -> dict[str, Any]:
    inside = errors.inside
    return {
        "waits": errors.waits,
        "mae": {name: round(errors.mae(name), 4) for name in errors.absolute},
        "mse": {name: round(errors.mse(name), 4) for name in errors.squared},
        "mae_against_best": _ratio(errors.mae(OURS), best(errors)),
        "mse_against_best": _ratio(errors.mse(OURS), best(errors, squared=True)),
        "ranges": errors.ranged,
        "inside": None if inside is None else round(inside, 4),
        "below": round(errors.below / errors.ranged, 4) if errors.ranged else None,
        "above": round(errors.above / errors.ranged, 4) if errors.ranged else None,
    }


def _ratio(mine: float, others: float) -> float | None:
    return round(mine / others, 4) if others else None


def _of_study(judged: Judged) -> dict[str, Any]:
    everything = judged.all
    simple, oracle = everything.mae("queue_length"), everything.mae(ORACLE)
    worst = judged.worst_inside(_OF_GROUPS)
    return figures(judged) | {
        "closed": _ratio(simple - everything.mae(OURS), simple - oracle) if oracle else None,
        "worst_group": f"{worst[0]} {worst[1]}" if worst else None,
        "worst_inside": round(worst[2], 4) if worst else None,
    }


def _holds(found: dict[str, dict[str, Any]]) -> dict[str, bool]:
    steady, varied = found["steady"], found["varied"]
    worst = [kind["worst_inside"] for kind in found.values() if kind["worst_inside"] is not None]
    return {
        "steady_mae": steady["mae_against_best"] <= STEADY_MOST,
        "steady_mse": steady["mse_against_best"] <= STEADY_MOST,
        "varied_mae": varied["mae_against_best"] <= VARIED_MAE,
        "varied_mse": varied["mse_against_best"] <= VARIED_MSE,
        "varied_closed": varied["closed"] is None or varied["closed"] >= CLOSED_LEAST,
        "inside": all(INSIDE[0] <= kind["inside"] <= INSIDE[1] for kind in found.values()),
        "inside_of_each": min(worst, default=1.0) >= INSIDE_LEAST,
    }


def _line(name: str, errors: Errors, names: list[str]) -> str:
    told = "".join(f"{errors.mae(one):8.2f} {errors.mse(one):7.1f}" for one in names)
    mae, mse = _ratio(errors.mae(OURS), best(errors)), _ratio(errors.mse(OURS), best(errors, squared=True))
    against = f"{mae:.2f} {mse:.2f}" if mae is not None and mse is not None else "-"
    inside = f"{errors.inside:.1%}" if errors.inside is not None else "-"
    return f"{name:16}{errors.waits:7}{told}{against:>14}{inside:>10}"
