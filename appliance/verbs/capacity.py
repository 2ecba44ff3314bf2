"""``giliran capacity``: what a number of counters makes of a load, in the long run."""

from __future__ import annotations

import argparse
import json

from appliance.simulation.erlang import BadLoad, Steady, Unstable, capacity


def main(argv: list[str]) -> int:
    """Print the figures; an unstable load is an answer too, so it returns 0."""
    parser = argparse.ArgumentParser(
        prog="giliran capacity",
        description="Waiting in the long run (M/M/c, exact Erlang C). How to read it: docs/capacity.md.",
        allow_abbrev=False,
    )
    parser.add_argument("--arrivals-per-minute", type=float, required=True, metavar="N", help="mean, e.g. 0.3625")
    parser.add_argument("--service-minutes", type=float, required=True, metavar="N", help="mean for one citizen")
    parser.add_argument("--counters", type=int, required=True, metavar="N", help="that serve the one queue")
    parser.add_argument("--json", action="store_true", help="for programs: unrounded, minutes")
    asked = parser.parse_args(argv)
    try:
        answer = capacity(asked.arrivals_per_minute, asked.service_minutes, asked.counters)
    except BadLoad as error:
        parser.error(str(error))
    if asked.json:
        print(json.dumps(as_json(answer, asked.counters), indent=2))
    else:
        print(as_text(answer, asked.counters))
    return 0


def as_json(answer: Steady | Unstable, counters: int) -> dict[str, float | int | bool | None]:
    """Return the answer with the same keys whether the load is stable or not: what does not exist is None."""
    steady = answer if isinstance(answer, Steady) else None
    return {
        "stable": steady is not None,
        "counters": counters,
        "offered_load": answer.load,
        "utilisation": steady.utilisation if steady else None,
        "p_wait": steady.p_wait if steady else None,
        "lq": steady.lq if steady else None,
        "wq_minutes": steady.wq if steady else None,
        "ws_minutes": steady.ws if steady else None,
        "counters_needed": None if isinstance(answer, Steady) else answer.counters_needed,
    }


def as_text(answer: Steady | Unstable, counters: int) -> str:
    """Return the answer as a small table, or the sentence that there is none."""
    if isinstance(answer, Unstable):
        return (
            f"unstable with {counters} counter{'s' if counters > 1 else ''}: the work that comes would keep "
            f"{answer.load:.4f} busy.\n"
            "The queue grows for as long as people come; it has no mean length and no mean wait.\n"
            f"At least {answer.counters_needed} counters are needed."
        )
    return "\n".join(
        (
            f"stable with {counters} counter{'s' if counters > 1 else ''}",
            f"utilisation     {answer.utilisation:.4f}       share of the time that a counter is busy",
            f"P(wait)         {answer.p_wait:.4f}       share of citizens who have to wait",
            f"Lq              {answer.lq:.4f}       citizens who wait, on average",
            f"Wq              {answer.wq:.4f} min   from arrival to call",
            f"Ws              {answer.ws:.4f} min   from arrival to the end of service",
        )
    )
