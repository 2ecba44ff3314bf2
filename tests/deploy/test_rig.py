"""The rig itself: it must give what it promises, and leave nothing behind."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.node.polling import until
from appliance.tools.office import rig as rig_module
from appliance.tools.office.rig import Rig, RigError, adapt, to_toml


@pytest.mark.expects_log("connection to the broker lost", "no broker at")
def test_a_link_finds_a_killed_broker_again_at_its_port(rig: Rig) -> None:
    link = Link("kiosk-1", rig.password("kiosk-1"), rig.broker_settings(), "0", HubClock(SystemClock()))
    link.start()
    try:
        assert until(lambda: link.connected)
        rig.kill_broker()
        assert until(lambda: not link.connected)
        rig.start_broker()
        assert until(lambda: link.connected)
    finally:
        link.stop()


def test_secrets_are_readable_by_their_owner_alone(rig: Rig) -> None:
    secrets = ["nodes.password", "broker/passwords", "broker/acl"]
    assert [(rig.directory / file).stat().st_mode & 0o777 for file in secrets] == [0o600] * 3
    assert rig.password("hub-1") not in (rig.directory / "broker/passwords").read_text()


def test_written_configuration_reads_back_the_same(rig: Rig) -> None:
    tables = {
        "kiosk": {"node": "kiosk-1", "quote": 'a "b" \\ \n\x7f\x01é', "ratio": 0.5, "sound": True, "sizes": [1, 2]},
        "services": {"list": [{"id": "a", "names": {"id": "Pendaftaran berkas", "zh-tw": "登記"}}], "none": []},
    }
    path = rig.write_config("kiosk-1", tables)
    read = tomllib.loads(path.read_text())
    assert read.pop("broker")["port"] == rig.port
    assert read == tables
    assert tomllib.loads(to_toml({"top": 1, "odd key": {"x y": -1}})) == {"top": 1, "odd key": {"x y": -1}}


def test_a_setting_that_left_the_shipped_file_is_noticed() -> None:
    with pytest.raises(RigError, match="0 lines with 'listener'"):
        adapt("# listener 1883\nlisteners 5\n", {"listener": "1"})


def test_a_broker_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(template: str, _changes: object) -> str:
        return "nonsense true\n" + template

    monkeypatch.setattr(rig_module, "adapt", broken)
    with pytest.raises(RigError, match="nonsense"), Rig(tmp_path, ["hub-1"]):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_the_process_that_holds_the_rig(tmp_path: Path, number: signal.Signals) -> None:
    # A process that ignores SIGTERM and has a child of its own stands for a daemon that hangs.
    script = (
        "import pathlib, sys, signal; from appliance.node.polling import until\n"
        "from appliance.tools.office.rig import Rig\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with Rig(pathlib.Path(sys.argv[1]), ['hub-1']) as rig:\n"
        "    child = rig._start('sleeper', ['sh', '-c', 'sleep 300 & echo $! $$; wait'], None)\n"
        "    rig._processes['sleeper'] = child\n"
        "    until(lambda: len(child.output().split()) == 2)\n"
        "    print(child.output(), rig._broker.pid, flush=True); signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            words = holder.stdout.readline().split() + holder.stdout.readline().split()
            grandchild, child, broker = (int(word) for word in words)
            holder.send_signal(number)
            holder.wait(30)
            gone = [child, broker] if number == signal.SIGKILL else [grandchild, child, broker]
            assert until(lambda: not any(_alive(pid) for pid in gone))
        finally:
            holder.kill()
            if number == signal.SIGKILL and _alive(grandchild):
                os.kill(grandchild, signal.SIGKILL)


@pytest.mark.expects_log("^WARNING appliance.test: planned$")
def test_a_planned_warning_passes() -> None:
    logging.getLogger("appliance.test").warning("planned")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
