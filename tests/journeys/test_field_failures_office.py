"""What breaks in other queue systems over days and years: numbers, nights, time zones, history, passwords.

Each test is a failure seen in the field; docs/reliability.md has the whole table.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import paho.mqtt.client as mqtt
import pytest
from crowds import NINE, at_once, diary, issue, restart, rows
from paho.mqtt.enums import CallbackAPIVersion

from appliance.tools.office import past
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import DATE, SERVICES, SampleOffice, instant, office
from appliance.verbs import log as log_reader
from appliance.wire import messages as m

KIOSK, KEYPAD, DESK = "kiosk-1", "keypad-1", "web-1"
HOURS = 3600
TOMORROW = 86_400
REFUSED = {0x86, 0x87}
"""Bad user name or password, not authorised (OASIS MQTT 5.0, section 3.2.2.2)."""

pytestmark = pytest.mark.expects_log("connection to the broker lost")


# -- years -----------------------------------------------------------------------------------------------------------


def test_numbers_neither_repeat_nor_stick_after_years_of_use(town, monkeypatch):
    """novosga #367. Here behind a year of working days; `./dev history` sees to it behind ten million tickets."""
    monkeypatch.setattr(past, "TICKETS_A_DAY", 40)
    town.all_ready(KIOSK, KEYPAD)
    town.rig.process("hub-1").stop()
    town.database.unlink()
    past.make(town.database, 250 * 40)
    before = rows(town, "SELECT * FROM ticket ORDER BY day, number")
    restart(town, NINE, KIOSK, KEYPAD)
    assert issue(town, 5) == [f"A{n:03d}" for n in range(1, 6)]
    restart(town, NINE, KIOSK, KEYPAD)
    assert issue(town, 2) == ["A006", "A007"]
    assert issue(town, 1, "konsultasi") == ["B001"]
    assert town.person(KEYPAD).ask(m.CallNext("1")).number == "A001"
    assert rows(town, "SELECT * FROM ticket WHERE day < ? ORDER BY day, number", DATE) == before


def history(town):
    """Return everything that the first day left behind: its records and its tickets, field by field."""
    return [
        rows(town, "SELECT * FROM event WHERE day = ? ORDER BY seq", DATE),
        rows(town, "SELECT * FROM ticket WHERE day = ? ORDER BY number", DATE),
    ]


def test_no_reset_and_no_clean_up_deletes_history(town, capsys):
    """FQM: "reset" and DeleteTickets. Here the day turns, the office is rebuilt, and nothing that was is changed."""
    town.all_ready(KIOSK, KEYPAD, DESK)
    numbers = [*issue(town, 3), *issue(town, 2, "pengambilan")]
    keypad, desk = town.person(KEYPAD), town.person(DESK)
    keypad.ask(m.CallNext("1"))
    keypad.ask(m.CloseCounter("1"))
    desk.ask(m.Cancel(numbers[1]))
    restart(town, NINE + TOMORROW, KIOSK, KEYPAD, DESK)
    issue(town)
    left = history(town)
    ended = rows(town, "SELECT state, count(*) FROM ticket WHERE day = ? GROUP BY state", DATE)
    assert ended == [("cancelled", 1), ("expired", 4)]
    for body in (m.Stop("Dikosongkan"), m.Resume(), *(m.Cancel(n) for n in numbers), m.CloseCounter("1")):
        desk.ask(body)
    restart(town, NINE + 2 * TOMORROW, KIOSK, KEYPAD, services=SERVICES[:1], counters=office(4)["counters"][:0])
    issue(town)
    assert history(town) == left
    assert log_reader.main(["verify", "--database", str(town.database)]) == 0
    assert f"{DATE} 09:00" in diary(town, capsys, numbers[0])[0]


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("DELETE FROM event WHERE seq > 3", "record 4 is missing"),
        ("DELETE FROM event WHERE type = 'TicketIssued'", "is missing"),
        ("UPDATE event SET at = at - 60000 WHERE type = 'TicketCalled'", "(TicketCalled of 2026-04-06) is not what"),
    ],
)
def test_whoever_deletes_history_in_the_file_is_found_out(town, capsys, deed, words):
    """FQM, the same: what the program does not offer can still be done with SQL, but not unseen."""
    town.all_ready(KIOSK, KEYPAD)
    issue(town, 3)
    town.person(KEYPAD).ask(m.CallNext("1"))
    assert town.observer.wait(lambda: len(town.observer.calls) == 1, 20)
    town.rig.process("hub-1").stop()
    restart(town, NINE, KIOSK, KEYPAD)
    issue(town)
    town.rig.process("hub-1").stop()
    assert log_reader.main(["verify", "--database", str(town.database)]) == 0
    with contextlib.closing(sqlite3.connect(town.database)) as connection, connection:
        connection.execute(deed)
    assert log_reader.main(["verify", "--database", str(town.database)]) == 1
    assert words in capsys.readouterr().out


