"""A slip for staff on its way: from a console through the real hub and broker to the paper of a real kiosk."""

from __future__ import annotations

import pytest

from appliance.node.polling import until
from appliance.tools.office.observer import Observer
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice, office
from appliance.wire import messages as m
from appliance.wire import slips
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

pytestmark = pytest.mark.expects_log("connection to the broker lost")
SECONDS = 20.0
CODE = "K7QF-2M9X-ABCD"


def test_the_first_code_is_printed_between_tickets_once_and_stands_nowhere_else(tmp_path):
    time = OfficeTime.starting(9 * 3600, 1.0)
    with (
        Rig(tmp_path / "office", SampleOffice.nodes(1)) as rig,
        Observer(rig) as observer,
        PtyPrinter(tmp_path / "paper") as printer,
    ):
        tables = {
            "hub": {"database": str(rig.directory / "hub-1" / "giliran.db")},
            "office": {**office(1), "hours": {}},
            "clock": time.table(),
        }
        rig.spawn("hub", rig.write_config("hub-1", tables))
        SampleOffice(rig, 1, time).kiosk(
            {
                "screen": {"fullscreen": False, "width": 1024, "height": 600},
                "printer": {"kind": "serial", "device": printer.path},
            }
        )
        assert observer.wait(lambda: "kiosk-1" in observer.presence, SECONDS)
        web = rig.asker("web-1")
        assert until(web.ready)
        order = m.PrintSlip("kiosk-1", slips.first_code(CODE, "https://192.168.10.2/"), "giliran")
        first = web.ask(order, request_id="a" * 32)
        assert isinstance(first, m.Accepted)
        assert web.ask(order, request_id="a" * 32) == first
        assert isinstance(web.ask(m.PrintSlip("kiosk-2", order.slip, "giliran")), m.Accepted)  # it is not there
        assert printer.wait_for(1, SECONDS)
        assert isinstance(web.ask(m.PrintSlip("kiosk-1", order.slip, "giliran")), m.Accepted)
        assert printer.wait_for(2, SECONDS)
        web.close()
        said = [paper.render(ticket) for ticket in printer.tickets()]
        assert [CODE in one.text for one in said] == [True, True]
        assert said[0].problems == []
        assert until(lambda: "a slip is printed: first_code" in rig.process("kiosk-1").output())
        for node in ("hub-1", "kiosk-1"):
            assert CODE not in rig.process(node).output()
    for file in (tmp_path / "office").rglob("*"):
        assert not file.is_file() or CODE.encode() not in file.read_bytes(), file
