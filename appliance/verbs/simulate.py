"""``giliran simulate``: a recorded morning, or made-up days, through the queue engine on a virtual clock."""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.simulation.days import DISTRIBUTIONS, MOST_DAYS, BadPlan, Plan, simulate
from appliance.simulation.erlang import Steady, Unstable, capacity
from appliance.simulation.morning import BadRow, read_morning
from appliance.simulation.office import MOST_COUNTERS
from appliance.simulation.replay import replay
from appliance.simulation.summary import Summary, summarise
from appliance.verbs.estimates import study

OPENS: Final = "08:00"
SEED: Final = 1
NEEDED: Final = ("arrivals_per_hour", "service_minutes", "days")
MADE_UP: Final = (*NEEDED, "seed", "hours", "distribution", "no_show", "warm_up")
OF_PLANS: Final = ("counters", "replay", "opens")
STUDY_DAYS: Final = 240
FEWEST_STUDY_DAYS: Final = 5
_TIME: Final = re.compile(r"^([01]?[0-9]|2[0-3]):([0-5][0-9])\Z")


def main(argv: list[str]) -> int:
    """Print what the days came to; return 0, or end with 2 and a sentence if they cannot be played."""
    parser = _parser()
    asked = parser.parse_args(argv)
    try:
        result, text = _asked_for(asked)
    except (BadPlan, BadRow) as error:
        parser.error(str(error))
    print(json.dumps(result, indent=2) if asked.json else text)
    return 0


def _asked_for(asked: argparse.Namespace) -> tuple[dict[str, Any], str]:
    if asked.estimates:
        return _estimates(asked)
    if asked.counters is None:
        raise BadPlan("the following arguments are required: --counters")
    if not 1 <= asked.counters <= MOST_COUNTERS:
        raise BadPlan(f"--counters must be from 1 to {MOST_COUNTERS}, not {asked.counters}")
    return _recorded(asked) if asked.replay is not None else _made_up(asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="giliran simulate",
        description="Office days through the queue engine, in virtual time. How to read them: docs/capacity.md.",
        allow_abbrev=False,
    )
    parser.add_argument("--counters", type=int, metavar="N", help="all alike, serving one queue")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--estimates",
        action="store_true",
        help=f"how well waits are foretold: --days (default: {STUDY_DAYS}) of offices that differ in everything",
    )
    recorded = parser.add_argument_group("a recorded morning")
    recorded.add_argument(
        "--replay", type=Path, metavar="FILE", help="CSV: applicant,arrived,service_minutes[,service]"
    )
    recorded.add_argument("--opens", metavar="HH:MM", help=f"when the counters begin to call (default: {OPENS})")
    days = parser.add_argument_group(
        "made-up days: a steady Poisson stream, each day from an empty hall to the last served"
    )
    days.add_argument("--arrivals-per-hour", type=float, metavar="N", help="mean")
    days.add_argument("--service-minutes", type=float, metavar="N", help="mean")
    days.add_argument("--days", type=int, metavar="N", help="250 are a year")
    days.add_argument("--hours", type=float, metavar="N", help="numbers are given out so long a day (default: 8)")
    days.add_argument("--distribution", choices=DISTRIBUTIONS, help="of service times (default: exponential)")
    days.add_argument("--no-show", type=float, metavar="SHARE", help="do not come when called, 0 to 1 (default: 0)")
    days.add_argument("--seed", type=int, metavar="N", help=f"the same seed gives the same days (default: {SEED})")
    days.add_argument(
        "--warm-up", type=float, metavar="MINUTES", help="leave out the waits of whoever comes so early (default: 0)"
    )
    return parser


def _estimates(asked: argparse.Namespace) -> tuple[dict[str, Any], str]:
    mixed = [
        name for name in (*MADE_UP, *OF_PLANS) if name not in ("days", "seed") and getattr(asked, name) is not None
    ]
    if mixed:
        raise BadPlan(f"--{mixed[0].replace('_', '-')} does not go with --estimates, whose offices are all different")
    days = STUDY_DAYS if asked.days is None else asked.days
    if not FEWEST_STUDY_DAYS <= days <= MOST_DAYS:
        raise BadPlan(f"--days must be from {FEWEST_STUDY_DAYS} to {MOST_DAYS}, not {days}")
    return study(days, SEED if asked.seed is None else asked.seed)


