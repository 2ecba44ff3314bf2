"""``giliran backup``: the night's work at once, by hand: before an update, or to try a new stick."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from appliance.hub.settings import HubSettings
from appliance.node import config as configuration
from appliance.node.daemon import EXIT_CONFIG
from appliance.store import checkup
from appliance.store.backup import Backups
from appliance.store.database import StorageFault
from appliance.store.reader import LogReader


def main(argv: list[str]) -> int:
    """Prove the log and back it up; return the exit code: 1 if either did not work."""
    parser = argparse.ArgumentParser(
        prog="giliran backup", description="Prove the hub's log and make a backup now. The hub may be running."
    )
    parser.add_argument(
        "--config", type=Path, default=configuration.file_of("hub"), help="of the hub; default: %(default)s"
    )
    options = parser.parse_args(argv)
    try:
        backups = configuration.load(options.config).section("hub", HubSettings).backup_folder()
        return _work(backups)
    except configuration.ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CONFIG
    except (StorageFault, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _work(backups: Backups) -> int:
    with contextlib.closing(LogReader(backups.database)) as log:
        last = log.last()
    # The night's own work stays due: this may be the middle of a day.
    outcome = checkup.run(backups, "", last[1] if last else 0)
    if outcome is None:
        sys.stderr.write("Somebody is making a backup already; look again later.\n")
        return 1
    if outcome.problem:
        sys.stderr.write(f"The log is damaged, and no backup was made: {outcome.problem}.\n")
        return 1
    print(f"The log is whole: {outcome.records:,} records, proven in {outcome.seconds:.1f} s.")
    if outcome.backup_problem:
        sys.stderr.write(f"No backup was made: {outcome.backup_problem}.\n")
        return 1
    print(f"Backup: {outcome.backup}" if outcome.backup else "No backup was made: [hub] backups is empty.")
    return 0
