"""A whole morning as the demonstration plays it: fingers on glass, paper, buttons, calls, sound."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import wave

import pytest
import zxingcpp
from PIL import Image

MORNING = """applicant,arrived,service_minutes
1,07:56,2
2,07:57,3
3,07:58,1.5
4,08:02,2
5,08:04,1
"""
SCREENS = {"attract", "services", "confirm", "ticket", "hub-away", "closed", "not-printed"}

pytestmark = pytest.mark.real_time


def demo(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "appliance.cli", "demo", "--headless", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=110,
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    directory = tmp_path_factory.mktemp("morning")
    file = directory / "morning.csv"
    file.write_text(MORNING)
    done = demo("--out", directory / "out", "--replay", file, "--counters", 1, "--speed", 40)
    logs = "".join(log.read_text() for log in (directory / "out" / "office" / "logs").glob("*.log"))
    assert done.returncode == 0, done.stdout + done.stderr + logs
    return directory / "out"


def test_everybody_gets_one_number_one_call_one_announcement(out):
    summary = json.loads((out / "summary.json").read_text())
    for counted in ("issued", "printed", "called", "announced", "served"):
        assert summary[counted] == 5, counted
    assert summary["duplicate_numbers"] == summary["double_calls"] == 0


def test_the_waits_are_those_of_the_virtual_morning(out):
    # In virtual time alone: 4, 5, 7, 4.5 and 4.5 minutes. At forty times the speed fingers and paper take their time.
    summary = json.loads((out / "summary.json").read_text())
    assert summary["mean_wait_minutes"] == pytest.approx(5.0, abs=0.8)


def test_every_ticket_is_bytes_and_a_picture_whose_code_can_be_read(out):
    numbers = [f"A{n:03d}" for n in range(1, 6)]
    assert len(list((out / "tickets").glob("*.bin"))) == 5
    for picture, number in zip(sorted((out / "tickets").glob("*.png")), numbers, strict=True):
        codes = zxingcpp.read_barcodes(Image.open(picture))
        assert [number in code.text for code in codes] == [True]


def test_every_announcement_is_a_sound_of_its_number(out):
    files = sorted((out / "calls").glob("*.wav"))
    assert [file.stem.split("-")[1] for file in files] == [f"A{n:03d}" for n in range(1, 6)]
    for file in files:
        with wave.open(str(file)) as sound:
            assert sound.getnframes() / sound.getframerate() > 3


def test_the_timeline_has_a_row_a_ticket_in_the_order_of_life(out):
    rows = list(csv.DictReader((out / "timeline.csv").open()))
    assert [row["number"] for row in rows] == [f"A{n:03d}" for n in range(1, 6)]
    for row in rows:
        assert row["arrived"] <= row["printed"]
        assert row["arrived"] <= row["called"] < row["served"]
        assert row["counter"] == "1"


def test_there_is_a_picture_of_every_screen_in_both_languages(out):
    names = {file.stem for file in out.glob("kiosk-*.png")}
    assert {f"kiosk-{screen}-{language}" for screen in SCREENS for language in ("id", "en")} <= names
    assert {"board-idle", "board-one-call", "board-several-calls"} <= {file.stem for file in out.glob("board-*.png")}
    for file in out.glob("*-*.png"):
        assert len(Image.open(file).convert("RGB").resize((64, 64)).getcolors(4096)) > 10, f"{file} is blank"


def test_a_bad_row_is_refused_with_its_line_before_anything_starts(tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("applicant,arrived,service_minutes\n1,07:30,5\n2,half past,4\n")
    done = demo("--out", tmp_path / "out", "--replay", file)
    assert done.returncode == 2
    assert f"{file}: line 3: arrived is 'half past'" in done.stderr
    assert not (tmp_path / "out" / "office").exists()


def test_a_service_that_the_office_does_not_have_is_refused(tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("applicant,arrived,service_minutes,service\n1,07:30,5,fishing\n")
    done = demo("--out", tmp_path / "out", "--replay", file)
    assert done.returncode == 2
    assert "there is no service 'fishing'" in done.stderr
