"""What breaks at kiosks of other queue systems: paper, double taps, cables. Each test is a failure seen in the field.

One office for all of them: the real hub, the real kiosk process, a printer on a pseudo terminal. It is five past five
in Jakarta, and the machine's own clock stands in another zone. docs/reliability.md has the whole table.
"""

from __future__ import annotations

import contextlib
import signal
import sqlite3

import pytest
import zxingcpp
from PIL import Image

from appliance.node.pin import hashed
from appliance.texts.parts import LOGGED, of_part
from appliance.tools.office.finger import Finger
from appliance.tools.office.observer import Observer
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice, office
from appliance.wire import messages as m
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

KIOSK = "kiosk-1"
SERVICE = "pendaftaran"
FIVE_PAST_FIVE = 17 * 3600 + 300
PIN = "471147"
FOLLOW = "http://10.20.0.1/t/"
SECONDS = 20.0

pytestmark = pytest.mark.expects_log("connection to the broker lost")


class Hall:
    """A kiosk, its printer, and whoever stands in front of it."""

    def __init__(self, rig, observer, printer, finger, keypad):
        self.rig, self.observer, self.printer, self.finger, self.keypad = rig, observer, printer, finger, keypad

    def take(self):
        """Take a number, up to where it is shown; return it as the hub has acknowledged it."""
        before = len(self.observer.issued())
        self.finger.tap("begin")
        self.finger.tap(f"service-{SERVICE}")
        self.finger.tap("take")
        self.finger.wait_screen("ticket")
        assert self.observer.wait(lambda: len(self.observer.issued()) > before, SECONDS)
        return self.observer.issued()[before].number

    def leave(self):
        self.finger.tap("done")
        self.finger.wait_screen("attract")

    def printer_is(self, *states):
        """Wait until the kiosk tells staff so about its printer; return the words."""

        def part():
            presence = self.observer.presence.get(KIOSK)
            return next((one for one in presence.parts if one.name == "printer"), None) if presence else None

        assert self.observer.wait(lambda: part() is not None and part().state in states, SECONDS), part()
        return of_part(part(), LOGGED)

    def tickets(self):
        """Return every number in the hub's database and its state."""
        with contextlib.closing(sqlite3.connect(self.rig.directory / "hub-1" / "giliran.db")) as connection:
            return dict(connection.execute("SELECT number, state FROM ticket"))

    def strip(self, place):
        """Return what stands on one of the printed tickets."""
        drawn = paper.render(self.printer.tickets()[place])
        assert drawn.problems == []
        return drawn.text


@pytest.fixture(scope="module")
def the_hall(tmp_path_factory):
    place = tmp_path_factory.mktemp("hall")
    time = OfficeTime.starting(FIVE_PAST_FIVE, 1.0)
    screen = {"fullscreen": False, "width": 1024, "height": 600, "reduce_motion": True}
    with (
        pytest.MonkeyPatch.context() as patch,
        Rig(place / "office", SampleOffice.nodes(1)) as rig,
        Observer(rig) as observer,
        PtyPrinter(place / "paper") as printer,
    ):
        patch.setenv("TZ", "America/Vancouver")
        tables = {
            "hub": {"database": str(rig.directory / "hub-1" / "giliran.db")},
            "office": {**office(1, seconds_between_calls=0), "hours": {}, "follow_url": FOLLOW},
            "clock": time.table(),
        }
        rig.spawn("hub", rig.write_config("hub-1", tables))
        SampleOffice(rig, 1, time).kiosk(
            {
                "screen": screen,
                "printer": {"kind": "serial", "device": printer.path, "deadline_s": 1.0, "qr": "image"},
                "staff_pin": hashed(PIN),
            }
        )
        with Finger(rig.directory / f"{KIOSK}.sock") as finger:
            keypad = rig.asker("keypad-1")
            finger.wait_screen("attract")
            yield Hall(rig, observer, printer, finger, keypad)
            keypad.close()


@pytest.fixture
def hall(the_hall):
    yield the_hall
    the_hall.printer.paper_out, the_hall.printer.bytes_per_second = False, 0
    the_hall.printer.plug()
    if the_hall.finger.screen()["screen"] == "ticket":
        the_hall.leave()


def test_a_double_tap_gives_one_ticket(hall):
    """MADO-queue #24: two tickets came out."""
    printed, known = len(hall.printer.tickets()), set(hall.tickets())
    hall.finger.tap("begin")
    hall.finger.tap(f"service-{SERVICE}")
    button = hall.finger.wait_for("take")
    hub = hall.rig.process("hub-1")
    hub.signal(signal.SIGSTOP)  # it is slow, so that the button is still there for the second tap
    for _ in range(3):
        hall.finger.tap_at(button["x"] + button["w"] / 2, button["y"] + button["h"] / 2)
    hub.signal(signal.SIGCONT)
    hall.finger.wait_screen("ticket")
    assert hall.printer.wait_for(printed + 1, SECONDS)
    hall.leave()
    following = hall.take()
    assert hall.printer.wait_for(printed + 2, SECONDS)
    assert len(set(hall.tickets()) - known) == len(hall.printer.tickets()) - printed == 2
    assert following in hall.strip(printed + 1)


