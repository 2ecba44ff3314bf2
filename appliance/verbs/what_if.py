"""``giliran what-if``: the office's own days in another office, many times; and the smallest roster that would do."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.hub.settings import HubSettings
from appliance.reports.what_if import changes as of
from appliance.reports.what_if.advice import Advice, Wish, advise
from appliance.reports.what_if.advice import describe as describe_advice
from appliance.reports.what_if.advice import table as table_of_advice
from appliance.reports.what_if.answer import PLAYS, Answer, Question
from appliance.reports.what_if.answer_text import describe, table
from appliance.reports.what_if.changes import BadQuestion, Change, minutes_of
from appliance.reports.what_if.past import WEEKDAYS, chosen_days
from appliance.reports.what_if.playing import NICER, PlayFailed, ask
from appliance.simulation.morning import BadRow, read_morning
from appliance.simulation.recorded_days import RecordedDay, recorded_morning
from appliance.store.database import StorageFault
from appliance.store.past_days import MOST_DAYS, PastDays

LAST: Final = 5
"""So many latest days are taken if none are chosen."""
CANCELLED: Final = 143
"""The exit code of whoever is asked to stop: 128 + SIGTERM."""
_DAY: Final = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TIME: Final = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")


class Cancelled(BaseException):
    """Somebody has asked this process to stop."""


def main(argv: list[str]) -> int:
    """Answer; return 0, 1 if the file cannot be read, 2 if the question cannot be answered, 143 if cancelled."""
    options = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, cancel)
    try:
        return _answer(options)
    except Cancelled:
        return CANCELLED
    except BrokenPipeError:
        return unheard()
    except (BadQuestion, BadRow, msgspec.MsgspecError, UnicodeEncodeError) as error:
        return _fail(options, error, 2)
    except (StorageFault, PlayFailed, OSError, UnicodeDecodeError) as error:
        return _fail(options, error, 1)


def cancel(_signal: int, _frame: object) -> None:
    """Leave whatever is being done, so that the processes that play are ended on the way out."""
    raise Cancelled


def unheard() -> int:
    """Keep silent, since nobody reads on, such as `head` that has seen enough; return the exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _answer(options: argparse.Namespace) -> int:
    days = _days(options)
    changes = _changes(options)
    if options.advice is not None:
        wish = Wish(changes, options.advice, options.plays, options.seed, options.promise)
        advice = advise(days, wish, lambda done, total: _tell(options, done, total))
        _say(options, advice, describe_advice(advice, options.language), table_of_advice(advice, options.language))
        return 0
    question = msgspec.convert(
        msgspec.to_builtins(Question(changes, options.plays, options.seed, options.promise)), Question
    )
    answer = ask(days, question, lambda done, total: _tell(options, done, total))
    _say(options, answer, describe(answer, options.language), table(answer, options.language))
    return 0


def _say(options: argparse.Namespace, result: Answer | Advice, sentences: list[str], lines: list[str]) -> None:
    if options.json:
        told = {"result": msgspec.to_builtins(result, str_keys=True), "sentences": sentences}
        print(json.dumps(told, ensure_ascii=False), flush=True)
    else:
        print("\n".join([*lines, "", *sentences]))


def _tell(options: argparse.Namespace, done: int, total: int) -> None:
    """Tell how far it is: a line of JSON for programs, a line that is written over for people."""
    if options.json:
        print(json.dumps({"done": done, "of": total}), flush=True)
    elif sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{total}" if done < total else "\r" + " " * 20 + "\r")


def _fail(options: argparse.Namespace, error: Exception, code: int) -> int:
    told: dict[str, Any] = {"error": str(error)}
    if isinstance(error, BadQuestion):
        told = {"error": error.sentence(options.language), "key": error.key, "values": error.values}
    if options.json:
        print(json.dumps(told, ensure_ascii=False), flush=True)
    sys.stderr.write(f"{told['error']}\n")
    return code


def _days(options: argparse.Namespace) -> list[RecordedDay]:
    if options.replay is not None:
        applicants = read_morning(options.replay.read_text(encoding="utf-8"))
        return [
            recorded_morning(applicants, options.counters_then, minutes_of(options.opens) * 60, options.replay.stem)
        ]
    with contextlib.closing(PastDays(options.database)) as past:
        if options.days:
            wanted = sorted(set(options.days))
            found = [day for one in wanted for day in chosen_days(past, one, one)]
        else:
            found = chosen_days(past, options.since, options.until, options.weekday, options.last)
    if not found:
        raise BadQuestion("no_days")
    return found


