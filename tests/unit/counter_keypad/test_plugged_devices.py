"""Number pads, serial keypads and number displays: real descriptors, pulled out and put back."""

from __future__ import annotations

import os

import pytest
from pad_keys import EVENT, key, strokes

from appliance.node import plugged
from appliance.node.daemon import SystemClock
from appliance.node.polling import until
from appliance.texts.parts import LOGGED, of_part
from counter_keypad.actions import Wish
from counter_keypad.fake_serial import FakeSerialLine
from counter_keypad.number_display import SerialDisplay, Sign
from counter_keypad.number_pad import NumberPad, key_events
from counter_keypad.serial_pad import SerialPad
from counter_keypad.settings import NumberPadSettings, SerialDisplaySettings, SerialPadSettings

TWELVE_ENTER = bytes.fromhex(
    # A USB number pad: NumLock, 1, 2 (held until it repeats) and Enter, laid out as a 64-bit kernel writes them.
    "5e2bcf6900000000a3c0020000000000" "04000400" "53000700" "5e2bcf6900000000a3c0020000000000" "01004500" "01000000"
    "5e2bcf6900000000a3c0020000000000" "00000000" "00000000" "5e2bcf6900000000b1dd020000000000" "01004500" "00000000"
    "5e2bcf6900000000b1dd020000000000" "00000000" "00000000" "5e2bcf6900000000c4f9030000000000" "01004f00" "01000000"
    "5e2bcf6900000000c4f9030000000000" "00000000" "00000000" "5e2bcf69000000000111050000000000" "01004f00" "00000000"
    "5e2bcf69000000000111050000000000" "00000000" "00000000" "5e2bcf6900000000a9d2060000000000" "01005000" "01000000"
    "5e2bcf6900000000a9d2060000000000" "00000000" "00000000" "5e2bcf6900000000a9d2070000000000" "01005000" "02000000"
    "5e2bcf6900000000a9d2080000000000" "01005000" "00000000" "5e2bcf6900000000a9d2080000000000" "00000000" "00000000"
    "5f2bcf69000000001100000000000000" "01006000" "01000000" "5f2bcf69000000001100000000000000" "00000000" "00000000"
    "5f2bcf6900000000b03c010000000000" "01006000" "00000000" "5f2bcf6900000000b03c010000000000" "00000000" "00000000"
)  # fmt: skip


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(plugged, "RETRY_SECONDS", 0.02)


class Heard(list):
    def wishes(self):
        return [one for one in self if isinstance(one, Wish)]


# -- number pads ---------------------------------------------------------------------------------------------------


@pytest.fixture
def pad(tmp_path):
    path = tmp_path / "event0"
    os.mkfifo(path)
    heard = Heard()
    settings = NumberPadSettings(
        device=str(path), series={"A": 3, "B": 3}, keys={"KPSLASH": "B", "KPPLUS": "recall", "KPMINUS": "no_show"}
    )
    pad = NumberPad(settings, SystemClock(), heard.append)
    pad.start()
    pad.heard, pad.path = heard, path
    pad.ends = []
    yield pad
    pad.close()
    for end in pad.ends:
        os.close(end)


