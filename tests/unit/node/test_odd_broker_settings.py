"""Where the bus is: what cannot be meant ends a node with one clear line, and never again and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.node import config
from appliance.node.config import BrokerSettings, ConfigError
from appliance.node.link import Link


@pytest.mark.parametrize(
    "line",
    [
        'host = ""', 'host = " "', 'host = "hub..local"', 'host = ".hub"', f'host = "{"a" * 64}.local"', "host = 1",
        'host = "hub\\u0000"', "port = 0", "port = -1", "port = 65536", 'port = "1883"', "ports = 1883",
        "x = " + "[" * 5_000, "host = [", 'host = "\\uD800"',
    ],
)  # fmt: skip
def test_a_broker_that_cannot_be_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "giliran.toml"
    file.write_text(f"[broker]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"giliran\.toml"):
        config.load(file).section("broker", BrokerSettings)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "hub-1", "hub-1.local", "fe80::1%eth0", "kantor_pusat"])
def test_a_broker_that_can_be_is_not(host: str) -> None:
    assert BrokerSettings(host=host).host == host


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "giliran.toml"
    file.write_bytes(b"[broker]\nhost = '\xff'\n")
    with pytest.raises(ConfigError, match=r"giliran\.toml"):
        config.load(file)
    (tmp_path / "passwords").write_bytes(b"display-1:\xff\xfe\n")
    with pytest.raises(ConfigError, match="is not a text"):
        config.password_of("display-1", BrokerSettings(password_file=str(tmp_path / "passwords")))


@pytest.mark.parametrize("content", [None, b"", b"no certificate\n", b"\xff\xfe\x00"])
def test_a_certificate_that_is_missing_or_damaged_is_refused_with_its_key(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "ca.crt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broker\.ca_file"):
        Link("display-1", "", BrokerSettings(ca_file=str(file)), "test")


@pytest.mark.parametrize("node", ["", "display", "Display-1", "display-1\n", "display-1/+", "#"])
def test_a_name_that_no_node_can_have_is_refused(node: str) -> None:
    with pytest.raises(ConfigError, match="node"):
        Link(node, "", BrokerSettings(), "test")
