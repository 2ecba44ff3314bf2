"""Staff practise on the real hub; afterwards the real queue is as it was, and its figures know nothing of it."""

from __future__ import annotations

import contextlib
import sqlite3

from appliance.node.pin import FREE_TRIES, hashed
from appliance.tools.office.sample_office import instant, office
from appliance.wire import messages as m


def all_find_another_hub(town, before, *people):
    """Wait until all have heard a hub that is none of those ``before``: who has not yet would be refused as stale."""
    return town.until(lambda: all(person.ready() and person.clock.seen().boot not in before for person in people))


def test_a_practice_leaves_no_trace_in_the_figures(town):
    town.all_ready("kiosk-1", "keypad-1", "web-1")
    kiosk, keypad, web = (town.person(node) for node in ("kiosk-1", "keypad-1", "web-1"))
    assert kiosk.ask(m.Issue("pendaftaran")).number == "A001"
    keypad.ask(m.CallNext("1"))
    keypad.ask(m.Finish("1"))
    assert web.ask(m.Train("siti")).code == "office_open"
    web.ask(m.Stop("Latihan petugas"))
    figures = town.tickets()

    real_boot = web.clock.seen().boot
    assert isinstance(web.ask(m.Train("siti")), m.Accepted)
    assert all_find_another_hub(town, [real_boot], kiosk, keypad, web)
    assert town.observer.wait(lambda: town.observer.board.office.training, 20)
    assert town.until(lambda: isinstance(kiosk.ask(m.Issue("pendaftaran")), m.Accepted))
    assert keypad.ask(m.CallNext("1")).number == "A001"
    assert town.observer.wait(lambda: len(town.observer.calls) == 2, 20)

    practice_boot = web.clock.seen().boot
    assert isinstance(web.ask(m.EndTraining("siti")), m.Accepted)
    assert all_find_another_hub(town, [practice_boot, real_boot], kiosk, web)
    assert town.observer.wait(lambda: not town.observer.board.office.training, 20)
    assert town.tickets() == figures == {"A001": "served"}
    assert not list(town.database.parent.glob("practice*"))
    web.ask(m.Resume())
    assert kiosk.ask(m.Issue("pendaftaran")).number == "A002"


def test_a_press_of_the_practice_never_reaches_the_real_queue(town):
    town.all_ready("kiosk-1", "keypad-1", "web-1")
    kiosk, keypad, web = (town.person(node) for node in ("kiosk-1", "keypad-1", "web-1"))
    web.ask(m.Stop("Latihan petugas"))
    real_boot = web.clock.seen().boot
    assert isinstance(web.ask(m.Train("siti")), m.Accepted)
    assert all_find_another_hub(town, [real_boot], keypad, web)
    late = keypad.clock.seen()
    web.ask(m.EndTraining("siti"))
    assert all_find_another_hub(town, [late.boot, real_boot], keypad, kiosk, web)
    web.ask(m.Resume())
    kiosk.ask(m.Issue("pendaftaran"))
    keypad.clock.seen = lambda: late  # the press was stamped in the practice, and delivered now
    assert keypad.ask(m.CallNext("1")).code == "stale"
    assert town.tickets() == {"A001": "waiting"}


def test_an_emergency_that_is_raised_in_a_practice_takes_over_the_real_lobby(town):
    """It is acknowledged when the real log has it, so its answer comes from the real queue."""
    town.all_ready("web-1")
    web = town.person("web-1")
    web.ask(m.Stop("Latihan petugas"))
    real_boot = web.clock.seen().boot
    web.ask(m.Train("siti"))
    assert town.until(lambda: web.ready() and web.clock.seen().boot != real_boot)
    assert town.observer.wait(lambda: town.observer.board.office.training, 20)
    answer = web.ask(m.RaiseEmergency({"id": "Keluar lewat pintu utara."}, "siti"))
    assert isinstance(answer, m.Accepted)
    with contextlib.closing(sqlite3.connect(town.database)) as connection:
        stored = connection.execute("SELECT seq FROM event WHERE type = 'EmergencyRaised'").fetchall()
    assert stored == [(answer.seq,)]
    assert town.observer.wait(lambda: not town.observer.board.office.training, 20)
    assert town.until(lambda: isinstance(web.ask(m.EndEmergency("siti")), m.Accepted))


def test_staff_practise_in_the_office_as_it_is_and_not_as_the_file_has_it(town):
    town.all_ready("kiosk-1", "web-1")
    web = town.person("web-1")
    renamed = office(4) | {"names": {"id": "Kantor Berganti Nama"}}
    web.ask(m.Define(renamed, "siti"))
    web.ask(m.Stop("Latihan petugas"))
    web.ask(m.Train("siti"))
    assert town.observer.wait(lambda: town.observer.board.office.training, 20)
    assert town.observer.board.office.names == {"id": "Kantor Berganti Nama"}


def test_neither_a_practice_nor_a_killed_hub_gives_whoever_guesses_pins_a_free_try(town):
    town.rig.process("hub-1").stop()
    town.office.hub(settings={"staff_pin": hashed("471147")})
    web, boots = town.person("web-1"), [""]

    def changed():
        return town.until(lambda: web.ready() and web.clock.seen().boot not in boots)

    def guess(pin):
        boots.append(web.clock.seen().boot)
        return web.ask(m.Vouch(instant(9 * 3600 + 60), "siti", pin))

    assert changed()
    for _ in range(FREE_TRIES):
        assert guess("000000").code == "wrong_pin"
    web.ask(m.Stop("Latihan petugas"))
    web.ask(m.Train("siti"))
    assert changed()
    assert guess("471147").wait > 0
    web.ask(m.EndTraining("siti"))
    assert changed()
    assert guess("471147").wait > 0
    town.rig.process("hub-1").kill()
    town.office.hub(settings={"staff_pin": hashed("471147")})
    assert changed()
    assert guess("471147").wait > 0


def test_a_folder_in_the_place_of_its_file_costs_the_practice_and_not_the_queue(town):
    town.all_ready("kiosk-1", "web-1")
    kiosk, web = town.person("kiosk-1"), town.person("web-1")
    (town.database.parent / "practice.db").mkdir()
    web.ask(m.Stop("Latihan petugas"))
    real_boot = web.clock.seen().boot
    assert isinstance(web.ask(m.Train("siti")), m.Accepted)
    assert all_find_another_hub(town, [real_boot], kiosk, web)
    assert town.until(lambda: isinstance(web.ask(m.Resume()), m.Accepted))
    assert kiosk.ask(m.Issue("pendaftaran")).number == "A001"
    assert "Traceback" not in town.rig.process("hub-1").output()
