"""``giliran restore``: a backup in the place of a damaged database. Says what will be missing; deletes nothing."""

from __future__ import annotations

import argparse
import contextlib
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from appliance.hub.settings import HubSettings
from appliance.node import config as configuration
from appliance.node.daemon import EXIT_CONFIG, SystemClock
from appliance.store import restoring
from appliance.store.backup import BackupFault, Backups, how_to_restore
from appliance.store.database import StorageFault
from appliance.store.hash_chain import Row
from appliance.store.reader import LogReader
from appliance.store.satisfaction.keeping import put_back


def main(argv: list[str]) -> int:
    """Restore; return the exit code: 1 if nothing was restored."""
    options = _parser().parse_args(argv)
    try:
        backups = configuration.load(options.config).section("hub", HubSettings).backup_folder()
        return _restore(backups, options)
    except configuration.ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CONFIG
    except restoring.NoBackup as error:
        sys.stderr.write(f"Nothing was restored: {error}.\n")
        command = how_to_restore(options.config, "--without-backup")
        sys.stderr.write(f"To go on with what the old file still proves, perhaps nothing: {command}\n")
    except (restoring.RestoreFault, StorageFault) as error:
        sys.stderr.write(f"Nothing was restored: {error}.\n")
    return 1


def _restore(backups: Backups, options: argparse.Namespace) -> int:
    if options.without_backup:
        plan = restoring.prepare_without(backups)
    else:
        plan = restoring.prepare(backups, options.backup, take_over=not options.backup_only)
    for line in _in_words(plan):
        print(line)
    if options.look:
        restoring.discard(plan)
        print("Nothing was changed.")
        return 0
    stamp = _moment(SystemClock().office_ms(), ZoneInfo(_zone(plan.fresh)), "%Y%m%d-%H%M%S")
    for file in restoring.place(plan, backups, stamp):
        print(f"Set aside: {file}")
    try:
        if answers := put_back(backups.database, backups.folder):
            print(f"What citizens said of the service is back as well, from {answers}.")
    except BackupFault as error:
        print(f"What citizens said of the service could not be put back: {error}.")
    print(f"{backups.database} is in place. Start the hub: sudo systemctl start giliran-hub")
    return 0


def _in_words(plan: restoring.Plan) -> list[str]:
    zone = ZoneInfo(_zone(plan.fresh))
    lines = [f"Not whole, and set aside: {file}: {problem}." for file, problem in plan.bad.items()]
    if plan.backup_end is not None:
        lines.append(f"Backup: {plan.backup}: whole, {_place(plan.backup_end, zone)}.")
    if plan.taken_over and plan.end is not None:
        lines.append(
            f"Taken over from the old file, all proven: {plan.taken_over:,} records, {_place(plan.end, zone)}."
        )
    if plan.end is None:
        lines.append("The log begins anew: no record of the old file can be proven. Numbers begin at 1.")
    if plan.lost is None:
        lines.append("Missing will be: everything after that. The old file does not show how much it was.")
    elif plan.lost:
        lines.append(f"Missing will be: {plan.lost:,} records after that, which cannot be read or proven.")
    else:
        lines.append("Missing will be: nothing that the old file shows.")
    return lines


def _place(row: Row, zone: ZoneInfo) -> str:
    moment = _moment(row[1], zone, "%Y-%m-%d %H:%M:%S")
    return f"up to record {row[0]:,} of business day {row[2]}, {moment} ({row[3]})"


def _moment(at: int, zone: ZoneInfo, form: str) -> str:
    return datetime.fromtimestamp(at / 1000, zone).strftime(form)


def _zone(database: Path) -> str:
    with contextlib.closing(LogReader(database)) as log:
        return log.zone()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="giliran restore",
        description="Put a backup in the place of the hub's database, with all that the old file proves to have after "
        "it. The hub must be stopped. The old files are kept under other names.",
    )
    parser.add_argument("backup", type=Path, nargs="?", help="default: the newest one that is whole")
    parser.add_argument(
        "--config", type=Path, default=configuration.file_of("hub"), help="of the hub; default: %(default)s"
    )
    parser.add_argument("--look", action="store_true", help="only say what would be restored and what missing")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--backup-only", action="store_true", help="take nothing over from the old file")
    choice.add_argument(
        "--without-backup", action="store_true", help="there is none: keep what the old file proves from its beginning"
    )
    return parser
