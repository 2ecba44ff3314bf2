"""The power is cut at any point of a working store's life: whatever it had acknowledged is there afterwards."""

from __future__ import annotations

import random
import shutil

import pytest

from appliance.tools.proofs.disk_replay import Disk, Op
from appliance.tools.proofs.power_cut import report, trial

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@needs_strace
def test_nothing_acknowledged_is_lost_wherever_the_power_is_cut(tmp_path):
    outcome = trial(tmp_path, commits=40, synchronous="full", chances=2)
    assert outcome.faults == [], report(outcome)
    assert outcome.syncs > outcome.commits
    assert outcome.cuts > 300


@needs_strace
@pytest.mark.parametrize("synchronous", ["off", "normal"])
def test_a_store_that_syncs_less_is_found_out(tmp_path, synchronous):
    outcome = trial(tmp_path, commits=20, synchronous=synchronous, chances=2)
    assert len(outcome.faults) > 20
    assert any("events were acknowledged" in fault for fault in outcome.faults)


def disk(*ops):
    disk = Disk()
    for op in ops:
        disk.do(op)
    return disk


def test_a_disk_keeps_what_was_synced_and_any_part_of_the_rest():
    made = disk(
        Op("create", "a"), Op("write", "a", b"one", 0), Op("sync", "a"), Op("sync"), Op("write", "a", b"two", 3)
    )
    assert made.cut(None) == {"a": b"one"}
    chance = random.Random(1)
    assert {made.cut(chance)["a"] for _ in range(50)} == {b"one", b"onetwo"}


def test_a_write_may_be_torn_between_sectors_but_not_within_one():
    made = disk(Op("create", "a"), Op("sync"), Op("write", "a", b"x" * 1000, 100))
    chance = random.Random(1)
    seen = {tuple(i for i, byte in enumerate(made.cut(chance).get("a", b"")) if byte) for _ in range(200)}
    first, second = tuple(range(100, 512)), tuple(range(512, 1024))
    third = tuple(range(1024, 1100))
    assert seen == {
        (), first, second, third, first + second, first + third, second + third, first + second + third
    }  # fmt: skip


def test_a_name_is_safe_only_when_its_folder_was_synced():
    made = disk(Op("create", "a"), Op("write", "a", b"one", 0), Op("sync", "a"))
    chance = random.Random(1)
    assert made.cut(None) == {}
    assert {"a" in made.cut(chance) for _ in range(20)} == {True, False}
    made.do(Op("sync"))
    made.do(Op("unlink", "a"))
    assert {"a" in made.cut(chance) for _ in range(20)} == {True, False}
    made.do(Op("sync"))
    assert made.cut(None) == {}
