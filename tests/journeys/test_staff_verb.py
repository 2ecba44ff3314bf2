"""`giliran staff` against a real hub."""

from __future__ import annotations

import io
import sqlite3

import msgspec
import pytest

from appliance.node.pin import hashed
from appliance.tools import staff
from appliance.tools.rig import Rig
from appliance.tools.sample_office import SampleOffice, office


@pytest.fixture
def place(tmp_path):
    """A hub that nobody has told the time, and a desk."""
    with Rig(tmp_path / "office", [*SampleOffice.nodes(1), staff.NODE]) as rig:
        tables = {
            "hub": {
                "database": str(tmp_path / "giliran.db"),
                "runtime": str(tmp_path / "run"),
                "staff_pin": hashed("471147"),
            },
            "office": office(1),
        }
        rig.spawn("hub", rig.write_config("hub-1", tables))
        secret = tmp_path / "desk.password"
        secret.write_text(f"{staff.NODE}:{rig.password(staff.NODE)}\n")
        broker = rig.broker_settings()
        config = tmp_path / "hub.toml"
        config.write_text(f'[broker]\nhost = "{broker.host}"\nport = {broker.port}\n')
        yield tmp_path, ["--config", str(config), "--password-file", str(secret), "--officer", "siti"]


def events(folder):
    with sqlite3.connect(folder / "giliran.db") as connection:
        return connection.execute("SELECT type, actor FROM event ORDER BY seq").fetchall()


def test_staff_set_time_stop_change_and_practise_from_a_terminal(place, capsys, monkeypatch):
    folder, desk = place
    typed = io.StringIO("000000\n471147\n")
    monkeypatch.setattr("sys.stdin", typed)
    assert staff.main([*desk, "time", "08:05", "--date", "2026-04-06"]) == 1
    assert "wrong_pin" in capsys.readouterr().err
    assert staff.main([*desk, "time", "08:05", "--date", "2026-04-06"]) == 0
    assert staff.main([*desk, "stop", "Listrik padam", "--service", "konsultasi"]) == 0
    assert staff.main([*desk, "resume", "--service", "konsultasi"]) == 0
    assert staff.main([*desk, "resume"]) == 1
    assert "It is not stopped." in capsys.readouterr().err
    kinds = events(folder)
    assert ("TimeVouched", "web-desk siti") in kinds
    assert {"DayOpened", "Stopped", "Resumed"} <= {kind for kind, _ in kinds}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["time", "8 o'clock", "--date", "2026-04-06"], "is no date and time"),
        (["office", "nothing.toml"], "no such file"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(place, capsys, arguments, words):
    assert staff.main([*place[1], *arguments]) == 1
    assert words in capsys.readouterr().err


def test_an_office_from_a_file_is_set_under_a_name(place, capsys):
    folder, desk = place
    changed = office(2)

    lines = [f"[office]\nnames = {{ id = {msgspec.json.encode(changed['names']['id']).decode()} }}"]
    lines += ['[[office.services]]\nid = "a"\nprefix = "A"\nnames = { id = "Satu" }']
    lines += ['[[office.counters]]\nid = "1"\nnames = { id = "Loket" }\nservices = ["a"]']
    file = folder / "office.toml"
    file.write_text("\n".join(lines))
    assert staff.main([*desk, "office", str(file)]) == 0
    assert events(folder)[-1] == ("OfficeDefined", "web-desk siti")
    file.write_text(file.read_text().replace('services = ["a"]', 'services = ["b"]'))
    assert staff.main([*desk, "office", str(file)]) == 1
    assert "counters.1.services: there is no service 'b'" in capsys.readouterr().err
