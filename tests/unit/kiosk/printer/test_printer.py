"""The driver of ESC/POS printers before the double: whole tickets or a clear word, by a deadline, and never later."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest
from printer_bench import as_settings, copy, failing, wait_until_taken, whole

from appliance.node.config import ConfigError
from appliance.node.polling import until
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part
from kiosk.printer import device as printer_device
from kiosk.printer.device import EscposPrinter
from kiosk.printer.drivers import build
from kiosk.printer.port import NoPrinter, PrintFailed
from kiosk.printer.settings import PrinterSettings
from kiosk.printer.transport import SerialTransport
from kiosk.ticket.sample import sample
from kiosk.ticket.slip import Qr, Text
from kiosk.workshop.fake_printer import PtyPrinter
from kiosk.workshop.fake_printer_tool import obey

DRAWN: dict[str, object] = {"baud": 921_600, "qr": "image", "number": "text", "deadline_s": 2.0}
"""A fast line and a large picture."""


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"kind": "serial"}, "kiosk.printer.device"),
        ({"kind": "usb"}, "kiosk.printer.vendor"),
        ({"kind": "cups"}, "kiosk.printer.queue"),
        ({"kind": "network", "host": "printer.local"}, "kiosk.printer.host"),
        ({"kind": "file", "device": "/dev/null", "profile": "nonesuch"}, "kiosk.printer.profile"),
        ({"kind": "file", "device": "/dev/null", "code_page": "UTF-8"}, "kiosk.printer.code_page"),
    ],
)
def test_settings_that_cannot_be_meant_name_their_key(settings: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        build(msgspec.convert(settings, PrinterSettings))


def test_nothing_fitted_prints_nothing_and_says_so() -> None:
    printer = build(PrinterSettings())
    assert isinstance(printer, NoPrinter)
    assert printer.print(sample()).printed is False
    assert printer.parts()[0].state == "missing"


def test_a_ticket_arrives_whole_and_the_printer_confirms_it(device: PtyPrinter, driver) -> None:
    printer = driver()
    result = printer.print(sample())
    wait_until_taken(device, 1)
    assert (result.printed, result.confirmed, result.near_end) == (True, True, False)
    assert device.tickets() == [whole()]
    assert printer.parts() == [Part("printer", "ok")]


# -- a printer that cannot print -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "lifted", "code"),
    [
        ("paper out", "paper ok", "paper_out"),
        ("cover open", "cover closed", "cover_open"),
        ("offline", "online", "offline"),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    device: PtyPrinter, driver, fault: str, lifted: str, code: str
) -> None:
    printer = driver()
    printer.parts()
    obey(device, fault.split())
    assert failing(printer) == code
    assert printer.parts()[0].state != "ok"
    obey(device, lifted.split())
    printer.print(sample("A013"))
    wait_until_taken(device, 1)
    # The ticket that failed does not come out behind: only the new one.
    assert device.tickets() == [whole("A013")]
    assert device.scraps == []


def test_a_printer_that_is_offline_for_a_moment_is_waited_for(device: PtyPrinter, driver) -> None:
    printer = driver()
    printer.parts()
    device.offline = True
    timer = threading.Timer(0.2, lambda: obey(device, ["online"]))
    timer.start()
    assert printer.print(sample()).confirmed is True
    timer.join()


def test_a_model_that_always_says_offline_prints_and_is_never_called_healthy(device: PtyPrinter, driver) -> None:
    device.offline = True
    printer = driver()
    result = printer.print(sample())
    assert (result.printed, result.confirmed) == (True, False)
    assert printer.parts()[0].state == "unknown"


def test_a_roll_that_ends_in_mid_ticket_leaves_nothing_for_the_next_roll(device: PtyPrinter, driver) -> None:
    """Changing the paper must print neither the rest of this ticket nor any ticket before."""
    printer = driver()
    printer.print(sample())
    wait_until_taken(device, 1)
    device.paper_left = 12 + 100  # the questions before the ticket, then a part of it
    assert failing(printer, "A013") == "paper_out"
    assert until(lambda: device.scraps)
    obey(device, ["paper", "ok"])
    printer.print(sample("A014"))
    wait_until_taken(device, 2)
    assert device.tickets() == [whole(), whole("A014")]


def test_a_roll_near_its_end_still_prints_and_is_told(device: PtyPrinter, driver) -> None:
    device.near_end = True
    printer = driver()
    assert printer.print(sample()).near_end is True
    assert printer.parts() == [Part("printer", "ok", "near_end")]


def test_a_blocked_cutter_is_told_and_once_freed_goes_on_without_being_switched_off(device: PtyPrinter, driver) -> None:
    printer = driver()
    device.jammed = True
    assert failing(printer) == "error"
    assert "cutter" in of_part(printer.parts()[0], LOGGED)
    assert failing(printer, "A013") == "error"
    device.jammed = False
    assert printer.print(sample("A014")).confirmed is True
    wait_until_taken(device, 2)
    assert device.tickets() == [whole(), whole("A014")]
    assert printer.parts()[0].state == "ok"


# -- a ticket that was expected ----------------------------------------------------------------------------------------


def test_a_printer_that_was_asked_a_moment_ago_is_not_asked_again_before_the_ticket(device: PtyPrinter, driver) -> None:
    printer = driver(deadline_s=1.0)
    printer.expect()
    device.silent = True  # it could not answer: if it were asked, it would not be trusted with the ticket
    with pytest.raises(PrintFailed, match="no_answer"):
        printer.print(sample())
    wait_until_taken(device, 1)
    assert device.tickets() == [whole()]
    assert failing(printer, "A013") == "no_answer"
    assert device.tickets() == [whole()]


@pytest.mark.parametrize("fault", ["paper out", "cover open"])
def test_what_happens_after_the_question_leaves_no_ticket_for_later(device: PtyPrinter, driver, fault: str) -> None:
    printer = driver()
    printer.expect()
    obey(device, fault.split())
    assert failing(printer) in ("paper_out", "cover_open")
    assert until(lambda: device.scraps)
    device.paper_out = device.cover_open = False
    printer.print(sample("A013"))
    wait_until_taken(device, 1)
    assert device.tickets() == [whole("A013")]


def test_a_fault_that_was_there_when_the_ticket_was_expected_is_asked_about_again(device: PtyPrinter, driver) -> None:
    device.paper_out = True
    printer = driver()
    printer.expect()
    assert failing(printer) == "paper_out"
    printer.parts()  # the double has read whatever came before this question
    assert device.scraps == []


def test_an_old_answer_does_not_count(device: PtyPrinter, driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer_device, "READY_S", 0.0)
    printer = driver()
    printer.expect()
    device.paper_out = True
    assert failing(printer) == "paper_out"
    printer.parts()
    assert device.scraps == []


def test_an_answer_counts_for_one_ticket(device: PtyPrinter, driver) -> None:
    printer = driver()
    printer.expect()
    printer.print(sample())
    wait_until_taken(device, 1)
    device.paper_out = True
    assert failing(printer, "A013") == "paper_out"
    printer.parts()
    assert device.scraps == []


# -- a printer that goes away --------------------------------------------------------------------------------------


def test_a_printer_that_is_not_there_is_missing(tmp_path: Path) -> None:
    for kind in ("serial", "file"):
        printer = build(as_settings(kind=kind, device=str(tmp_path / "gone")))
        assert isinstance(printer, EscposPrinter)
        assert failing(printer) == "missing"
        assert printer.parts()[0].state == "missing"
        assert not (tmp_path / "gone").exists()


def test_a_cable_pulled_in_mid_ticket_is_told_and_later_tickets_print_whole(device: PtyPrinter, driver) -> None:
    printer = driver(deadline_s=0.6)
    printer.print(sample())
    wait_until_taken(device, 1)
    device.vanish_after = 12 + 100
    assert failing(printer, "A013") == "lost"
    assert failing(printer, "A013") == "missing"
    assert printer.parts()[0].state == "missing"
    device.plug()
    assert printer.parts()[0].state == "ok"
    printer.print(sample("A013"))
    wait_until_taken(device, 2)
    assert device.tickets()[1] == whole("A013")


def test_a_half_ticket_is_printed_again_whole_when_the_cable_comes_back_at_once(
    device: PtyPrinter, driver, honest_line: None
) -> None:
    printer = driver()
    printer.print(sample())
    wait_until_taken(device, 1)
    device.vanish_after = 12 + 100

    def mend() -> None:
        assert until(lambda: device.scraps)
        device.plug()

    helper = threading.Thread(target=mend)
    helper.start()
    assert printer.print(sample("A013")).confirmed is True
    helper.join()
    wait_until_taken(device, 2)
    assert device.tickets() == [whole(), copy("A013")]


def test_a_cable_that_was_out_between_two_citizens_costs_neither_a_ticket(device: PtyPrinter, driver) -> None:
    """Nobody asked for the status meanwhile: the driver still holds the old connection."""
    printer = driver()
    printer.print(sample())
    wait_until_taken(device, 1)
    device.unplug()
    device.plug()
    assert printer.print(sample("A013")).confirmed is True
    wait_until_taken(device, 2)
    assert device.tickets()[1] == whole("A013")


def test_another_model_on_the_same_cable_is_known_anew(device: PtyPrinter, driver) -> None:
    printer = driver()
    printer.parts()
    device.unplug()
    assert printer.parts()[0].state == "missing"
    device.plug()
    device.silent = True  # a model that never tells its status
    assert printer.print(sample()).printed is True


# -- a printer that is slow, silent or confused --------------------------------------------------------------------


def test_a_printer_that_takes_no_data_fails_by_the_deadline(device: PtyPrinter, driver) -> None:
    device.stalled = True
    printer = driver(kind="file", deadline_s=0.6)
    with pytest.raises(PrintFailed) as failed:
        printer.print([Text("x" * 40)] * 20_000)  # more than any buffer on the way
    assert failed.value.code == "stalled"
    device.stalled = False


def test_a_silent_printer_that_holds_its_line_has_not_got_the_ticket(
    device: PtyPrinter, driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel took it all; a ticket that it still holds would print when the printer wakes up."""
    device.silent = True
    monkeypatch.setattr(SerialTransport, "_held", lambda _: 7)
    printer = driver(deadline_s=0.3, baud=921600, number="text")
    assert failing(printer) == "stalled"


