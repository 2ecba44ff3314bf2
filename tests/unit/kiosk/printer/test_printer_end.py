"""Whether a ticket is on paper: a printer has taken it long before it has printed it, and may run out meanwhile."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

import pytest
from printer_bench import PATIENCE, whole

from appliance.node.polling import until
from kiosk.printer import status as printer_status
from kiosk.printer.device import EscposPrinter
from kiosk.printer.port import PrintFailed, PrintResult
from kiosk.printer.transport import SerialTransport, TransportError
from kiosk.ticket.sample import sample
from kiosk.workshop.fake_printer import PtyPrinter

QUESTIONS = 4
"""Asked each time that the driver looks."""
Outcome = Callable[[], PrintResult | str]


@pytest.fixture
def begin(device: PtyPrinter) -> Iterator[Callable[[EscposPrinter], Outcome]]:
    """Start a ticket that is not on paper yet, and wait until the driver watches; what is returned ends the watch."""
    threads = []

    def start(printer: EscposPrinter) -> Outcome:
        results: list[PrintResult | str] = []

        def work() -> None:
            try:
                results.append(printer.print(sample()))
            except PrintFailed as error:
                results.append(error.code)

        thread = threading.Thread(target=work)
        threads.append(thread)
        device.lags, asked = True, device.asked
        thread.start()
        assert until(lambda: device.asked >= asked + 3 * QUESTIONS)

        def outcome() -> PrintResult | str:
            thread.join(PATIENCE)
            return results[0]

        return outcome

    yield start
    for thread in threads:
        thread.join(PATIENCE)


def met(device: PtyPrinter, driver) -> EscposPrinter:
    """Return a driver that has asked this printer how it is."""
    printer: EscposPrinter = driver()
    assert printer.expect()[0].state == "ok"
    return printer


def test_a_ticket_is_printed_when_it_is_on_paper_and_not_when_it_was_taken(device, driver, begin) -> None:
    outcome = begin(met(device, driver))
    device.lags = False
    assert outcome() == PrintResult(printed=True, confirmed=True, near_end=False)
    assert device.tickets() == [whole()]


def test_a_roll_that_ends_after_the_ticket_was_taken_is_told_and_the_next_roll_gets_none_of_it(
    device, driver, begin
) -> None:
    printer = met(device, driver)
    outcome = begin(printer)
    device.paper_out = True
    assert outcome() == "paper_out"
    assert until(lambda: whole() in device.scraps), "a new roll takes longer than a printer takes to forget a ticket"
    device.paper_out = device.lags = False
    assert printer.print(sample("A013")).confirmed is True
    assert device.tickets() == [whole("A013")]


def test_a_printer_that_takes_too_long_has_the_ticket_but_nobody_can_say_more(device, driver) -> None:
    printer = driver(deadline_s=0.6)
    assert printer.expect()[0].state == "ok"
    device.lags = True
    result = printer.print(sample())
    assert (result.printed, result.confirmed) == (True, False)


def test_a_model_that_never_tells_the_end_is_believed_when_it_is_well(device, driver) -> None:
    device.tells_end = False
    printer = met(device, driver)
    assert printer.print(sample()).confirmed is True
    assert until(lambda: device.tickets() == [whole()])


def test_a_roll_that_ends_is_told_though_the_printer_takes_nothing_any_more(
    device, driver, begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full buffer has no room for the command that would throw the rest away."""
    printer = met(device, driver)
    outcome = begin(printer)
    real = SerialTransport.write

    def full(transport: SerialTransport, data: bytes, deadline: float) -> None:
        if data == printer_status.CLEAR:
            raise TransportError("stalled", "takes no more data")
        real(transport, data, deadline)

    monkeypatch.setattr(SerialTransport, "write", full)
    device.paper_out = True
    assert outcome() == "paper_out"
    assert printer.parts()[0].state == "fault"


@pytest.mark.parametrize("chatter", [b"\x14\x00\x00\x0f", b"\x14", b"\xff", b"\x40"])
@pytest.mark.parametrize("met_before", [False, True])
def test_a_device_that_never_ends_talking_costs_no_more_than_the_deadline(
    device, driver, chatter: bytes, met_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = met(device, driver) if met_before else driver()
    monkeypatch.setattr(printer, "_deadline_s", 0.5)
    endless = itertools.cycle(chatter)
    monkeypatch.setattr(SerialTransport, "read", lambda *_: next(endless))
    outcome: list[object] = []

    def ask() -> None:
        try:
            outcome.append(printer.print(sample()))
        except PrintFailed as failed:
            outcome.append(failed.code)
        outcome.append(printer.parts())

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert len(outcome) == 2
