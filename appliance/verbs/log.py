"""``giliran log verify`` proves the log, ``show`` tells it: both only read, also while the hub runs.

``giliran log check FILE`` proves what was exported from it, anywhere and without the database.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from appliance.hub.settings import HubSettings
from appliance.store import diary, log_export
from appliance.store.database import StorageFault
from appliance.store.log_export import NotAnExport
from appliance.store.reader import LogReader

DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def main(argv: list[str]) -> int:
    """Run one of them; return the exit code: 1 if the chain is broken, or if the file cannot be read."""
    options = _parser().parse_args(argv)
    try:
        if options.what == "check":
            return _check(options.file)
        with contextlib.closing(LogReader(options.database)) as log:
            return _verify(log) if options.what == "verify" else _show(log, options.day or "", options.number or "")
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (StorageFault, NotAnExport, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _verify(log: LogReader) -> int:
    proof = log.prove()
    if proof.bad is None:
        print(f"The chain is whole: {proof.records} records, the last hash is {proof.last_hash}.")
        return 0
    print(f"The chain is broken: {proof.problem}. {proof.records} records before it are whole. See docs/backup.md.")
    return 1


def _check(file: Path) -> int:
    with file.open("rb") as lines:
        head, proof = log_export.check(lines)
    if proof.bad is None:
        print(f"The export is whole: records {head.first} to {head.last}, the last hash is {proof.last_hash}.")
        print(f"It follows the hash {head.before}.")
        return 0
    print(f"The export is broken: {proof.problem}. {proof.records} records before it are whole.")
    return 1


def _show(log: LogReader, day: str, number: str) -> int:
    zone = ZoneInfo(log.zone())
    for row in log.records(day, number):
        print(diary.line(row, zone))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="giliran log", description="The hub's log: prove it, or read it.")
    verbs = parser.add_subparsers(dest="what", required=True)
    verify = verbs.add_parser(
        "verify", help="prove the hash chain from the first record; exit 1 names the first bad one"
    )
    check = verbs.add_parser("check", help="prove a file that was exported; no database is needed")
    check.add_argument("file", type=Path, metavar="FILE", help="JSON Lines, as the office's pages export them")
    show = verbs.add_parser("show", help="one line an event: local time, who, what")
    for verb in (verify, show):
        verb.add_argument("--database", type=Path, default=Path(HubSettings().database), help="default: %(default)s")
    show.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="only this business day")
    show.add_argument("--number", type=str.upper, metavar="A012", help="only this ticket number")
    return parser


def _day(text: str) -> str:
    if not DAY.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-04-06")
    return text
