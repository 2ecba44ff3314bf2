"""The systemd files, judged by systemd's own tools on a staged root, and the libraries that Qt asks for."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from appliance.cli import DAEMONS
from appliance.node.daemon import EXIT_CONFIG

REPOSITORY = Path(__file__).parents[2]
SYSTEMD = REPOSITORY / "systemd"
UNITS = ["giliran.target", *(f"giliran-{role}.service" for role in DAEMONS)]
PROGRAMS = ["opt/giliran/.venv/bin/giliran", "usr/bin/cage", "usr/sbin/mosquitto", "usr/bin/kill", "usr/bin/seatd"]

MODULES = {
    "alsa": "snd", "cec": "cec", "drm": "drm", "ttyACM": "cdc_acm", "ttyUSB": "usbserial",
    "usb": "usbcore", "usb_device": "usbcore",
}  # fmt: skip
"""Which kernel module registers a group of devices (its name in /proc/devices), where it may be a module: Debian's
kernels and Raspberry Pi's."""
BUILT_IN = {"gpiochip", "input", "tty", "ttyAMA", "ttyS"}

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


def _stage(root: Path) -> Path:
    """Make a root with our units, mosquitto's, and programs that do nothing."""
    units = root / "etc/systemd/system"
    shutil.copytree("/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    for link in ("lib", "bin", "sbin"):
        (root / link).symlink_to(f"usr/{link}")
    units.mkdir(parents=True)
    for name in UNITS:
        shutil.copy(SYSTEMD / name, units)
    shutil.copytree(SYSTEMD / "mosquitto.service.d", units / "mosquitto.service.d")
    # Debian's seatd package is for boxes with a screen only; its unit comes down to this.
    (units / "seatd.service").write_text("[Service]\nExecStart=/usr/bin/seatd -g video\n")
    for program in PROGRAMS:
        path = root / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    return units


def _verify(root: Path) -> str:
    done = subprocess.run(
        ["systemd-analyze", f"--root={root}", "verify", "--man=no", *UNITS, "mosquitto.service"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    # Debian's own units name programs that this root does not have; only words about ours count.
    return "\n".join(line for line in done.stderr.splitlines() if re.search("giliran|mosquitto", line))


@needs_systemd
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    _stage(tmp_path)
    assert _verify(tmp_path) == ""


@needs_systemd
@pytest.mark.parametrize(
    ("unit", "right", "wrong"),
    [
        ("giliran-hub.service", "WatchdogSec=", "WatchDogSecs="),
        ("giliran-kiosk.service", "/usr/bin/cage", "/usr/bin/cages"),
        ("giliran-keypad.service", "Restart=always", "Restart=allways"),
        ("giliran-display.service", "Requires=seatd.service", "Requires=seats.service"),
        ("mosquitto.service.d/giliran.conf", "/usr/sbin/mosquitto", "/usr/sbin/mosqito"),
    ],
)
def test_a_slip_in_a_unit_is_noticed(tmp_path: Path, unit: str, right: str, wrong: str) -> None:
    file = _stage(tmp_path) / unit
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong))
    assert _verify(tmp_path) != ""


@needs_systemd
@pytest.mark.parametrize("unit", [*UNITS[1:], "mosquitto.service"])
def test_a_daemon_has_few_rights(tmp_path: Path, unit: str) -> None:
    _stage(tmp_path)
    most = 15 if unit == "giliran-web.service" else 20  # whoever listens to the office's network has the fewest
    done = subprocess.run(
        ["systemd-analyze", f"--root={tmp_path}", "security", "--offline=yes", f"--threshold={most}", unit],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


@pytest.mark.parametrize("role", DAEMONS)
def test_a_unit_starts_its_verb_and_stops_at_a_wrong_configuration(role: str) -> None:
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # the documented way to keep capitals
    unit.read(SYSTEMD / f"giliran-{role}.service")
    service = unit["Service"]
    assert f"/opt/giliran/.venv/bin/giliran {role} --config /etc/giliran/{role}.toml" in service["ExecStart"]
    assert (service["Type"], service["Restart"], int(service["WatchdogSec"])) == ("notify", "always", 30)
    assert int(service["RestartPreventExitStatus"]) == EXIT_CONFIG
    assert service["User"] == f"giliran-{role}"
    assert f"\nu giliran-{role} " in (SYSTEMD / "sysusers.d/giliran.conf").read_text()


@pytest.mark.parametrize("role", DAEMONS)
def test_a_device_plugged_in_after_the_start_may_be_used(role: str) -> None:
    """systemd.resource-control, DeviceAllow=: groups that cannot be resolved at the start are not allowed later either.

    The kernel knows a group when the module that registers it is loaded, and loads that with the first device.
    """
    lines = (SYSTEMD / f"giliran-{role}.service").read_text().splitlines()
    groups = {match[1] for line in lines if (match := re.fullmatch(r"DeviceAllow=char-(\S+) .*", line))}
    loaded = {key: _words(lines, key) for key in ("Wants", "After")}
    assert groups <= MODULES.keys() | BUILT_IN
    needed = {f"modprobe@{MODULES[group]}.service" for group in groups - BUILT_IN}
    assert (needed - loaded["Wants"], needed - loaded["After"]) == (set(), set())


def _words(lines: list[str], key: str) -> set[str]:
    return {word for line in lines if line.startswith(f"{key}=") for word in line.partition("=")[2].split()}


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="needs systemd-sysusers")
def test_users_and_folders_come_about_on_an_empty_root(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    debian = "root:x:0:\nvideo:x:44:\naudio:x:29:\nlp:x:7:\ndialout:x:20:\nmosquitto:x:110:\n"
    (tmp_path / "etc/group").write_text(debian)
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\nmosquitto:x:110:110::/:/bin/false\n")
    tool = ["systemd-sysusers", f"--root={tmp_path}", str(SYSTEMD / "sysusers.d/giliran.conf")]
    subprocess.run(tool, check=True, capture_output=True, timeout=60)
    groups = dict(line.split(":")[::3] for line in (tmp_path / "etc/group").read_text().splitlines())
    assert set(groups["video"].split(",")) == {"giliran-kiosk", "giliran-display"}
    assert groups["gpio"] == "giliran-keypad"
    for file in sorted((SYSTEMD / "tmpfiles.d").iterdir()):
        done = subprocess.run(
            ["systemd-tmpfiles", f"--root={tmp_path}", "--create", str(file)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode in {0, 65, 73}, done.stderr
    assert (tmp_path / "etc/giliran/broker/conf.d").is_dir()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ELF only")
@pytest.mark.parametrize("plugin", ["libqoffscreen.so", "libqxcb.so", "libqwayland.so"])
def test_every_library_that_qt_asks_for_is_installed(plugin: str) -> None:
    qt = Path(PySide6.__file__).parent / "Qt"
    files = [qt / "plugins/platforms" / plugin, qt / "lib/libQt6Quick.so.6", qt / "lib/libQt6QuickControls2.so.6"]
    done = subprocess.run(["ldd", *files], capture_output=True, text=True, timeout=60, check=True)
    assert [line.strip() for line in done.stdout.splitlines() if "not found" in line] == []
