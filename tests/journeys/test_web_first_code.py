"""The first administrator: the code goes from a kiosk's printer into a browser; there is no default password."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appliance.node.polling import until
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice
from appliance.tools.office.visitor import Visitor
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

SECONDS = 20.0
PASSWORD = "kucing hitam lewat"  # noqa: S105  # of nobody
CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b")
pytestmark = pytest.mark.expects_log("connection to the broker lost")


def test_the_code_from_the_kiosk_makes_the_first_administrator_and_nobody_else(tmp_path: Path) -> None:
    time = OfficeTime.starting(9 * 3600, 1.0)
    with Rig(tmp_path / "office", SampleOffice.nodes(1)) as rig, PtyPrinter(tmp_path / "paper") as printer:
        office = SampleOffice(rig, 1, time)
        office.hub()
        office.web()
        screen = {"fullscreen": False, "width": 1024, "height": 600}
        office.kiosk({"screen": screen, "printer": {"kind": "serial", "device": printer.path}})
        visitor = Visitor(office.pages_at())
        assert until(lambda: "kiosk-1" in visitor.get("/first").text, SECONDS)
        assert visitor.post("/first/print", {"kiosk": "kiosk-9"}).status == 409
        assert visitor.post("/first/print", {"kiosk": "kiosk-1"}).status == 303
        assert printer.wait_for(1, SECONDS)
        again = Visitor(office.pages_at()).post("/first/print", {"kiosk": "kiosk-1"})
        assert (again.status, "baru saja dicetak" in again.text) == (409, True)
        found = CODE.search("\n".join(paper.render(printer.tickets()[0]).text))
        assert found is not None
        fields = {"code": found[0], "name": "Agus", "password": PASSWORD, "again": PASSWORD}
        assert visitor.post("/first", {**fields, "code": "2222-2222-2222"}).status == 403
        assert visitor.post("/first", fields).status == 303
        assert "Agus" in visitor.get("/admin").text
        stranger = Visitor(office.pages_at())
        assert stranger.get("/first").headers["location"] == "/sign-in"
        assert stranger.post("/first", {**fields, "name": "Lain"}).headers["location"] == "/sign-in"
        assert stranger.sign_in("Lain", PASSWORD).status == 403
        assert found[0] not in rig.process("web-1").output()
