"""What docs/install.md tells a technician to type must be true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appliance import cli
from appliance.hub.settings import HubSettings, definition
from appliance.node.config import BrokerSettings, load
from appliance.speech.settings import SpeechSettings
from counter_keypad.settings import KeypadSettings
from display.settings import DisplaySettings
from kiosk.settings import KioskSettings

NOW = 1_775_437_200_000

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs/install.md").read_text(encoding="utf-8")
SETTINGS = {"hub": HubSettings, "kiosk": KioskSettings, "display": DisplaySettings, "keypad": KeypadSettings}


@pytest.mark.parametrize("role", SETTINGS)
def test_the_configuration_on_the_page_is_accepted(role: str, tmp_path: Path) -> None:
    block = re.search(rf"```toml\n# /etc/giliran/{role}\.toml\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    file = tmp_path / f"{role}.toml"
    file.write_text(block[1], encoding="utf-8")
    config = load(file)
    assert config.section("broker", BrokerSettings).password_file
    assert config.section(role, SETTINGS[role]).node.startswith(role)
    config.section("speech", SpeechSettings)
    if role == "hub":
        assert definition(config, NOW).services


def test_every_verb_that_the_page_types_is_one() -> None:
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    typed = set(re.findall(r"sudo giliran ([a-z-]+)", shell))
    assert {"passwords", "backup"} <= typed
    assert typed <= {*cli.VERBS, *cli.DAEMONS}
    assert ".venv/bin/giliran /usr/local/bin/giliran" in shell, "nobody would find it"


def test_every_file_that_the_page_names_is_there() -> None:
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    named = set(re.findall(r"(?:^|\s)(?:/opt/giliran/)?((?:systemd|broker_config)/\S+)", shell))
    assert len(named) >= 7
    assert [name for name in named if not list(REPOSITORY.glob(name))] == []
