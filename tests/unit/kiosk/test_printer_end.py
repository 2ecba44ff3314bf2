"""Whether a ticket is on paper: a printer has taken it long before it has printed it, and may run out meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from printer_bench import PATIENCE, whole

from appliance.tools.polling import until
from kiosk.fake_printer import PtyPrinter
from kiosk.printer import PrintFailed, PrintResult
from kiosk.printer_device import EscposPrinter
from kiosk.ticket_sample import sample

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