def _changes(options: argparse.Namespace) -> tuple[Change, ...]:
    found: list[Change] = []
    if options.changes is not None:
        found += msgspec.json.decode(options.changes, type=list[Change])
    found += options.officer or []
    found += options.counters or []
    found += options.own_queue or []
    if options.bookings is not None:
        found.append(of.Bookings(options.bookings))
    if options.priority is not None or options.new_promise is not None:
        first, second = options.priority or (None, None)
        found.append(of.Turns(first, second, options.new_promise))
    if options.last_number is not None:
        found.append(of.LastNumbers(options.last_number))
    return tuple(msgspec.convert(msgspec.to_builtins(found), list[Change]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="giliran what-if",
        description="The office's own days in another office, played many times. How to read it: docs/reports.md.",
        allow_abbrev=False,
    )
    days = parser.add_argument_group("which days")
    days.add_argument("--database", type=Path, default=Path(HubSettings().database), help="default: %(default)s")
    days.add_argument("--day", dest="days", action="append", type=a_day, metavar="YYYY-MM-DD", help="may be repeated")
    days.add_argument("--from", dest="since", type=a_day, default="0000-00-00", metavar="YYYY-MM-DD")
    days.add_argument("--to", dest="until", type=a_day, default="9999-99-99", metavar="YYYY-MM-DD")
    days.add_argument("--weekday", choices=WEEKDAYS, help="only these")
    days.add_argument(
        "--last", type=a_count(MOST_DAYS), default=LAST, metavar="N", help="the latest of them (default: %(default)s)"
    )
    days.add_argument("--replay", type=Path, metavar="FILE", help="a recorded morning instead (docs/capacity.md)")
    days.add_argument("--counters-then", type=a_count(of.MOST_COUNTERS), default=1, metavar="N", help="of the morning")
    days.add_argument("--opens", type=_clock, default="08:00", metavar="HH:MM", help="when its counters begin to call")
    _add_changes(parser)
    parser.add_argument(
        "--advice",
        type=float,
        metavar="PERCENT",
        help="the smallest roster that keeps the promise for so many of 100 citizens",
    )
    parser.add_argument("--promise", type=float, metavar="MINUTES", help="to judge by (default: the office's)")
    parser.add_argument("--plays", type=int, default=PLAYS, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same citizens")
    parser.add_argument("--language", choices=("id", "en"), default="en")
    parser.add_argument("--json", action="store_true", help="for programs: progress, then the result, a line each")
    return parser


def _add_changes(parser: argparse.ArgumentParser) -> None:
    office = parser.add_argument_group("what changes; several together are one other office")
    office.add_argument("--officer", action="append", type=_officer, metavar="09:00-12:00[=SERVICE,…]", help="one more")
    office.add_argument("--counters", action="append", type=_counters, metavar="[mon=]N", help="so many, all day")
    office.add_argument(
        "--own-queue",
        action="append",
        type=_own_queue,
        metavar="SERVICE[=COUNTER]",
        help="at a new counter, or this one",
    )
    office.add_argument("--bookings", type=float, metavar="PERCENT", help="of those who come without one, book")
    office.add_argument("--priority", type=_shares, metavar="2:1", help="calls with priority to calls without")
    office.add_argument(
        "--new-promise", type=int, metavar="MINUTES", help="whoever has waited longer goes first; 0: none"
    )
    office.add_argument("--last-number", type=_clock, metavar="HH:MM", help="no numbers from then on")
    office.add_argument("--changes", metavar="JSON", help="the same as a list for programs (docs/reports.md)")


def a_day(given: str) -> str:
    """Read a date of the command line."""
    if not _DAY.fullmatch(given):
        raise argparse.ArgumentTypeError(f"{given!r} is not a date such as 2026-04-06")
    return given


def _clock(given: str) -> str:
    if not _TIME.fullmatch(given):
        raise argparse.ArgumentTypeError(f"{given!r} is not a time such as 08:00")
    return given


def a_count(most: int) -> Any:
    """Return a reader of a number of the command line, from 1 to ``most``."""

    def read(given: str) -> int:
        if not given.isdecimal() or not 1 <= int(given) <= most:
            raise argparse.ArgumentTypeError(f"{given!r} is not a number from 1 to {most}")
        return int(given)

    return read


def _officer(given: str) -> Change:
    times, _, services = given.partition("=")
    opens, dash, closes = times.partition("-")
    if not dash:
        raise argparse.ArgumentTypeError(f"{given!r} is not like 09:00-12:00")
    return of.MoreOfficers(_clock(opens), _clock(closes), tuple(filter(None, services.split(","))))


def _counters(given: str) -> Change:
    day, equals, number = given.rpartition("=")
    if equals and day not in WEEKDAYS:
        raise argparse.ArgumentTypeError(f"{day!r} is not one of {', '.join(WEEKDAYS)}")
    weekday = next((known for known in WEEKDAYS if known == day), None)
    return of.Counters(a_count(of.MOST_COUNTERS)(number), weekday)


def _own_queue(given: str) -> Change:
    service, _, counter = given.partition("=")
    return of.OwnQueue(service, counter)


def _shares(given: str) -> tuple[int, int]:
    first, _, second = given.partition(":")
    most = a_count(9)
    return most(first), most(second)


if __name__ == "__main__":  # as a job of the pages: behind all others, while it reads and searches as well
    with contextlib.suppress(OSError):
        os.nice(NICER)
    sys.exit(main(sys.argv[1:]))
