"""Everybody at once, as the demonstration plays it: what the real keypads, kiosk, board and voice make of it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from PIL import Image

SECONDS = 8

pytestmark = pytest.mark.real_time


def demo(*arguments):
    command = [sys.executable, "-m", "appliance.cli", "demo", "--headless", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=110)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    directory = tmp_path_factory.mktemp("rush") / "out"
    done = demo("--out", directory, "--rush", SECONDS)
    logs = "".join(log.read_text() for log in (directory / "office" / "logs").glob("*.log"))
    assert done.returncode == 0, done.stdout + done.stderr + logs
    return directory


def test_every_call_has_its_moment_on_the_glass_and_no_text_is_cut_off(out):
    report = json.loads((out / "rush.json").read_text())
    assert report["tickets"] > 0
    assert report["presses"] > report["calls"] > 0
    assert report["without_moment"] == report["cut_off"] == []


def test_calls_are_announced(out):
    report = json.loads((out / "rush.json").read_text())
    assert 0 < report["announced"] <= report["calls"]
    assert len(list((out / "calls").glob("*.wav"))) == report["announced"]


def test_there_are_pictures_of_the_board(out):
    pictures = list((out / "rush").glob("*.png"))
    assert len(pictures) >= SECONDS // 3
    assert {Image.open(picture).size for picture in pictures} == {(1280, 720)}


def test_a_rush_is_in_real_time(tmp_path):
    done = demo("--out", tmp_path / "out", "--rush", "--speed", 5)
    assert done.returncode == 2
    assert "--rush lives in real time" in done.stderr