def test_a_slow_line_is_given_the_time_that_its_bytes_take(device: PtyPrinter, driver) -> None:
    printer = driver(deadline_s=0.5, baud=2400)
    printer.parts()
    device.bytes_per_second = 400
    assert printer.print(sample()).confirmed is True
    assert device.tickets() == [whole()]


def test_a_printer_that_stops_answering_is_not_trusted_with_a_ticket(device: PtyPrinter, driver) -> None:
    printer = driver(deadline_s=0.6)
    printer.print(sample())
    device.silent = True
    assert failing(printer) == "no_answer"
    assert printer.parts()[0].state == "unknown"
    device.silent = False
    printer.print(sample())
    wait_until_taken(device, 2)


@pytest.mark.parametrize("fault", ["silent", "garbage"])
def test_a_printer_that_does_not_answer_prints_but_is_never_called_healthy(
    device: PtyPrinter, driver, fault: str
) -> None:
    setattr(device, fault, True)
    printer = driver()
    result = printer.print(sample())
    wait_until_taken(device, 1)
    assert (result.printed, result.confirmed) == (True, False)
    assert printer.parts()[0].state == "unknown"


def test_a_printer_that_answers_only_one_question_at_a_time_is_asked_so(device: PtyPrinter, driver) -> None:
    device.mumbles = True
    device.near_end = True
    printer = driver(deadline_s=1.0)
    assert printer.print(sample()).near_end is True
    assert printer.parts() == [Part("printer", "ok", "near_end")]


