"""Whatever stands where the hub keeps its small files: it starts, takes numbers, and says what it could not read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.node.pin import hashed
from appliance.wire import messages as m

SPOILED = {
    "empty": b"",
    "torn": b'{"day": "2026-04-06", "phones": {"A001": "08',
    "not UTF-8": b'{"day": "\xa5", "phones": {}, "at": 1, "wrong": "\xa5"}',
    "zeros": bytes(4096),
    "of another type": b'{"day": 7, "phones": [], "at": "x", "wrong": "x"}',
    "a list": b"[]",
    "endless": b"[" * 200_000,
    "folders": Path.mkdir,
    "pipes": os.mkfifo,  # opening one waits for ever
    "links to nowhere": lambda place: place.symlink_to("nowhere/at/all"),
}
FILES = (
    "contacts.json",
    "contacts.json.new",
    "notes.json",
    "notes.json.new",
    "giliran.checked.json",
    "giliran.checked.json.new",
    "wrong-pins.json",
    "wrong-pins.json.new",
)


@pytest.mark.expects_log("connection to the broker lost")
@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_the_hub_starts_and_serves_beside_spoiled_files(town, spoiled):
    town.all_ready("kiosk-1", "web-1")
    town.rig.process("hub-1").kill()
    folder = town.database.parent
    for name in FILES:
        if isinstance(spoiled, bytes):
            (folder / name).write_bytes(spoiled)
        else:
            spoiled(folder / name)
    (folder / "backups").write_bytes(b"no folder")
    boot = town.person("kiosk-1").clock.seen().boot
    hub = town.office.hub(settings={"staff_pin": hashed("471147")}, changes={"messages": True})
    kiosk, desk = town.person("kiosk-1"), town.person("web-1")
    assert town.until(lambda: all(one.ready() and one.clock.seen().boot != boot for one in (kiosk, desk))), hub.output()
    assert kiosk.ask(m.Issue("pendaftaran", phone="081234567890")).number == "A001"
    assert isinstance(desk.ask(m.SetNote("A001", "KTP menyusul")), m.Accepted)
    assert desk.ask(m.Vouch(1 << 41, "siti", "000000")).code == "wrong_pin"
    said = hub.output()
    assert "Traceback" not in said
    for name in ("contacts.json", "notes.json", "giliran.checked.json", "wrong-pins.json"):
        assert name in said
    assert hub.stop() == 0
