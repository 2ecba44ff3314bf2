"""``giliran accuracy``: what the office foretold on past days against what happened, beside other ways to foretell."""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.hub.settings import HubSettings
from appliance.reports import accuracy
from appliance.reports.what_if.past import WEEKDAYS, logged_days
from appliance.reports.what_if.playing import PlayFailed, spread_out
from appliance.simulation.judged import Judged
from appliance.store.database import StorageFault
from appliance.store.past_days import MOST_DAYS, PastDays
from appliance.verbs.estimates import figures, study, table
from appliance.verbs.what_if import CANCELLED, Cancelled, a_count, a_day, cancel, unheard

LAST: Final = 5
STUDY_DAYS: Final = 240
MOST_LOOKS: Final = 5_000


def main(argv: list[str]) -> int:
    """Print the table; return 0, 1 if the log cannot be read, 2 if there is no such day, 143 if cancelled."""
    options = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, cancel)
    try:
        return _answer(options)
    except BrokenPipeError:
        return unheard()


def _answer(options: argparse.Namespace) -> int:
    try:
        if options.made_up is not None:
            result, text = study(options.made_up, options.seed)
        else:
            result, text = _judged(options)
    except Cancelled:
        return CANCELLED
    except BrokenPipeError:
        raise
    except (StorageFault, PlayFailed, OSError) as error:
        return _fail(options, str(error), 1)
    except LookupError as error:
        return _fail(options, str(error.args[0]), 2)
    print(json.dumps({"result": result}, ensure_ascii=False) if options.json else text, flush=True)
    return 0


def _judged(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    with contextlib.closing(PastDays(options.database)) as past:
        first, last = (options.day, options.day) if options.day else (options.since, options.until)
        days = logged_days(past, first, last, options.weekday, options.last)
    if not days:
        raise LookupError("There is no such day on which a number was given out; choose others.")

    def one(place: int) -> bytes:
        chance = random.Random(options.seed)
        return msgspec.msgpack.encode(accuracy.judge(days[place], chance, options.looks))

    def tell(done: int, of: int) -> None:
        if options.json:
            print(json.dumps({"done": done, "of": of}), flush=True)

    everything = Judged()
    for found in spread_out(one, range(len(days)), tell):
        everything.take(msgspec.msgpack.decode(found, type=Judged))
    if not everything.all.waits:
        raise LookupError("On these days no wait was foretold; nothing can be judged.")
    dates = [day.date for day in days]
    lines = [", ".join(dates), *table(everything), "What the columns mean: docs/wait-estimates.md."]
    return {"days": dates} | figures(everything), "\n".join(lines)


def _fail(options: argparse.Namespace, sentence: str, code: int) -> int:
    if options.json:
        print(json.dumps({"error": sentence}, ensure_ascii=False), flush=True)
    sys.stderr.write(f"{sentence}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="giliran accuracy",
        description="What was foretold against what happened. How to read it: docs/wait-estimates.md.",
        allow_abbrev=False,
    )
    parser.add_argument("--database", type=Path, default=Path(HubSettings().database), help="default: %(default)s")
    parser.add_argument("--day", type=a_day, metavar="YYYY-MM-DD", help="one business day")
    parser.add_argument("--from", dest="since", type=a_day, default="0000-00-00", metavar="YYYY-MM-DD")
    parser.add_argument("--to", dest="until", type=a_day, default="9999-99-99", metavar="YYYY-MM-DD")
    parser.add_argument("--weekday", choices=WEEKDAYS, help="only these")
    parser.add_argument("--last", type=a_count(MOST_DAYS), default=LAST, metavar="N", help="the latest of them")
    parser.add_argument(
        "--looks",
        type=a_count(MOST_LOOKS),
        default=accuracy.LOOKS,
        metavar="N",
        help="at those who wait, a day (default: %(default)s)",
    )
    parser.add_argument(
        "--made-up",
        type=a_count(10_000),
        nargs="?",
        const=STUDY_DAYS,
        metavar="DAYS",
        help=f"instead: so many days of offices that differ in everything (default: {STUDY_DAYS})",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--json", action="store_true", help="for programs: progress, then the result, a line each")
    return parser