def plugged_in(pad):
    """The end of the pipe at which the kernel writes."""
    found = []

    def try_it():
        try:
            found.append(os.open(pad.path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody reads yet
            return False
        return True

    assert until(try_it)
    pad.ends += found
    return found[0]


def test_the_keys_of_a_number_pad_call_number_12(pad):
    end = plugged_in(pad)
    os.write(end, TWELVE_ENTER)
    assert until(pad.heard.wishes)
    assert pad.heard == ["typing", "typing", Wish("call_number", "A012")]


def test_keys_arrive_in_any_pieces(pad):
    end = plugged_in(pad)
    for at in range(0, len(TWELVE_ENTER), 7):
        os.write(end, TWELVE_ENTER[at : at + 7])
    assert until(pad.heard.wishes)
    assert pad.heard.wishes() == [Wish("call_number", "A012")]


def test_keys_roll_over_and_other_keys_do_what_they_are_set_to(pad):
    end = plugged_in(pad)
    os.write(end, key("1", 1) + key("2", 1) + key("1", 0) + key("2", 0) + strokes("Enter", "/", "7", "Enter", "+", "-"))
    assert until(lambda: len(pad.heard.wishes()) == 4)
    assert pad.heard.wishes() == [
        Wish("call_number", "A012"),
        Wish("call_number", "B007"),
        Wish("recall"),
        Wish("no_show"),
    ]


def test_when_the_kernel_lost_events_half_a_number_is_dropped(pad):
    end = plugged_in(pad)
    os.write(end, strokes("1") + EVENT.pack(0, 0, 0, 3, 0) + strokes("2", "Enter"))
    assert until(pad.heard.wishes)
    assert pad.heard.wishes() == [Wish("call_number", "A002")]


@pytest.mark.expects_log("number pad: .* it is used again as soon as it is back")
def test_a_pad_that_was_pulled_out_works_again_when_it_is_back(pad):
    end = plugged_in(pad)
    os.write(end, strokes("1"))
    assert until(lambda: pad.heard == ["typing"])
    pad.path.unlink()
    os.close(pad.ends.pop())
    assert until(lambda: pad.part.state == "missing")
    os.mkfifo(pad.path)
    end = plugged_in(pad)
    os.write(end, strokes("3", "Enter"))
    assert until(pad.heard.wishes)
    assert pad.heard.wishes() == [Wish("call_number", "A003")], "the 1 was typed before"
    assert until(lambda: pad.part.state == "ok")


def test_a_stuck_key_is_named_and_called_once(pad):
    end = plugged_in(pad)
    os.write(end, strokes("5") + key("Enter", 1) + b"".join(key("Enter", 2) for _ in range(50)))
    assert until(pad.heard.wishes)
    assert until(lambda: pad.faults(SystemClock().monotonic_ms() + 60_000))
    assert pad.faults(SystemClock().monotonic_ms()) == []
    assert "ENTER" in of_part(pad.faults(SystemClock().monotonic_ms() + 60_000)[0], LOGGED)
    os.write(end, key("Enter", 0))
    assert until(lambda: not pad.faults(SystemClock().monotonic_ms() + 60_000))
    assert pad.heard.wishes() == [Wish("call_number", "A005")]


def test_events_are_read_as_the_kernel_lays_them_out():
    assert EVENT.size == 24
    assert [k.code for k in key_events(TWELVE_ENTER) if k.down] == [69, 79, 80, 96]


# -- serial keypads ------------------------------------------------------------------------------------------------


@pytest.fixture
def line(tmp_path):
    line = FakeSerialLine(tmp_path / "ttyUSB0")
    yield line
    line.close()


@pytest.mark.expects_log("serial keypad: .* it is used again as soon as it is back")
def test_a_serial_keypad_is_heard_and_heard_again_after_its_plug_was_out(line):
    heard = Heard()
    settings = SerialPadSettings(port=str(line.path), series={"A": 3}, keys={"NEXT": "call_next"})
    pad = SerialPad(settings, SystemClock(), heard.append)
    pad.start()
    assert until(lambda: pad.part.state == "ok")
    line.send(b"12\r\nNEXT\r\n")
    assert until(lambda: heard == [Wish("call_number", "A012"), Wish("call_next")])
    line.send(b"9")
    line.pull_out()
    assert until(lambda: pad.part.state == "missing")
    line.plug_in()
    assert until(lambda: pad.part.state == "ok")
    line.send(b"7\r\n")
    assert until(lambda: len(heard) == 3)
    assert heard[-1] == Wish("call_number", "A007")
    pad.close()


# -- number displays -----------------------------------------------------------------------------------------------


def display_on(line, **settings):
    settings = {"refresh_seconds": 0.1, **settings}
    display = SerialDisplay(SerialDisplaySettings(port=str(line.path), **settings))
    display.start()
    return display


def test_a_display_shows_dashes_numbers_and_a_dot(line):
    display = display_on(line)
    assert until(lambda: line.read().endswith(b"----.\r"))
    display.show(Sign("A012", 1, away=False))
    assert until(lambda: line.read().endswith(b"A012\r"))
    display.show(Sign("A012", 1, away=True))
    assert until(lambda: line.read().endswith(b"A012.\r"))
    display.show(Sign(None, 0, away=False))
    assert until(lambda: line.read().endswith(b"----\r"))
    display.show(Sign("A013", 1, away=False))
    assert until(lambda: line.read().endswith(b"A013\r"))
    display.close()
    assert line.read().endswith(b"----.\r"), "nobody will change the number any more"


def test_a_call_has_a_frame_of_its_own_sent_once_a_call(line):
    display = display_on(line, call_frame="*{text}\r")
    assert until(lambda: b"----.\r" in line.read())
    for sign in (Sign("A012", 1, away=False), Sign("A012", 2, away=False), Sign("A012", 2, away=True)):
        display.show(sign)
        assert until(lambda s=sign: display._shown == s)
    assert until(lambda: line.read().endswith(b"A012.\r"))
    assert line.received.count(b"*A012\r") == 2
    display.close()


def test_a_display_that_forgets_is_told_again(line):
    display = display_on(line, refresh_seconds=0.1)
    display.show(Sign("A012", 1, away=False))
    assert until(lambda: line.read().count(b"A012\r") >= 3)
    display.close()


@pytest.mark.expects_log("number display: .* it is used again as soon as it is back")
def test_a_display_that_was_pulled_out_shows_the_present_number_when_it_is_back(line):
    display = display_on(line)
    display.show(Sign("A012", 1, away=False))
    assert until(lambda: b"A012\r" in line.read())
    assert until(lambda: display.part.state == "ok")
    line.pull_out()
    assert until(lambda: display.part.state == "missing")
    display.show(Sign("A013", 1, away=False))
    line.plug_in()
    assert until(lambda: b"A013\r" in line.read())
    assert b"A012" not in line.received
    assert until(lambda: display.part.state == "ok")
    display.close()


@pytest.mark.expects_log("number display: .* it is used again as soon as it is back")
def test_a_display_whose_line_stalls_holds_nobody_up(line, monkeypatch):
    monkeypatch.setattr("counter_keypad.number_display.WRITE_SECONDS", 0.05)
    display = display_on(line, frame="{text:>4000}")  # nobody reads: the buffer fills
    assert until(lambda: display.part.state == "missing")
    display.show(Sign("A012", 1, away=False))
    assert until(lambda: b"A012" in line.read())
    display.close()


@pytest.mark.expects_log("number display: .* it is used again as soon as it is back")
def test_a_line_that_cannot_be_set_up_as_wished_is_named_and_given_back(line):
    display = display_on(line, rs485=True)  # a pseudo terminal drives no transceiver, like many UARTs
    assert until(lambda: "RS485" in of_part(display.part, LOGGED))
    assert display.part.state == "missing"
    assert display.dead_part() is None
    display.close()
    other = display_on(line)  # nobody holds the line any more
    assert until(lambda: other.part.state == "ok")
    other.close()


@pytest.mark.expects_log("serial keypad: .* it is used again as soon as it is back")
def test_a_serial_keypad_whose_line_cannot_be_set_up_holds_nobody_up(line, monkeypatch):
    def refuse(*_args, **_more):
        raise ValueError("Invalid baud rate: 4000000")

    monkeypatch.setattr("serial.Serial", refuse)
    pad = SerialPad(SerialPadSettings(port=str(line.path), series={"A": 3}), SystemClock(), Heard().append)
    pad.start()
    assert until(lambda: "Invalid baud rate" in of_part(pad.part, LOGGED))
    assert pad.dead_part() is None
    pad.close()