# -- days ------------------------------------------------------------------------------------------------------------


def test_the_queue_is_cleared_overnight_while_nobody_is_there(town):
    """bcgov PR 969. With the hub off at midnight: tests/journeys/test_trouble.py, "a leap over midnight"."""
    restart(town, 22 * HOURS, KIOSK, KEYPAD, hours={})
    called, parked, *waiting = issue(town, 5)
    keypad = town.person(KEYPAD)
    assert [keypad.ask(m.CallNext("2")).number, keypad.ask(m.CallNext("1")).number] == [called, parked]
    assert keypad.ask(m.Park("1")).number == parked
    restart(town, 22 * HOURS + 59 * 60, KIOSK, KEYPAD, rate=float(HOURS), hours={})
    observer = town.observer
    assert observer.wait(lambda: observer.board is not None and observer.board.day == "2026-04-07", 20)
    assert set(rows(town, "SELECT number, state FROM ticket")) == {(n, "expired") for n in (called, parked, *waiting)}
    assert {(counter.state, counter.number) for counter in observer.board.counters} == {("free", None)}
    assert [service.waiting for service in observer.board.services] == [0, 0, 0]
    assert observer.board.calls == []
    assert issue(town) == ["A001"]


def local(seconds, zone):
    """Return a time of ``DATE`` in ``zone`` as seconds since midnight in Jakarta, by which the hub's clock is set."""
    midnight = datetime.fromisoformat(DATE).replace(tzinfo=ZoneInfo(zone)).timestamp()
    return midnight + seconds - instant(0) / 1000


@pytest.mark.parametrize(
    ("zone", "edge"),
    [("America/Vancouver", 17), ("Asia/Jakarta", 7), ("Asia/Jayapura", 9), ("Pacific/Kiritimati", 14)],
)
def test_tickets_are_whole_when_the_date_turns_elsewhere(town, capsys, monkeypatch, zone, edge):
    """bcgov PR 626: broken after 17:00 local time, when the date turns in UTC; novosga docker #8: stale zone data.

    The hub's machine stands in another zone, and has no zone data of its own.
    """
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONTZPATH", "")
    tickets = []
    for seconds in (edge * HOURS - 60, edge * HOURS + 60):
        restart(town, local(seconds, zone), KIOSK, KEYPAD, zone=zone, hours={})
        tickets.append(town.person(KIOSK).ask(m.Issue("pendaftaran")).ticket)
    assert [(ticket.number, ticket.day) for ticket in tickets] == [("A001", DATE), ("A002", DATE)]
    moments = [datetime.fromtimestamp(ticket.issued_at / 1000, ZoneInfo(zone)) for ticket in tickets]
    assert [f"{moment:%Y-%m-%d %H}" for moment in moments] == [f"{DATE} {edge - 1:02d}", f"{DATE} {edge:02d}"]
    assert town.person(KEYPAD).ask(m.CallNext("1")).number == "A001"
    assert diary(town, capsys, "A002")[0].startswith(f"{DATE} {edge:02d}:01")
    assert rows(town, "SELECT DISTINCT day FROM event WHERE day <> ''") == [(DATE,)]


# -- passwords -------------------------------------------------------------------------------------------------------


def greeting(port, name, password):
    """Return the broker's answer to somebody who wants in."""
    came, reasons = threading.Event(), []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="stranger", protocol=mqtt.MQTTv5)
    client.username_pw_set(name, password)
    client.on_connect = lambda _c, _u, _f, reason, _p: (reasons.append(reason.value), came.set())
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert came.wait(20)
    client.disconnect()
    client.loop_stop()
    return reasons[0]


def test_there_is_no_default_password(town, tmp_path):
    """FQM: "admin". The broker is the only door so far; every office's boxes have passwords of their own."""
    assert greeting(town.rig.port, KIOSK, town.rig.password(KIOSK)) == 0
    names = [*SampleOffice.nodes(1), "admin", "root", "pi", "giliran", "mosquitto"]
    tried = [(None, None), *((name, guess) for name in names for guess in ("", "admin", "raspberry", "giliran", name))]
    reasons = []
    at_once(tried, lambda pair, _: reasons.append(greeting(town.rig.port, *pair)))
    assert len(reasons) == len(tried)
    assert set(reasons) <= REFUSED
    with Rig(tmp_path / "another office", town.rig.nodes) as other:
        secrets = [rig.password(node) for rig in (town.rig, other) for node in town.rig.nodes]
    assert len(set(secrets)) == len(secrets)
    assert min(map(len, secrets)) >= 32


def test_there_is_no_default_pin(town):
    """FQM, the same: where nobody has set a PIN, none opens what lies behind it."""
    town.all_ready(KIOSK, DESK)
    for guess in ("0000", "1234", "000000", "123456", "admin", "giliran"):
        refusal = town.person(DESK).ask(m.Vouch(instant(NINE), "sari", guess))
        assert refusal.code == "no_pin"
        assert "staff-pin" in refusal.advice