def _recorded(asked: argparse.Namespace) -> tuple[dict[str, Any], str]:
    mixed = [name for name in MADE_UP if getattr(asked, name) is not None]
    if mixed:
        raise BadPlan(f"--{mixed[0].replace('_', '-')} is for made-up days; a recorded morning has its own")
    time = _TIME.fullmatch(asked.opens or OPENS)
    if time is None:
        raise BadPlan(f"--opens is {asked.opens!r}; write a time such as 08:00")
    opens_s = int(time[1]) * 3600 + int(time[2]) * 60
    try:
        applicants = read_morning(asked.replay.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadPlan(f"{asked.replay} cannot be read: {error}") from error
    except BadRow as error:
        raise BadRow(f"{asked.replay}, {error}") from error
    waits = [visit.wait_minutes for visit in replay(applicants, asked.counters, opens_s)]
    mean, longest = sum(waits) / len(waits), max(waits)
    result = {
        "counters": asked.counters,
        "visitors": len(waits),
        "mean_wait_minutes": round(mean, 4),
        "max_wait_minutes": round(longest, 4),
    }
    text = f"{len(waits)} citizens, {_counters(asked.counters)}: mean wait {mean:.2f} min, longest {longest:.2f} min"
    return result, text


def _made_up(asked: argparse.Namespace) -> tuple[dict[str, Any], str]:
    if asked.opens is not None:
        raise BadPlan("--opens is for a recorded morning; made-up days begin when they open")
    missing = [f"--{name.replace('_', '-')}" for name in NEEDED if getattr(asked, name) is None]
    if missing:
        raise BadPlan(f"give --replay FILE, or made-up days; missing: {', '.join(missing)}")
    fields = {name: getattr(asked, name) for name in Plan.__struct_fields__ if getattr(asked, name) is not None}
    plan = Plan(**fields)
    seed = SEED if asked.seed is None else asked.seed
    days = simulate(plan, random.Random(seed))
    warm_up = asked.warm_up or 0.0
    if not 0 <= warm_up < plan.hours * 60:
        raise BadPlan(
            f"--warm-up must be from 0 to less than the {plan.hours * 60:g} minutes of a day, not {warm_up:g}"
        )
    summary = summarise(days, plan.counters, warm_up)
    model = capacity(plan.arrivals_per_hour / 60, plan.minutes_at_counter, plan.counters)
    result = {key: round(value, 4) for key, value in msgspec.to_builtins(summary).items()}
    result |= {"counters": plan.counters, "seed": seed, "stable": isinstance(model, Steady)}
    return result, _text(plan, summary, model)


def _text(plan: Plan, summary: Summary, model: Steady | Unstable) -> str:
    waits = (
        f"wait          mean {summary.mean_wait_minutes:.2f} min, half within {summary.median_wait_minutes:.1f}, "
        f"9 of 10 within {summary.p90_wait_minutes:.1f}, longest {summary.max_wait_minutes:.1f}"
    )
    lines = [
        f"{summary.days} days, {_counters(plan.counters)}, {summary.visitors} citizens",
        f"served        {summary.served}; {summary.no_shows} did not come when called",
        waits,
        f"had to wait   {summary.share_who_wait:.1%}",
        f"counters busy {summary.utilisation:.1%} of opening hours",
        f"overtime      {summary.mean_overtime_minutes:.0f} min from closing until the last is served, on average",
    ]
    if isinstance(model, Unstable):
        lines.append(
            f"More work comes than {_counters(plan.counters)} can do: the queue grows until closing, so these waits\n"
            f"hold only for days of {plan.hours:g} hours. At least {model.counters_needed} counters are needed."
        )
    elif plan.distribution == "exponential" and plan.no_show == 0:
        lines.append(f"An endless day would settle at a mean wait of {model.wq:.2f} min (M/M/c).")
    return "\n".join(lines)


def _counters(number: int) -> str:
    return f"{number} counter{'s' if number > 1 else ''}"
