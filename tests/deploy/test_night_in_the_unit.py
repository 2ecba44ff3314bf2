"""The hub's unit must let the nightly check do its work: every system call it makes, and a place to write."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.hub.nightly import HUMBLY
from appliance.hub.settings import HubSettings
from appliance.store.checkup import last_outcome
from appliance.tools.office import past

UNIT = (Path(__file__).parents[2] / "systemd/giliran-hub.service").read_text(encoding="utf-8")
AS_ROOT_ONLY = {"chown", "fchown"}
"""SQLite and we give files to the hub's user when root makes them; the unit does not run as root."""

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("systemd-analyze", "strace"))), reason="needs systemd-analyze and strace"
)


def _members(name: str) -> set[str]:
    """Return the system calls of a name or of a group such as @system-service."""
    if not name.startswith("@"):
        return {name}
    told = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    words = [line.strip() for line in told.stdout.splitlines()[1:]]
    return {call for word in words if word and not word.startswith("#") for call in _members(word)}


def _allowed() -> set[str]:
    """Return what the unit's filter lets through: the lines add and take away in their order (systemd.exec(5))."""
    allowed: set[str] = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", UNIT, re.MULTILINE):
        calls = {call for word in line.removeprefix("~").split() for call in _members(word)}
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


def test_every_system_call_of_the_nightly_check_passes_the_filter_of_the_unit(tmp_path: Path) -> None:
    database, trace = tmp_path / "giliran.db", tmp_path / "trace"
    past.make(database, 200)
    program = [*HUMBLY, sys.executable, "-m", "appliance.store.checkup", "--leashed", str(database)]
    strace = ["strace", "-f", "-c", "-U", "name", "-o", str(trace)]
    with subprocess.Popen([*strace, *program, "--folder", str(tmp_path / "backups")], stdin=subprocess.PIPE) as night:
        night.wait(60)
    outcome = last_outcome(database)
    assert outcome is not None
    assert outcome.good
    used = set(re.findall(r"^(\w+)$", trace.read_text(), re.MULTILINE)) - {"syscall", "total"}
    assert {"ioprio_set", "setpriority", "fadvise64", "flock"} <= used
    assert used - _allowed() - AS_ROOT_ONLY == set()


def test_the_folders_of_the_backups_may_be_written() -> None:
    """Nothing else may: ProtectSystem=strict."""
    settings = HubSettings()
    assert "StateDirectory=giliran\n" in UNIT
    assert settings.backup_folder().folder == Path("/var/lib/giliran/backups")
    page = (Path(__file__).parents[2] / "docs/backup.md").read_text(encoding="utf-8")
    stick = re.search(r'^backups = "(/mnt/\S+)/giliran"$', page, re.MULTILINE)
    assert stick is not None
    assert f"ReadWritePaths=-{stick[1]}\n" in UNIT
