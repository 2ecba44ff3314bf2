"""Rules as boxes meet them: stops that citizens read, offline merges with their ghosts, sessions."""

from __future__ import annotations

import uuid
from functools import partial

import msgspec
import pytest
from hub_bench import Bench

from appliance.engine.commands import DefineOffice
from appliance.engine.model import Counter, Definition, Journey, Rules, Service
from appliance.hub import snapshots
from appliance.hub.calendar import opening_of
from appliance.wire import messages as m

pytestmark = pytest.mark.expects_log("it may not ask for")

OFFICE = Definition(
    {"id": "Kantor"},
    (Service("a", "A", {"id": "Satu"}, quota=3), Service("b", "B", {"id": "Dua"})),
    (Counter("1", {"id": "Loket 1"}, ("a",), helps=("b",)),),
    Rules(seconds_between_calls=0),
    journeys=(Journey("both", {"id": "Keduanya"}, ("b", "a")),),
    kiosks={"kiosk-1": "X"},
)


@pytest.fixture
def hub(tmp_path):
    bench = Bench(tmp_path / "giliran.db")
    bench.handler.execute(DefineOffice(OFFICE), "hub")
    bench.handler.execute(opening_of(OFFICE, bench.clock.office_ms()), "hub")
    yield bench
    bench.store.close()


def ask(hub, body, node="web-1", request_id=None):
    return hub.ask(hub.request(body, node=node, request_id=request_id))[0]


def services(hub):
    catalogue = snapshots.catalogue(hub.handler.day, hub.clock.office_ms(), partial(hub.outlook.told, hub.handler.day))
    return {service.id: service for service in catalogue.services}


def test_a_stopped_service_and_its_reason_are_in_the_catalogue(hub):
    ask(hub, m.Stop("Jaringan pusat terputus", "a"))
    stopped = services(hub)["a"]
    assert (stopped.open, stopped.reason, stopped.notice) == (False, "stopped", "Jaringan pusat terputus")
    assert services(hub)["b"].open
    assert ask(hub, m.Issue("a"), "kiosk-1").code == "service_stopped"
    ask(hub, m.Resume("a"))
    assert services(hub)["a"].open


def test_a_used_up_quota_is_in_the_catalogue(hub):
    for _ in range(3):
        ask(hub, m.Issue("a"), "kiosk-1")
    assert (services(hub)["a"].open, services(hub)["a"].reason) == (False, "quota")


def test_a_merge_voids_the_ghost_of_the_request_that_it_names(hub):
    lost = uuid.uuid4().hex
    assert ask(hub, m.Issue("a"), "kiosk-1", lost).number == "A001"
    merge = m.MergeOffline((m.OfflineTicket("AX001", "a", 5000, uuid.uuid4().hex, instead_of=lost),))
    assert isinstance(ask(hub, merge, "kiosk-1"), m.Accepted)
    tickets = hub.handler.day.tickets
    assert (tickets["A001"].state, tickets["AX001"].state) == ("voided", "waiting")


def test_a_request_that_was_replaced_is_not_carried_out_when_it_comes_at_last(hub):
    late = uuid.uuid4().hex
    ask(hub, m.MergeOffline((m.OfflineTicket("AX001", "a", 5000, uuid.uuid4().hex, instead_of=late),)), "kiosk-1")
    assert ask(hub, m.Issue("a"), "kiosk-1", late).code == "replaced"
    assert list(hub.handler.day.tickets) == ["AX001"]


def test_a_merge_under_another_request_id_changes_nothing_and_is_accepted(hub):
    merge = m.MergeOffline((m.OfflineTicket("AX001", "a", 5000, uuid.uuid4().hex),))
    ask(hub, merge, "kiosk-1")
    before = hub.handler.day.seq
    assert ask(hub, merge, "kiosk-1").seq == before == hub.handler.day.seq


def test_another_kiosk_cannot_merge_into_this_ones_series(hub):
    merge = m.MergeOffline((m.OfflineTicket("AX001", "a", 5000, uuid.uuid4().hex),))
    assert ask(hub, merge, "kiosk-2").code == "no_series"


def test_a_pick_a_pause_and_a_session_over_the_wire(hub):
    for _ in range(2):
        ask(hub, m.Issue("a"), "kiosk-1")
    ask(hub, m.OpenCounter("1", "sari"))
    assert ask(hub, m.CallNumber("1", "budi", number="A002", reason="urgent")).code == "counter_taken"
    assert ask(hub, m.CallNumber("1", "sari", number="A002", reason="urgent")).number == "A002"
    assert ask(hub, m.Undo("1"), "keypad-1").number == "A002"
    ask(hub, m.PauseCounter("1", "sari", reason="break"))
    assert snapshots.counter_state(hub.handler.day, "1").state == "paused"
    assert ask(hub, m.CallNext("1"), "keypad-1").code == "counter_paused"


def test_a_booking_and_a_journey_over_the_wire(hub):
    due = hub.clock.office_ms() + 60_000
    ask(hub, m.Book("KODE1", "b", due))
    assert ask(hub, m.CheckIn("KODE1"), "kiosk-1").ticket.service == "b"
    assert ask(hub, m.CheckIn("KODE1"), "kiosk-1").code == "unknown_booking"
    assert ask(hub, m.Issue("both"), "kiosk-1").number == "B002"


def test_parking_and_returning_over_the_wire(hub):
    ask(hub, m.Issue("a"), "kiosk-1")
    ask(hub, m.CallNext("1"), "keypad-1")
    ask(hub, m.Park("1"), "keypad-1")
    assert hub.handler.day.tickets["A001"].state == "parked"
    assert ask(hub, m.Return("A001"), "kiosk-1").code == "not_allowed"
    ask(hub, m.Return("A001"))
    assert ask(hub, m.CallNext("1"), "keypad-1").number == "A001"


def test_after_hours_citizens_read_when_the_office_opens_again(tmp_path):
    bench = Bench(tmp_path / "giliran.db")
    hours = dict.fromkeys(("mon", "tue"), (("08:00", "12:00"),))
    office = msgspec.structs.replace(OFFICE, hours=hours)
    bench.handler.execute(DefineOffice(office), "hub")
    bench.handler.execute(opening_of(office, bench.clock.office_ms()), "hub")
    monday_at_one = bench.clock.office_ms() + 5 * 3_600_000
    board = snapshots.board(bench.handler.day, monday_at_one, partial(bench.outlook.told, bench.handler.day))
    assert board.office.phase == "after"
    assert board.office.opens_at == opening_of(office, monday_at_one + 86_400_000).spans[0].opens
    bench.store.close()
