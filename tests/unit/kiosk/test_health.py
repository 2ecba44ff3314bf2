"""What a kiosk tells about its own box."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part
from kiosk import health


def pi(root: Path, temperature: str = "48312", throttled: str = "0") -> Path:
    """Return a /sys like a Raspberry Pi's."""
    zone = root / "class/thermal/thermal_zone0"
    firmware = root / "devices/platform/soc/soc:firmware"
    zone.mkdir(parents=True)
    firmware.mkdir(parents=True)
    (zone / "temp").write_text(temperature + "\n")
    (firmware / "get_throttled").write_text(throttled + "\n")
    return root


def part(parts: list[Part], name: str) -> Part | None:
    return next((one for one in parts if one.name == name), None)


def test_a_machine_that_does_not_tell_has_no_such_parts(tmp_path: Path) -> None:
    parts = health.parts(tmp_path, None, tmp_path / "sys")
    assert [one.name for one in parts] == ["disk", "hub"]


@pytest.mark.parametrize(("millidegrees", "state"), [("48312", "ok"), ("79999", "ok"), ("80000", "fault")])
def test_a_pi_that_is_too_hot_says_so(tmp_path: Path, millidegrees: str, state: str) -> None:
    found = part(health.parts(tmp_path, None, pi(tmp_path / "sys", millidegrees)), "temperature")
    assert found is not None
    assert found.state == state


@pytest.mark.parametrize(
    ("throttled", "state", "word"),
    [("0", "ok", ""), ("50005", "fault", "now"), ("50000", "fault", "since the start"), ("20002", "ok", "")],
)
def test_a_weak_power_supply_is_named(tmp_path: Path, throttled: str, state: str, word: str) -> None:
    found = part(health.parts(tmp_path, None, pi(tmp_path / "sys", throttled=throttled)), "power")
    assert found is not None
    assert found.state == state
    assert word in of_part(found, LOGGED)


def test_small_changes_change_nothing(tmp_path: Path) -> None:
    one = health.parts(tmp_path, 4, pi(tmp_path / "one", "48312"))
    other = health.parts(tmp_path, 9, pi(tmp_path / "other", "51100"))
    assert one == other


@pytest.mark.parametrize(("latency", "state"), [(None, "unknown"), (4, "ok"), (700, "ok"), (2_400, "fault")])
def test_a_slow_hub_is_seen(tmp_path: Path, latency: int | None, state: str) -> None:
    found = part(health.parts(tmp_path, latency, tmp_path), "hub")
    assert found is not None
    assert found.state == state


def test_a_folder_that_is_not_there_yet_is_measured_where_it_will_be(tmp_path: Path) -> None:
    found = part(health.parts(tmp_path / "not" / "yet", None, tmp_path), "disk")
    assert found is not None
    assert found.state in {"ok", "fault"}
