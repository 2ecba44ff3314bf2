"""The door for PINs: guessing is slow, whatever happens to the box in between."""

from __future__ import annotations

import signal
import subprocess
import sys

import msgspec
import pytest

from appliance.node import pin as pins
from appliance.node.pin import FIRST_WAIT_MS, FREE_TRIES, LONGEST_WAIT_MS, MOST, Door, hashed

PIN, WRONG = "471147", "000000"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(pins, "LOG_N", 10)


@pytest.fixture
def memory(tmp_path):
    return tmp_path / "wrong-pins.json"


@pytest.fixture
def kept(quick):
    return hashed(PIN)


def test_after_three_wrong_pins_even_the_right_one_waits_and_each_further_one_doubles_it(kept, memory):
    door, now = Door(kept, memory), 0
    assert [door.knock(WRONG, now) for _ in range(FREE_TRIES)] == ["wrong"] * FREE_TRIES
    for wait in (FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS):
        assert door.wait_ms(now) == wait
        assert door.knock(PIN, now + wait - 1) == "wait"
        now += wait
        assert door.knock(WRONG, now) == "wrong"
    assert door.knock(PIN, now + door.wait_ms(now)) == "open"
    assert door.wrong == 0


def test_a_restart_forgets_no_wrong_pin_and_begins_the_wait_anew(kept, memory):
    for _ in range(FREE_TRIES + 1):
        door = Door(kept, memory, 10_000_000)  # a process for each try
        door.knock(WRONG, 10_000_000 + door.wait_ms(10_000_000))
    again = Door(kept, memory, 5_000)
    assert again.wrong == FREE_TRIES + 1
    assert again.wait_ms(5_000) == 2 * FIRST_WAIT_MS
    assert again.knock(PIN, 5_000) == "wait"
    assert again.knock(PIN, 5_000 + 2 * FIRST_WAIT_MS) == "open"


def test_the_right_pin_is_forgotten_as_a_try(kept, memory):
    door = Door(kept, memory)
    door.knock(WRONG, 0)
    door.knock(PIN, 0)
    assert Door(kept, memory).wrong == 0


def test_it_never_waits_longer_than_a_quarter_of_an_hour_however_often_it_was_tried(kept, memory):
    memory.write_bytes(msgspec.json.encode({"wrong": 1 << 60}))
    door = Door(kept, memory)
    assert (door.wrong, door.wait_ms(0)) == (MOST, LONGEST_WAIT_MS)
    assert door.knock(WRONG, LONGEST_WAIT_MS) == "wrong"
    assert door.wait_ms(LONGEST_WAIT_MS) == LONGEST_WAIT_MS
    assert door.knock(PIN, 2 * LONGEST_WAIT_MS) == "open"


def test_a_try_counts_before_it_is_looked_at(kept, memory):
    """Killed, or cut off from power, in the middle of a try: it was one."""
    script = (
        "import sys, pathlib; from appliance.node import pin\n"
        "def hang(*_): print('looking', flush=True); sys.stdin.read()\n"
        "door = pin.Door(sys.argv[1], pathlib.Path(sys.argv[2])); pin.matches = hang; door.knock('000000', 0)"
    )
    for tries in range(1, FREE_TRIES + 1):
        with subprocess.Popen(
            [sys.executable, "-c", script, kept, memory], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as guess:
            assert guess.stdout.readline() == b"looking\n"
            guess.send_signal(signal.SIGKILL)
        assert Door(kept, memory).wrong == tries
    assert Door(kept, memory).knock(PIN, 0) == "wait"


@pytest.mark.expects_log("wrong PINs are counted from 3 on")
@pytest.mark.parametrize(
    "spoiled", [b"", b"\xff\xfe", b'{"wrong": 2', b'{"wrong": "2"}', b"[]", b'{"wrong": 1e999}', b"\0" * 16]
)
def test_a_spoiled_memory_opens_nothing_and_locks_nobody_out_for_long(kept, memory, spoiled):
    memory.write_bytes(spoiled)
    door = Door(kept, memory, 7)
    assert door.knock(PIN, 7) == "wait"
    assert door.knock(PIN, 7 + FIRST_WAIT_MS) == "open"
    assert Door(kept, memory).wrong == 0


@pytest.mark.expects_log("wrong PINs are counted from 3 on", "a restart forgets")
def test_a_folder_in_its_place_opens_nothing_and_the_count_goes_on_in_memory(kept, memory):
    memory.mkdir()
    door = Door(kept, memory)
    assert door.knock(PIN, 0) == "wait"
    assert door.knock(WRONG, FIRST_WAIT_MS) == "wrong"
    assert door.wait_ms(FIRST_WAIT_MS) == 2 * FIRST_WAIT_MS
    assert door.knock(PIN, 3 * FIRST_WAIT_MS) == "open"


def test_a_negative_count_is_no_credit(kept, memory):
    memory.write_bytes(b'{"wrong": -1000000}')
    door = Door(kept, memory)
    assert [door.knock(WRONG, 0) for _ in range(FREE_TRIES)] == ["wrong"] * FREE_TRIES
    assert door.wait_ms(0) == FIRST_WAIT_MS


@pytest.mark.expects_log("a restart forgets")
def test_on_a_full_disk_guessing_is_as_slow_as_ever(kept, small_disk, tmp_path, fill):
    place = small_disk(tmp_path / "disk", "64k")
    fill(place)
    door = Door(kept, place / "wrong-pins.json")
    for _ in range(FREE_TRIES):
        door.knock(WRONG, 0)
    assert door.knock(PIN, 0) == "wait"


@pytest.mark.parametrize("torn", ["salt", "key", "both", "the end", "a letter of none"])
def test_a_line_that_lost_letters_on_its_way_is_not_taken_for_a_pin_that_nobody_knows(kept, torn):
    kind, log_n, block, salt, key = kept.split("$")
    line = {
        "salt": f"{kind}${log_n}${block}$${key}",
        "key": f"{kind}${log_n}${block}${salt}$",
        "both": f"{kind}${log_n}${block}$$",
        "the end": kept[:-4],
        "a letter of none": f"{kind}${log_n}${block}${salt}${key[:4]} {key[4:]}",
    }[torn]
    pins.check(kept)
    with pytest.raises(ValueError, match="not what `giliran staff-pin` prints"):
        pins.check(line)
