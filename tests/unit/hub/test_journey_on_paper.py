"""What a journey's ticket says: the hub's real answer and offer, through the kiosk's real desk, onto paper."""

from __future__ import annotations

import queue
from functools import partial

import msgspec
import pytest
from hub_bench import Bench

from appliance.engine.commands import DefineOffice
from appliance.engine.model import Counter, Definition, Journey, Rules, Service
from appliance.hub import snapshots
from appliance.hub.calendar import opening_of
from appliance.node.daemon import HubClock, SystemClock
from appliance.wire import messages as m
from kiosk.printer.drivers import build
from kiosk.printer.settings import PrinterSettings
from kiosk.printer.spooler import PrintDesk, Printing
from kiosk.ticket.service import service_of
from kiosk.ticket.template_file import TicketFile
from kiosk.visit import screen_text
from kiosk.visit.state import Flow
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

PATIENCE = 20.0
OFFICE = Definition(
    {"id": "Kantor"},
    (
        Service("check", "A", {"id": "Pengecekan"}, bring={"id": ("KTP",)}),
        Service("cashier", "B", {"id": "Kasir"}, bring={"id": ("Bukti bayar", "KTP")}, at_kiosk=False),
        Service("register", "C", {"id": "Pendaftaran"}, bring={"id": ("Formulir",)}),
    ),
    (Counter("1", {"id": "Loket 1"}, ("check", "cashier", "register")),),
    Rules(seconds_between_calls=0),
    journeys=(
        Journey("all", {"id": "Balik nama"}, ("check", "cashier", "register")),
        Journey("paid", {"id": "Bayar dan daftar"}, ("cashier", "register")),
    ),
    kiosks={"kiosk-1": "X"},
)


class Hall:
    """A hub with its day open, and the desk of a kiosk with a printer."""

    def __init__(self, hub: Bench, desk: PrintDesk, printer: PtyPrinter) -> None:
        self.hub, self.desk, self.printer = hub, desk, printer

    def ask(self, body: m.AnyBody, node: str = "kiosk-1") -> m.AnyReply:
        return self.hub.ask(self.hub.request(body, node=node))[0]

    def catalogue(self) -> m.Catalogue:
        foretell = partial(self.hub.outlook.told, self.hub.handler.day)
        return snapshots.catalogue(self.hub.handler.day, self.hub.clock.office_ms(), foretell)

    def printed(self, ticket: m.IssuedTicket | None) -> list[str]:
        """Return what stands on the paper of a ticket."""
        assert ticket is not None
        told: queue.SimpleQueue[str] = queue.SimpleQueue()
        count = len(self.printer.tickets())
        self.desk.print(Printing("a" * 32, ticket, "b" * 32, self.catalogue()), lambda _, said: told.put(said))
        assert told.get(timeout=PATIENCE) == ""
        assert self.printer.wait_for(count + 1, PATIENCE)
        return paper.render(self.printer.tickets()[count]).text


@pytest.fixture
def hall(tmp_path):
    hub = Bench(tmp_path / "giliran.db")
    hub.handler.execute(DefineOffice(OFFICE), "hub")
    hub.handler.execute(opening_of(OFFICE, hub.clock.office_ms()), "hub")
    with PtyPrinter(tmp_path / "paper") as printer:
        device = build(PrinterSettings(kind="serial", device=printer.path))
        desk = PrintDesk(device, HubClock(SystemClock()), ("id",), TicketFile("", tmp_path))
        desk.start()
        yield Hall(hub, desk, printer)
        desk.stop()
    hub.store.close()


@pytest.mark.parametrize(
    ("chosen", "number", "name"), [("all", "A001", "Balik nama"), ("paid", "B001", "Bayar dan daftar")]
)
def test_a_journeys_ticket_has_its_name_and_lists_the_papers_of_all_its_steps_as_the_screen_does(
    hall: Hall, chosen: str, number: str, name: str
) -> None:
    shown = next(state for state in hall.catalogue().services if state.id == chosen)
    ticket = hall.ask(m.Issue(chosen)).ticket
    told = hall.printed(ticket)
    assert ticket.number == number
    assert told[1:3] == [name, number]
    assert [row.removeprefix("- ") for row in told if row.startswith("- ")] == shown.bring["id"]
    assert service_of(hall.catalogue(), ticket) == next(
        state for state in hall.catalogue().services if state.id == chosen
    )


def test_the_ticket_of_a_single_service_is_the_services_own(hall: Hall) -> None:
    told = hall.printed(hall.ask(m.Issue("check")).ticket)
    assert told[1:3] == ["Pengecekan", "A001"]
    assert [row for row in told if row.startswith("- ")] == ["- KTP"]


def test_a_booking_of_a_service_that_nobody_chooses_at_a_kiosk_has_name_and_papers_on_the_ticket(hall: Hall) -> None:
    hall.ask(m.Book("KODE1", "cashier", hall.hub.clock.office_ms() + 60_000), "web-1")
    told = hall.printed(hall.ask(m.CheckIn("KODE1")).ticket)
    assert told[1] == "Kasir"
    assert [row for row in told if row.startswith("- ")] == ["- Bukti bayar", "- KTP"]
    assert "cashier" not in {state.id for state in hall.catalogue().services}


def test_who_waits_for_a_journey_waits_once(hall: Hall) -> None:
    for chosen in ("all", "all", "paid", "check", "register"):
        hall.ask(m.Issue(chosen))
    moment = screen_text.Surroundings(hall.catalogue(), None, None, "Asia/Jakarta", 0, 1.0)
    assert screen_text.values(Flow(), moment)["waitingTotal"].split()[0] == "5"
    told = hall.printed(hall.ask(m.Issue("all")).ticket)
    assert any(row.startswith("5 orang") for row in told)  # one counter serves them all


def test_the_catalogue_of_an_older_hub_is_read(hall: Hall) -> None:
    old = msgspec.to_builtins(hall.catalogue())
    del old["elsewhere"]
    for state in old["services"]:
        del state["services"]
    assert msgspec.convert(old, m.Catalogue).elsewhere == []
