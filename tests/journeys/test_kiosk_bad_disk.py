"""The real kiosk on a disk that is full, or has nothing but noise in every file: it starts once, and serves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.tools.office.finger import Finger
from appliance.tools.office.rig import Rig
from appliance.tools.office.stand_in_hub import StandInHub
from appliance.wire.messages import Issue

pytestmark = pytest.mark.expects_log("connection to the broker lost")


@pytest.fixture(params=["full", "noise"])
def kiosk_settings(
    request: pytest.FixtureRequest, tmp_path: Path, small_disk: Callable[[Path, str], Path], monkeypatch: Any
) -> dict[str, Any]:
    disk = small_disk(tmp_path / "disk", "128k")
    if request.param == "noise":
        for name in ("journal", "hub", "latest", "volume", "latest.new"):
            (disk / name).write_bytes(bytes(range(256)) * 8)
    else:
        with (disk / "filling").open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                monkeypatch.setenv("TMPDIR", str(disk))
    said = tmp_path / "said"
    return {"folder": str(disk), "guidance": {"headphones": "default", "folder": str(said)}}


def test_a_bad_disk_costs_no_citizen_a_number_and_nobody_the_voice(
    finger: Finger, hub: StandInHub, rig: Rig, tmp_path: Path
) -> None:
    finger.key("Right")
    finger.wait_for("start")
    finger.tap("start")
    finger.tap("service-s0")
    finger.tap("take")
    finger.wait_slip("printed")
    assert [request.body for request in hub.requests] == [Issue("s0", False)]
    finger.tap("done")
    finger.wait_screen("attract")
    assert list((tmp_path / "said").glob("*.wav"))
    assert "has died" not in rig.process("kiosk-1").output()
