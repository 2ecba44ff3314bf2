"""`giliran staff` against a real hub."""

from __future__ import annotations

import io
import sqlite3

import msgspec
import pytest

from appliance.node.pin import hashed
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import SampleOffice, office
from appliance.verbs import staff


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


def bodies(folder, kind):
    with sqlite3.connect(folder / "giliran.db") as connection:
        rows = connection.execute("SELECT body FROM event WHERE type = ? ORDER BY seq", (kind,)).fetchall()
    return [msgspec.json.decode(body) for (body,) in rows]


def test_staff_set_time_stop_change_and_practise_from_a_terminal(place, capsys, monkeypatch):
    folder, desk = place
    typed = io.StringIO("000000\n471147\n")
    monkeypatch.setattr("sys.stdin", typed)
    assert staff.main([*desk, "time", "2026-04-06", "08:05"]) == 1
    assert "wrong_pin" in capsys.readouterr().err
    assert staff.main([*desk, "time", "2026-04-06", "08:05"]) == 0
    assert "2026-04-06 08:05 (Asia/Jakarta)" in capsys.readouterr().out
    assert staff.main([*desk, "stop", "Listrik", "padam", "--service", "konsultasi"]) == 0
    assert "`giliran staff resume` ends it" in capsys.readouterr().out
    assert staff.main([*desk, "resume", "--service", "konsultasi"]) == 0
    assert staff.main([*desk, "resume"]) == 1
    assert "It is not stopped." in capsys.readouterr().err
    told = events(folder)
    assert {(kind, "web-desk siti") for kind in ("TimeVouched", "Stopped", "Resumed")} <= set(told)
    assert "DayOpened" in dict(told)
    assert bodies(folder, "Stopped")[0]["reason"] == "Listrik padam"


def test_a_text_is_taken_whole_with_and_without_quotes(place, capsys):
    folder, desk = place
    assert staff.main([*desk, "page", "Mohon", "perhatian", "semua"]) == 0
    assert (
        staff.main([*desk, "emergency", "id=Keluar lewat pintu utara.", "en=Leave", "by", "the", "north", "door."]) == 0
    )
    assert staff.main([*desk, "page", "xx=what?"]) == 1
    assert "xx= is no language of the screens" in capsys.readouterr().err
    assert staff.main([*desk, "emergency", "END"]) == 0
    assert [body["text"] for body in bodies(folder, "Paged")] == [{"id": "Mohon perhatian semua"}]
    assert [body["text"] for body in bodies(folder, "EmergencyRaised")] == [
        {"id": "Keluar lewat pintu utara.", "en": "Leave by the north door."}
    ]
    assert "EmergencyEnded" in dict(events(folder))


def test_something_is_told_to_everybody_until_it_is_ended(place, capsys, monkeypatch):
    folder, desk = place
    assert staff.main([*desk, "tell", "--minutes", "20", "id=Mohon menunggu."]) == 1
    assert "The day is not open, so nobody waits" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("471147\n"))
    assert staff.main([*desk, "time", "2026-04-06", "08:05"]) == 0
    capsys.readouterr()
    assert staff.main([*desk, "tell", "--minutes", "20", "id=Mohon menunggu.", "en=Please wait."]) == 0
    assert "shown for 20 minutes" in capsys.readouterr().out
    assert staff.main([*desk, "tell", "--minutes", "0", "Mohon"]) == 1
    assert "minutes" in capsys.readouterr().err
    assert staff.main([*desk, "tell", "end"]) == 0
    assert staff.main([*desk, "tell", "end"]) == 1
    assert bodies(folder, "BroadcastMade")[0]["text"] == {"id": "Mohon menunggu.", "en": "Please wait."}
    assert "BroadcastEnded" in dict(events(folder))


def test_without_a_day_no_ticket_is_printed_again(place, capsys):
    _, desk = place
    assert staff.main([*desk, "reprint", "a012"]) == 1
    assert "refused: The business day is not open" in capsys.readouterr().err


def test_a_file_for_the_lobby_that_is_something_else_clears_nothing(place, capsys):
    folder, desk = place
    file = folder / "texts.toml"
    file.write_text('running = [{ id = "Siapkan KTP asli." }]')
    assert staff.main([*desk, "lobby", str(file)]) == 0
    assert "1 sentences and 0 pages" in capsys.readouterr().out
    for wrong, words in ((folder / "hub.toml", "broker is not a known key"), (folder / "empty.toml", "is empty")):
        (folder / "empty.toml").touch()
        assert staff.main([*desk, "lobby", str(wrong)]) == 1
        assert words in capsys.readouterr().err
    assert len(bodies(folder, "NoticesPosted")) == 1
    file.write_text("running = []")
    assert staff.main([*desk, "lobby", str(file)]) == 0
    assert len(bodies(folder, "NoticesPosted")) == 2


def test_who_asks_with_sudo_is_named_and_not_root(monkeypatch):
    monkeypatch.setenv("SUDO_USER", "sari")
    assert staff._parser().parse_args(["resume"]).officer == "sari"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["time", "2026-04-06", "8 o'clock"], "is no date and time"),
        (["time", "2026-04-06", "08:00"], "a PIN has 4 digits or more"),
        (["office", "nothing.toml"], "No such file"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(place, capsys, monkeypatch, arguments, words):
    monkeypatch.setattr("sys.stdin", io.StringIO())
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
    (folder / "conf.d").mkdir()
    (folder / "conf.d" / "other.toml").write_text('[office.names]\nid = "Another file altogether"\n')
    assert staff.main([*desk, "office", str(file)]) == 0
    assert events(folder)[-1] == ("OfficeDefined", "web-desk siti")
    assert bodies(folder, "OfficeDefined")[-1]["definition"]["names"] == {"id": changed["names"]["id"]}
    file.write_text(file.read_text().replace('services = ["a"]', 'services = ["b"]'))
    assert staff.main([*desk, "office", str(file)]) == 1
    assert "counters.1.services: there is no service 'b'" in capsys.readouterr().err
