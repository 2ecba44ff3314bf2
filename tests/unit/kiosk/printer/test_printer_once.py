"""One ticket, one paper: what went away on the way is repeated at most once, and what was taken whole never."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from printer_bench import PATIENCE, as_settings, failing, whole

from appliance.node.polling import until
from kiosk.printer import device as printer_device
from kiosk.printer.device import EscposPrinter
from kiosk.printer.drivers import build
from kiosk.ticket.sample import sample
from kiosk.workshop import paper
from kiosk.workshop.fake_network_printer import TcpPrinter
from kiosk.workshop.fake_printer import PtyPrinter

COPY = "Cetak ulang"
LONG: dict[str, object] = {"deadline_s": PATIENCE, "baud": 921_600, "number": "text"}


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine takes long to notice that the printer is back."""
    monkeypatch.setattr(printer_device, "COMES_BACK_S", PATIENCE)


@pytest.fixture(autouse=True)
def _honest(honest_line: None) -> None:
    """The driver knows how much was taken."""


@pytest.fixture
def network(tmp_path: Path) -> Iterator[TcpPrinter]:
    with TcpPrinter(tmp_path / "network") as double:
        yield double


def over_network(network: TcpPrinter) -> EscposPrinter:
    printer = build(as_settings(kind="network", device="", host="127.0.0.1", port=network.port, deadline_s=PATIENCE))
    assert isinstance(printer, EscposPrinter)
    return printer


def rows(ticket: bytes) -> list[str]:
    return paper.render(ticket).text


def plugged_again(device: PtyPrinter, scraps: int) -> Callable[[], None]:
    """Put the cable back as soon as so many torn tickets are there; what is returned waits for it."""

    def mend() -> None:
        assert until(lambda: len(device.scraps) >= scraps)
        device.plug()

    helper = threading.Thread(target=mend)
    helper.start()
    return lambda: helper.join(PATIENCE)


def test_a_network_printer_that_closes_after_the_cut_prints_one_paper(network: TcpPrinter) -> None:
    network.closes_after_cut = True
    printer = over_network(network)
    for number in ("A012", "A013"):
        assert printer.print(sample(number)).printed
    assert [COPY in rows(ticket) for ticket in network.tickets()] == [False, False]


def test_a_network_printer_that_closes_whenever_it_is_asked_stops_nobody_for_ever(network: TcpPrinter) -> None:
    """The wait for its return does not keep a processor busy either: it looks now and then."""
    printer = over_network(network)
    printer.print(sample())
    network.hangs_up = True
    printer._deadline_s = 0.6
    assert failing(printer, "A013") in ("lost", "no_answer")  # it took the last question, or not
    assert network.connections < 40
    network.hangs_up = False
    assert printer.print(sample("A014")).printed
    assert len(network.tickets()) == 2


@pytest.mark.parametrize("away", [0.0, 0.3, 0.7, 1.2])
@pytest.mark.parametrize("kind", ["serial", "file"])
def test_a_printer_that_drops_off_the_bus_at_the_cut_prints_one_paper(
    device: PtyPrinter, driver, kind: str, away: float
) -> None:
    device.drops_at_cut = away
    printer = driver(kind=kind, **LONG)
    if kind == "serial":
        assert printer.expect()[0].state == "ok"
    result = printer.print(sample())
    assert (result.printed, result.confirmed) == (True, False)
    assert printer.print(sample("A013")).printed
    assert [COPY in rows(ticket) for ticket in device.tickets()] == [False, False]
    assert [rows(ticket)[3] for ticket in device.tickets()] == ["A012", "A013"]


def test_a_printer_that_stays_away_after_the_cut_has_one_paper_and_nobody_says_that_all_is_well(
    device: PtyPrinter, driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer_device, "COMES_BACK_S", 0.2)
    device.drops_at_cut = 3600.0
    printer = driver(**LONG)
    assert printer.expect()[0].state == "ok"
    assert failing(printer) == "lost"
    assert device.tickets() == [whole(**LONG)]
    assert printer.parts()[0].state == "missing"


def test_a_printer_that_comes_back_from_the_cut_without_paper_says_so(device: PtyPrinter, driver) -> None:
    device.drops_at_cut = 0.1
    printer = driver(**LONG)
    assert printer.expect()[0].state == "ok"
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(failing(printer)))
    device.lags = True
    thread.start()
    assert until(lambda: device.asked >= 8)  # it is asked behind the ticket
    with device._changed:
        device.lags = False
        device._print_held()
        device.paper_out = True
    thread.join(PATIENCE)
    assert outcome == ["paper_out"]
    assert device.tickets() == [whole(**LONG)]


def test_a_half_ticket_is_repeated_once_and_the_paper_says_so(device: PtyPrinter, driver) -> None:
    printer = driver(**LONG)
    printer.print(sample())
    device.vanish_after = 12 + 100
    back = plugged_again(device, 1)
    assert printer.print(sample("A013")).confirmed is True
    back()
    assert until(lambda: len(device.tickets()) == 2)
    assert COPY in rows(device.tickets()[1])
    assert "A013" in rows(device.tickets()[1])


def test_a_ticket_that_is_torn_twice_is_not_tried_a_third_time(
    device: PtyPrinter, driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = driver(**LONG)
    printer.print(sample())

    def wear(count: int) -> None:
        if len(device._strip.strip(b"\0")) > 100:
            device.unplug()

    device.bytes_per_second = 10_000  # it reads a ticket in several pieces
    with monkeypatch.context() as patch:
        patch.setattr(device, "_wear", wear)
        back = plugged_again(device, 1)
        assert failing(printer, "A013") == "lost"
        back()
    assert len(device.scraps) == 2
    device.plug()
    assert printer.parts()[0].state == "ok"
    assert printer.print(sample("A014")).confirmed is True
    assert [rows(ticket)[3] for ticket in device.tickets()] == ["A012", "A014"]
    assert len(device.scraps) == 2


def test_a_cable_that_was_out_before_the_ticket_began_makes_no_copy(device: PtyPrinter, driver) -> None:
    printer = driver(**LONG)
    printer.print(sample())
    device.unplug()
    device.plug()
    assert printer.print(sample("A013")).confirmed is True
    assert [COPY in rows(ticket) for ticket in device.tickets()] == [False, False]
