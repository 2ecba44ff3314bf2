"""``giliran passwords``: new nodes get in, old ones stay, mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.node.config import BrokerSettings, password_of
from appliance.verbs import passwords


def _run(tmp_path: Path, *arguments: str) -> int:
    return passwords.main([*arguments, "--broker-dir", str(tmp_path / "b"), "--secrets-dir", str(tmp_path / "s")])


def _secret(tmp_path: Path, node: str) -> str:
    return password_of(node, BrokerSettings(password_file=str(tmp_path / "s" / f"{node}.password")))


def test_adding_a_node_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    assert _run(tmp_path, "hub-1", "kiosk-1") == 0
    old = (_secret(tmp_path, "kiosk-1"), (tmp_path / "b/passwords").read_text())
    assert _run(tmp_path, "kiosk-1", "keypad-1") == 0
    assert _secret(tmp_path, "kiosk-1") == old[0]
    assert (tmp_path / "b/passwords").read_text().startswith(old[1])
    acl = (tmp_path / "b/acl").read_text()
    assert [line for line in acl.splitlines() if line.startswith("user")] == [
        "user hub-1", "user kiosk-1", "user keypad-1",
    ]  # fmt: skip
    assert "topic write giliran/1/command/keypad-1\n" in acl


def test_renewing_changes_that_node_alone(tmp_path: Path) -> None:
    _run(tmp_path, "hub-1", "kiosk-1")
    before = {node: _secret(tmp_path, node) for node in ("hub-1", "kiosk-1")}
    assert _run(tmp_path, "kiosk-1", "--renew") == 0
    assert _secret(tmp_path, "hub-1") == before["hub-1"]
    assert _secret(tmp_path, "kiosk-1") != before["kiosk-1"]
    assert (tmp_path / "b/passwords").read_text().count("kiosk-1:") == 1


def test_every_file_with_a_secret_is_private(tmp_path: Path) -> None:
    _run(tmp_path, "hub-1")
    files = [tmp_path / "b/passwords", tmp_path / "b/acl", tmp_path / "s/hub-1.password"]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3
    assert _secret(tmp_path, "hub-1") not in (tmp_path / "b/passwords").read_text()


@pytest.mark.parametrize("name", ["kiosk", "printer-1", "kiosk-1/+", "kiosk-1\ntopic #", "KIOSK-1"])
def test_a_wrong_name_writes_nothing(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, "hub-1", name) == 1
    assert "is not a node name" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b").write_text("a file is in the way")
    assert _run(tmp_path, "hub-1") == 1
    assert str(tmp_path / "b") in capsys.readouterr().err
