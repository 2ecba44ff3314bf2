"""Who opens a kiosk's staff screen, and who vouches for the time: a person, by number and PIN."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from hub_bench import NOW, ask, founded, last_actor, tick

from appliance.hub import snapshots
from appliance.hub.staff_pins import StaffPins
from appliance.people import Role
from appliance.store.accounts import Accounts
from appliance.wire import messages as m

OFFICES, HERS, HIS = "471147", "274915", "825193"
SITI, WAYAN, BUDI = "10", "11", "12"
DESK = "kiosk-1"


@pytest.fixture
def accounts(tmp_path):
    """What the web writes: Siti at the desk, Wayan the technician, and Budi at a counter."""
    with contextlib.closing(Accounts(tmp_path / "web" / "accounts.db", lambda: 0)) as accounts:
        accounts.add("Siti Aminah", Role.DESK, pin=HERS)
        accounts.add("Wayan", Role.TECHNICIAN, pin=HIS)
        accounts.add("Budi", Role.OFFICER, pin="913572")
        yield accounts


@pytest.fixture
def hub(tmp_path, accounts):
    bench = founded(tmp_path / "giliran.db", accounts=tmp_path / "web" / "accounts.db")
    tick(bench)
    yield bench
    bench.store.close()


def log_of(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "giliran.db")) as db:
        return db.execute("SELECT type, actor, body FROM event ORDER BY seq").fetchall()


def test_whoever_has_number_and_pin_is_named_told_what_they_may_and_in_the_log(hub, tmp_path):
    reply = ask(hub, m.Identify(SITI, HERS), DESK)
    assert reply.person == m.Identified("Siti Aminah", ["kiosk:staff"])
    assert last_actor(hub) == "kiosk-1 Siti Aminah"
    assert ask(hub, m.Identify(WAYAN, HIS), DESK).person.may == ["kiosk:staff", "clock:vouch"]
    kind, _, body = log_of(tmp_path)[-1]
    assert kind == "StaffEntered"
    assert HIS not in body


def test_the_answer_is_the_same_when_it_is_asked_for_again_also_after_a_restart(hub, tmp_path):
    request = hub.request(m.Identify(SITI, HERS), node=DESK)
    (first,) = hub.ask(request)
    hub.store.close()
    again = founded(tmp_path / "giliran.db", "boot-2", accounts=tmp_path / "web" / "accounts.db")
    assert again.ask(request) == [first]
    assert [kind for kind, _, _ in log_of(tmp_path)].count("StaffEntered") == 1
    again.store.close()


@pytest.mark.expects_log("gave a wrong PIN for staff number")
def test_a_wrong_pin_an_unknown_number_and_one_who_has_left_are_refused_alike_and_stand_in_no_event(
    hub, accounts, tmp_path
):
    accounts.change("Budi", active=False)
    before = log_of(tmp_path)
    for number, pin in [(SITI, HIS), ("99", HERS), (BUDI, "913572")]:
        assert ask(hub, m.Identify(number, pin), DESK).code == "wrong_number"
    assert log_of(tmp_path) == before


def test_whoever_may_not_open_the_screen_does_not(hub):
    assert ask(hub, m.Identify(BUDI, "913572"), DESK).code == "not_permitted"


@pytest.mark.expects_log("it may not ask for")
@pytest.mark.parametrize("node", ["keypad-1", "web-1"])
def test_only_kiosks_ask_who_somebody_is(hub, node):
    assert ask(hub, m.Identify(SITI, HERS), node).code == "not_allowed"


@pytest.mark.expects_log("gave a wrong PIN for staff number")
def test_wrong_tries_cost_the_kiosk_time_and_a_restart_forgets_none_of_them(hub, tmp_path, accounts):
    waits = [ask(hub, m.Identify(SITI, "000000"), DESK).wait for _ in range(5)]
    assert waits == [0, 0, 0, 0, 30_000]
    assert ask(hub, m.Identify(SITI, HERS), DESK).code == "wrong_number"  # it is not looked at
    assert ask(hub, m.Identify(WAYAN, HIS), DESK).wait == 30_000
    assert ask(hub, m.Identify(SITI, HERS), "kiosk-2").person.name == "Siti Aminah"  # not locked out elsewhere
    hub.store.close()
    again = founded(tmp_path / "giliran.db", "boot-2", accounts=tmp_path / "web" / "accounts.db")
    assert ask(again, m.Identify(WAYAN, HIS), DESK).wait == 30_000
    again.clock.ms += 30_000
    assert ask(again, m.Identify(WAYAN, HIS), DESK).person.name == "Wayan"
    assert ask(again, m.Identify(SITI, "000000"), DESK).wait == 60_000  # with his PIN he clears nothing of hers
    again.store.close()


@pytest.mark.expects_log("gave a wrong PIN for staff number")
def test_a_person_who_is_tried_everywhere_waits_a_minute_at_most(hub):
    waits = [ask(hub, m.Identify(SITI, "000000"), f"kiosk-{n}").wait for n in range(10)]
    assert waits[-1] == 5_000
    for n in range(10, 30):
        wait = ask(hub, m.Identify(SITI, "000000"), f"kiosk-{n}").wait
        hub.clock.ms += wait
    assert wait == 60_000
    assert ask(hub, m.Identify(SITI, HERS), "kiosk-99").person.name == "Siti Aminah"


def test_a_try_is_on_the_disk_before_the_pin_is_looked_at(hub, tmp_path, monkeypatch):
    seen = []

    def with_pin(*_):
        seen.append((tmp_path / "wrong-staff-pins.json").read_text())
        raise RuntimeError("the plug was pulled")

    monkeypatch.setattr(Accounts, "with_pin", with_pin)
    pins = StaffPins(tmp_path / "web" / "accounts.db", tmp_path / "wrong-staff-pins.json", lambda: 0)
    with pytest.raises(RuntimeError):
        pins.identify(SITI, HERS, DESK)
    assert seen == ['{"wrong":{"person 10":1,"place kiosk-1":1}}']


@pytest.mark.expects_log("wrong staff PINs are counted anew", "a restart forgets how many")
def test_a_memory_that_is_spoiled_or_cannot_be_written_keeps_nobody_out(tmp_path, accounts):
    memory = tmp_path / "wrong-staff-pins.json"
    memory.mkdir()
    pins = StaffPins(tmp_path / "web" / "accounts.db", memory, lambda: 0)
    assert pins.identify(SITI, HERS, DESK).name == "Siti Aminah"


# -- the time of day ---------------------------------------------------------------------------------------------------


def test_a_person_vouches_for_the_time_under_their_name(hub):
    vouched = m.Vouch(NOW + hub.clock.ms, "", HIS, sure=True, number=WAYAN)
    assert isinstance(ask(hub, vouched, DESK), m.Accepted)
    assert last_actor(hub) == "kiosk-1 Wayan"


def test_where_people_have_pins_the_offices_counts_no_more_and_nobody_signs_for_another(hub):
    at = NOW + hub.clock.ms
    assert ask(hub, m.Vouch(at, "wayan", OFFICES, sure=True), DESK).code == "number_needed"
    assert ask(hub, m.Vouch(at, "budi", HIS, sure=True, number=WAYAN), DESK).code == "no_officer"
    assert ask(hub, m.Vouch(at, "", OFFICES, sure=True), DESK).code == "no_officer"
    assert ask(hub, m.Vouch(at, "", HERS, sure=True, number=SITI), DESK).code == "not_permitted"


def test_as_long_as_nobody_who_may_set_the_time_has_a_pin_the_offices_counts(tmp_path):
    file = tmp_path / "web" / "accounts.db"
    with contextlib.closing(Accounts(file, lambda: 0)) as accounts:
        accounts.add("Siti", Role.DESK, pin=HERS)
        accounts.add("Budi", Role.ADMINISTRATOR, password="gunung merapi 3")  # noqa: S106  # a test's
        bench = founded(tmp_path / "giliran.db", accounts=file)
        tick(bench)
        vouched = m.Vouch(NOW + bench.clock.ms, "budi", OFFICES, sure=True)
        assert isinstance(ask(bench, vouched, DESK), m.Accepted)
        assert ask(bench, m.Identify(SITI, HERS), DESK).code == "no_numbers"
        accounts.change("Budi", pin=HIS)
        assert ask(bench, vouched, DESK).code == "number_needed"
        bench.store.close()


# -- what kiosks are told ----------------------------------------------------------------------------------------------


def test_kiosks_are_told_whether_to_ask_for_a_number(hub):
    day, told = hub.handler.day, lambda _: hub.outlook.told(hub.handler.day, "a")
    assert not snapshots.catalogue(day, NOW, told).staff_numbers
    assert snapshots.catalogue(day, NOW, told, staff_numbers=True).staff_numbers


@pytest.mark.expects_log("who has a staff number is not known")
def test_a_file_that_comes_changes_goes_and_is_spoiled_is_noticed(tmp_path):
    file, now = tmp_path / "accounts.db", [0]
    pins = StaffPins(file, tmp_path / "memory.json", lambda: now[0])
    assert not pins.exist()
    with contextlib.closing(Accounts(file, lambda: 0)) as accounts:
        accounts.add("Ani", Role.DESK, pin="913572")
        accounts.add("Siti", Role.HEAD)
        assert not pins.exist()
        accounts.change("Siti", pin=HERS)
        assert pins.exist()
        accounts.change("Siti", active=False)
        assert not pins.exist()
        accounts.change("Siti", active=True)
        assert pins.exist()
    kept = file.read_bytes()
    file.write_bytes(b"spoiled" * 1000)
    assert pins.exist()  # as it was, as far as anybody knows
    file.write_bytes(kept)
    now[0] += 10_000
    assert pins.exist()
    file.unlink()
    assert not pins.exist()