def test_what_a_printer_says_unasked_is_no_answer(device: PtyPrinter, driver) -> None:
    """Automatic status (GS a) is four bytes of another form; bytes from before the question are of the past."""
    printer = driver()
    printer.parts()
    device.chatter = b"\x14\x00\x00\x0f"
    assert printer.print(sample()).confirmed is True
    device.chatter = b""
    device.say(b"\x1a\x32\x12\x7e")
    assert printer.print(sample("A013")).confirmed is True
    wait_until_taken(device, 2)


def test_an_interrupted_picture_does_not_swallow_the_next_ticket(device: PtyPrinter, driver) -> None:
    """The printer kept its power and still waits for dots; what is sent first must end that picture."""
    device.silent = True
    printer = driver(kind="file", qr="image", number="text", deadline_s=0.6)
    device.stalled = True
    with pytest.raises(PrintFailed):
        printer.print([Qr("x" * 60, 16)] * 20)
    device.stalled = False
    printer.print(sample())
    wait_until_taken(device, 1)
    assert device.tickets()[-1] == whole(qr="image")


@pytest.mark.parametrize("overhears", [False, True])
@pytest.mark.parametrize("looked_at", [False, True], ids=["", "looked at meanwhile"])
def test_a_time_out_in_the_middle_of_a_picture_costs_no_later_ticket(
    device: PtyPrinter, driver, overhears: bool, looked_at: bool
) -> None:
    """A printer that waits for the rest of a picture takes a question for dots of it; Epson's answer all the same."""
    device.overhears = overhears
    printer = driver(**DRAWN)
    printer.print(sample())
    device.bytes_per_second = 1000
    assert failing(printer, "A013") == "no_answer"  # in time
    if looked_at:
        assert printer.parts()[0].state != "ok"
    device.bytes_per_second = 0
    if looked_at:
        assert printer.parts() == [Part("printer", "ok")]
    assert printer.print(sample("A014")).confirmed is True
    wait_until_taken(device, 2)
    assert device.tickets() == [whole(**DRAWN), whole("A014", **DRAWN)]
    assert all(scrap.startswith(whole("A013", **DRAWN)[:500]) for scrap in device.scraps)


def test_a_time_out_in_the_middle_of_a_picture_and_then_no_paper_leaves_nothing_for_the_next_roll(
    device: PtyPrinter, driver
) -> None:
    printer = driver(**DRAWN)
    printer.print(sample())
    device.bytes_per_second = 1000
    assert failing(printer, "A013") == "no_answer"  # in time
    device.bytes_per_second = 0
    device.paper_out = True
    assert failing(printer, "A014") == "paper_out"
    device.paper_out = False
    printer.print(sample("A015"))
    wait_until_taken(device, 2)
    assert device.tickets() == [whole(**DRAWN), whole("A015", **DRAWN)]
