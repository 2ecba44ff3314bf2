"""Configuration mistakes are named with file, key and fix."""

from __future__ import annotations

import os

import pytest

from appliance.hub.settings import HubSettings, definition
from appliance.node.config import BrokerSettings, ConfigError, load, password_of
from counter_keypad.settings import KeypadSettings

NOW = 1_775_437_200_000

OFFICE = """
[office.names]
id = "Kantor"
[[office.services]]
id = "a"
prefix = "A"
names = { id = "Layanan" }
[[office.counters]]
id = "1"
names = { id = "Loket 1" }
services = ["a"]
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "giliran.toml"


def complaint(file, text, read):
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        read(load(file))
    assert str(file) in str(error.value)
    return str(error.value)


def test_later_files_win_key_by_key(file):
    file.write_text('[broker]\nhost = "hub.local"\nport = 1883\n')
    (file.parent / "conf.d").mkdir()
    (file.parent / "conf.d" / "10-port.toml").write_text("[broker]\nport = 8883\n")
    broker = load(file).section("broker", BrokerSettings)
    assert (broker.host, broker.port) == ("hub.local", 8883)


def test_a_missing_file_is_named(file):
    with pytest.raises(ConfigError, match=r"giliran\.toml: no such file"):
        load(file)


def test_bad_toml_is_reported_with_its_line(file):
    assert "line 1" in complaint(file, "[broker\n", lambda config: config)


def test_a_wrong_type_is_reported_with_its_key(file):
    text = '[broker]\nport = "1883"\n'
    assert "broker.port: expected `int`, got `str`" in complaint(
        file, text, lambda c: c.section("broker", BrokerSettings)
    )


def test_an_unknown_key_is_reported_with_its_name(file):
    text = "[keypad]\nlamb = 3\n"
    assert "keypad.lamb is not a known key" in complaint(file, text, lambda c: c.section("keypad", KeypadSettings))


def test_a_wrong_value_deep_inside_is_reported_with_its_path(file):
    text = "[[keypad.buttons]]\npin = 99\npress = 'recall'\n"
    assert "keypad.buttons[0].pin" in complaint(file, text, lambda c: c.section("keypad", KeypadSettings))


def test_an_office_is_read(file):
    file.write_text(OFFICE)
    assert [s.id for s in definition(load(file), NOW).services] == ["a"]
    assert load(file).section("hub", HubSettings).node == "hub-1"


def test_a_counter_for_a_service_that_does_not_exist_is_refused(file):
    text = OFFICE.replace('services = ["a"]', 'services = ["x"]')
    assert "office.counters.1.services: there is no service 'x'" in complaint(
        file, text, lambda config: definition(config, NOW)
    )


def test_a_hub_without_an_office_is_refused(file):
    assert "the table [office] is missing" in complaint(file, "[hub]\n", lambda config: definition(config, NOW))


def test_a_missing_password_says_how_to_make_one(file, tmp_path):
    secrets = tmp_path / "secrets"
    secrets.write_text("kiosk-1:abc\n")
    broker = BrokerSettings(password_file=str(secrets))
    assert password_of("kiosk-1", broker) == "abc"
    with pytest.raises(ConfigError, match="giliran passwords"):
        password_of("kiosk-2", broker)
    with pytest.raises(ConfigError, match="giliran passwords"):
        password_of("kiosk-1", BrokerSettings(password_file=str(tmp_path / "none")))


def test_a_password_of_somebody_else_is_named_with_what_to_do(tmp_path):
    secrets = tmp_path / "secrets"
    secrets.write_text("kiosk-1:abc\n")
    secrets.chmod(0)
    root = os.geteuid() == 0
    if root:  # who may read everything
        os.seteuid(65_534)
    try:
        with pytest.raises(ConfigError, match=r"secrets cannot be read \(Permission denied\).*sudo"):
            password_of("kiosk-1", BrokerSettings(password_file=str(secrets)))
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize(
    "line",
    ['host = ""', f'host = "{"a" * 64}"', 'host = "hub..local"', f'host = "{"a." * 200}"', "port = 0", "port = 65536"],
)
def test_an_address_that_can_be_none_is_named_and_not_tried_for_ever(file, line):
    assert "broker" in complaint(file, f"[broker]\n{line}\n", lambda c: c.section("broker", BrokerSettings))


def test_a_password_file_that_is_no_text_is_named(tmp_path):
    secret = tmp_path / "kiosk-1.password"
    secret.write_bytes(b"kiosk-1:\xff\xfe\n")
    with pytest.raises(ConfigError, match="is not a text"):
        password_of("kiosk-1", BrokerSettings(password_file=str(secret)))


@pytest.mark.parametrize("content", [b"\xff", b"a = " + b"[" * 100_000, b"[broker]\nhost = 3\n[broker]\n"])
def test_a_file_of_rubbish_is_a_mistake_of_the_configuration(file, content):
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"giliran\.toml"):
        load(file)


def test_a_number_that_is_too_long_to_be_one_is_a_mistake_of_the_file(file):
    assert "digits" in complaint(file, "[broker]\nport = " + "1" * 5000, lambda config: config)
