"""A member of staff at a real kiosk of a real hub: known by number and PIN, and in the log by name."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from appliance.node.daemon import SystemClock
from appliance.node.pin import hashed
from appliance.node.polling import until
from appliance.people import Role
from appliance.store.accounts import Accounts
from appliance.tools.office.finger import Finger
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice, office

pytestmark = pytest.mark.expects_log("connection to the broker lost")
KIOSKS_PIN, HERS = "246810", "274915"


def knock(finger):
    finger.wait_screen("attract")
    for _ in range(5):
        finger.tap_at(1000, 38)
    finger.wait_screen("staff-pin")


def digits(finger, *typed):
    for number in typed:
        for digit in number:
            finger.tap(f"key-{digit}")
        finger.tap("staff-enter")


def entries(rig):
    with contextlib.closing(sqlite3.connect(rig.directory / "hub-1" / "giliran.db")) as db:
        return db.execute("SELECT actor, body FROM event WHERE type = 'StaffEntered'").fetchall()


def test_as_soon_as_staff_have_pins_the_kiosk_asks_for_number_and_pin_and_the_log_has_the_name(tmp_path):
    file = tmp_path / "web" / "accounts.db"
    with (
        Rig(tmp_path / "office", SampleOffice.nodes(1)) as rig,
        contextlib.closing(Accounts(file, SystemClock().monotonic_ms)) as accounts,
    ):
        time = OfficeTime.starting(9 * 3600, 1.0)
        tables = {
            "hub": {"database": str(rig.directory / "hub-1" / "giliran.db"), "accounts": str(file)},
            "office": {**office(1), "hours": {}},
            "clock": time.table(),
        }
        rig.spawn("hub", rig.write_config("hub-1", tables))
        screen = {"fullscreen": False, "width": 1024, "height": 600, "reduce_motion": True}
        SampleOffice(rig, 1, time).kiosk({"screen": screen, "staff_pin": hashed(KIOSKS_PIN)})
        with Finger(rig.directory / "kiosk-1.sock") as finger:
            knock(finger)
            digits(finger, KIOSKS_PIN)
            finger.wait_screen("staff-menu")
            finger.tap("staff-back")

            person = accounts.add("Siti Aminah", Role.DESK, pin=HERS)
            accounts.add("Wayan", Role.TECHNICIAN, pin="825193")

            def asks_for_a_number():
                knock(finger)
                if "Nomor petugas" in finger.texts():
                    return True
                finger.tap("staff-back")
                return False

            assert until(asks_for_a_number)
            digits(finger, person.number, HERS)
            finger.wait_screen("staff-menu")
            finger.wait_text("Siti Aminah · kiosk-1")
            ((actor, body),) = entries(rig)
            assert actor == "kiosk-1 Siti Aminah"
            assert HERS not in body
            finger.tap("staff-back")

            accounts.change("Siti Aminah", active=False)
            knock(finger)
            digits(finger, person.number, HERS)
            finger.wait_text("Nomor petugas atau PIN salah.")
            assert len(entries(rig)) == 1
            for node in ("hub-1", "kiosk-1"):
                assert HERS not in rig.process(node).output()