def test_the_paper_shows_the_offices_time_in_the_evening_too(hall):
    """bcgov PR 626: after 17:00 tickets were corrupted, for the date had turned somewhere else."""
    printed = len(hall.printer.tickets())
    number = hall.take()
    assert hall.printer.wait_for(printed + 1, SECONDS)
    told = " ".join(hall.strip(printed))
    assert number in told
    assert "Senin, 6 April 2026" in told
    assert " 17.0" in told
    assert hall.observer.issued()[-1].day == "2026-04-06"


@pytest.mark.parametrize(
    "fault",
    [{"vanish_after": 3_000}, {"bytes_per_second": 1_000}],
    ids=["the cable is pulled", "a time-out"],
)
def test_after_a_break_in_the_middle_of_a_picture_the_next_ticket_is_whole_and_no_garbage(hall, fault):
    """python-escpos #628: a time-out on USB, and from then on garbage on the paper."""
    printed = len(hall.printer.tickets())
    for name, value in fault.items():
        setattr(hall.printer, name, value)
    broken = hall.take()
    hall.finger.wait_text(f"Nomor Anda: {broken}")
    hall.leave()
    hall.printer.bytes_per_second = 0
    hall.printer.plug()
    number = hall.take()
    assert hall.printer.wait_for(printed + 1, SECONDS)
    assert len(hall.printer.tickets()) == printed + 1
    lines = hall.strip(printed)
    assert number in lines
    assert broken not in lines
    assert zxingcpp.read_barcodes(paper.render(hall.printer.tickets()[printed]).image)
    assert hall.printer_is("ok") == ""


def test_when_paper_is_put_in_no_old_tickets_come_out(hall):
    """python-escpos #370: after the roll was changed, the backlog of old jobs was printed."""
    printed = len(hall.printer.tickets())
    hall.printer.paper_out = True
    for _ in range(2):
        hall.take()
        hall.finger.wait_text("Kertas habis")
        hall.leave()
    hall.printer.paper_out = False
    number = hall.take()
    assert hall.printer.wait_for(printed + 1, SECONDS)
    assert number in hall.strip(printed)
    assert len(hall.printer.tickets()) == printed + 1


def test_when_the_printer_fails_the_number_is_on_the_screen_and_staff_are_told(hall, tmp_path):
    """MADO-queue #21: the ticket counted as waiting, and the citizen had nothing in the hand."""
    hall.printer.paper_out = True
    number = hall.take()
    hall.finger.wait_text("Kertas habis")
    texts = [item for item in hall.finger.items() if item.get("text")]
    assert max(texts, key=lambda item: item["h"])["text"] == number, "the number is the largest thing to read"
    hall.finger.grab(tmp_path / "screen.png")
    with Image.open(tmp_path / "screen.png") as picture:
        (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.startswith(FOLLOW)
    assert "paper" in hall.printer_is("fault")
    waiting = [one for one, state in hall.tickets().items() if state == "waiting"]
    assert number in waiting
    for _ in waiting:
        hall.keypad.ask(m.CallNext("1"))
    assert hall.observer.wait(lambda: number in [call.number for call in hall.observer.calls], SECONDS)


def test_staff_print_the_same_number_again(hall):
    """MADO-queue #21, the rest: what did not come out is printed once more, and is no second ticket."""
    printed = len(hall.printer.tickets())
    hall.printer.paper_out = True
    number = hall.take()
    hall.finger.wait_text("Kertas habis")
    hall.leave()
    hall.printer.paper_out = False
    known = hall.tickets()
    for _ in range(5):
        hall.finger.tap_at(hall.finger.screen()["width"] - 30, 30)
    hall.finger.wait_screen("staff-pin")
    for digit in PIN:
        hall.finger.tap(f"key-{digit}")
    hall.finger.tap("staff-enter")
    hall.finger.tap("staff-tickets")
    hall.finger.tap(f"reprint-{number}")
    assert hall.printer.wait_for(printed + 1, SECONDS)
    lines = hall.strip(printed)
    assert number in lines
    assert "Cetak ulang" in lines
    assert hall.tickets() == known
    for screen in ("staff-menu", "attract"):
        hall.finger.tap("staff-back")
        hall.finger.wait_screen(screen)


def test_an_officer_has_the_ticket_at_the_counter_printed_again(hall):
    """The same from a keypad: the kiosk prints what its citizen lost, and the queue is as it was."""
    hall.take()
    hall.leave()
    number = hall.keypad.ask(m.CallNext("1")).number
    printed, known = len(hall.printer.tickets()), hall.tickets()
    assert isinstance(hall.keypad.ask(m.Reprint("1")), m.Accepted)
    assert hall.printer.wait_for(printed + 1, SECONDS)
    lines = hall.strip(printed)
    assert number in lines
    assert "Cetak ulang" in lines
    assert hall.tickets() == known
