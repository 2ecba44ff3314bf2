"""Bad input in every file that the kiosk reads or writes and in every device that it opens: nothing dies of it.

What dies of a bad file dies of it again at every start, and takes the box with it.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import termios
import threading
from pathlib import Path

import pytest
import serial
from msgspec.structs import replace
from printed_tickets import CATALOGUE, printing

from appliance.node import pin
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.polling import until
from appliance.wire.messages import Clock, Lease, Part, Series
from kiosk import health
from kiosk.alone.desk import OfflineDesk
from kiosk.alone.lease import Now
from kiosk.printer import spooler
from kiosk.printer.latest import Latest
from kiosk.printer.spooler import PrintDesk
from kiosk.settings import GuidanceSettings, KioskSettings
from kiosk.staff.screen import StaffScreen
from kiosk.ticket.template_file import TicketFile
from kiosk.visit import narrator
from kiosk.visit.narrator import Speaker, Speech
from kiosk.visit.scanner import SerialScanner

PIN = pin.hashed("246810")
FILES = ("journal", "hub", "latest", "volume", "ticket.toml", "left-over-2026-04-05", "damaged-00000000")
"""All that the kiosk keeps in its folder, and the layout of its tickets."""


def nothing(file: Path) -> None:
    file.write_bytes(b"")


def noise(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 40)


def zeros(file: Path) -> None:
    file.write_bytes(bytes(4096))


def depths(file: Path) -> None:
    file.write_bytes(b"[" * 100_000)


def another_shape(file: Path) -> None:
    file.write_bytes(b'{"is": "issued", "number": 7}\n')


def no_utf8(file: Path) -> None:
    file.write_bytes(b'[{"request_id": "\xff\xfe"}]')


def folder_in_its_place(file: Path) -> None:
    file.mkdir()


def loop_of_links(file: Path) -> None:
    file.symlink_to(file.name)


def nowhere(file: Path) -> None:
    file.symlink_to("no/such/place")


def pipe(file: Path) -> None:
    os.mkfifo(file)  # opening it to read waits for a writer, for ever


SPOILS = (nothing, noise, zeros, depths, another_shape, no_utf8, folder_in_its_place, loop_of_links, nowhere, pipe)


class Box:
    """A kiosk's parts, as far as they have to do with files: they start, work, and end."""

    def __init__(self, folder: Path) -> None:
        self.latest = Latest(folder)
        self.layout = TicketFile("", folder)
        clock = SystemClock()
        settings = KioskSettings(staff_pin=PIN, folder=str(folder), guidance=GuidanceSettings(headphones="default"))
        speaker = Volume()
        self.staff = StaffScreen(settings, "1.0", None, None, speaker, None, HubClock(clock), clock)  # type: ignore[arg-type]
        self.desk = OfflineDesk("kiosk-1", folder, lambda: Now("boot", 60_000), iter_ids())

    def works(self) -> list[Part]:
        """Do what a kiosk does in a day; return its health."""
        lease = Lease(highest={}, letters={"kiosk-1": "X"}, spans=[(0, 10**13)], ends_at=10**13,
                      series={"s0": Series("A", 3, None, None)})  # fmt: skip
        for day in ("2026-04-06", "2026-04-07"):
            self.desk.hear(Clock(1, "hub", 1, 1_775_443_260_000, 1.0, "Asia/Jakarta"), Now("boot", 60_000))
            self.desk.learn(replace(CATALOGUE, day=day, lease=lease))
            self.desk.tick(hub=True)
            self.desk.issue(f"{day}", "s0", priority=False, asked=False)
            self.desk.given("A001", day)
        self.latest.add(printing(1))
        self.latest.save()
        self.staff.louder(1)
        self.layout.look()
        return [*self.desk.parts, *self.layout.parts()]

    def ends(self) -> None:
        self.desk.close()


class Volume:
    volume = 50


def iter_ids():
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):032x}"


@pytest.mark.expects_log("")
@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("names", [*((name,) for name in FILES), FILES])
def test_whatever_stands_in_its_files_a_kiosk_starts_works_and_starts_again(tmp_path, spoil, names) -> None:
    for name in names:
        spoil(tmp_path / name)
    for _ in range(2):
        box = Box(tmp_path)
        assert box.works()
        box.ends()


@pytest.mark.expects_log("")
@pytest.mark.parametrize("name", FILES)
def test_a_file_whose_new_content_cannot_be_written_beside_it_stops_nothing(tmp_path, name) -> None:
    (tmp_path / f"{name}.new").mkdir()
    box = Box(tmp_path)
    assert box.works()
    box.ends()


@pytest.mark.expects_log("")
@pytest.mark.parametrize("names", [FILES, ()])
def test_a_full_disk_stops_nothing(tmp_path, small_disk, names) -> None:
    disk = small_disk(tmp_path / "disk", "256k")
    for name in names:
        noise(disk / name)
    with (disk / "filling").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    box = Box(disk)
    (offline, *_) = box.works()
    assert offline.state == "fault"
    box.ends()


@pytest.mark.expects_log("")
def test_a_folder_that_is_not_there_or_has_an_impossible_name_stops_nothing(tmp_path) -> None:
    for folder in (tmp_path / "no" / "such", tmp_path / "x" / ("y" * 300), Path("/proc/self/nothing")):
        box = Box(folder)
        assert box.works()[0].state == "fault"
        box.ends()
        assert health.parts(folder, None)


@pytest.mark.expects_log("what the hub said last makes no sense|never reached the hub")
def test_a_word_of_the_hub_that_makes_no_sense_is_left_out(tmp_path, monkeypatch) -> None:
    box = Box(tmp_path)
    box.works()
    box.ends()
    from kiosk.alone import lease as offline

    monkeypatch.setattr(offline, "hindrance", lambda *_: 1 / 0)
    desk = OfflineDesk("kiosk-1", tmp_path, lambda: Now("boot", 70_000), iter_ids())
    monkeypatch.undo()
    assert desk.issue("1", "s0", priority=False, asked=False) is None
    desk.close()


def test_a_disk_that_cannot_even_be_looked_at_is_told(tmp_path, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "stat", broken)
    monkeypatch.setattr(Path, "stat", broken)
    (disk, *_) = health.parts(tmp_path, None, tmp_path)
    monkeypatch.undo()
    assert (disk.name, disk.state) == ("disk", "unknown")


# -- threads and devices -----------------------------------------------------------------------------------------------


@pytest.mark.expects_log("the guidance cannot be heard")
def test_a_full_or_read_only_disk_costs_the_guidance_a_sentence_at_most(tmp_path, monkeypatch) -> None:
    said = tmp_path / "said"
    speaker = Speaker(GuidanceSettings(headphones="default", folder=str(said)))
    monkeypatch.setattr(narrator, "_scratch", lambda: tmp_path / "no" / "such")
    speaker.start()
    speaker.say(Speech(("Pilih layanan.",), "id", "headphones"))
    assert until(lambda: speaker.parts()[1].state == "fault")
    assert speaker.dead_part() is None
    assert list(tmp_path.rglob("*.wav")) == []
    monkeypatch.undo()
    speaker.say(Speech(("Pilih layanan.",), "id", "headphones"))
    assert until(lambda: len(list(said.glob("*.wav"))) == 1)
    assert speaker.dead_part() is None
    speaker.stop()


@pytest.mark.expects_log("^(WARNING|ERROR) appliance.node.plugged: scanner")
@pytest.mark.parametrize(
    ("error", "state"),
    [
        (termios.error(errno.EIO, "Input/output error"), "missing"),
        (OSError(errno.ENODEV, "No such device"), "missing"),
        (serial.SerialException("gone"), "missing"),
        (ValueError("Invalid baud rate"), "fault"),
        (TypeError("a driver's own mistake"), "fault"),
    ],
)
def test_a_scanner_that_is_pulled_while_it_is_opened_is_waited_for(monkeypatch, error, state) -> None:
    tried = threading.Semaphore(0)

    def opened(*_: object, **__: object) -> None:
        tried.release()
        raise error

    monkeypatch.setattr(serial, "Serial", opened)
    monkeypatch.setattr("appliance.node.plugged.RETRY_SECONDS", 0.01)
    scanner = SerialScanner("/dev/scanner", 9600, lambda _: None)
    scanner.start()
    for _ in range(3):
        assert tried.acquire(timeout=20)
    assert scanner.dead_part() is None
    assert scanner.parts()[0].state == state
    scanner.stop()


class BrokenPrinter:
    """A printer whose library is wrong in whatever it is asked."""

    width = 576
    is_mending = False

    def __init__(self) -> None:
        self.broken = True

    def _fail(self, *_: object) -> list[Part]:
        if self.broken:
            raise LookupError("a mistake of a library")
        return []

    parts = expect = prepare = _fail

    def print(self, _lines: object) -> object:
        self._fail()
        return type("Done", (), {"printed": True})()

    def close(self) -> None:
        pass


@pytest.mark.expects_log("")
def test_a_printer_that_breaks_in_every_way_does_not_end_the_printing(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(spooler, "LOOK_SECONDS", 0.01)
    device, told = BrokenPrinter(), []

    def tell(_request_id: str, why: str) -> None:
        told.append(why)
        if why:
            raise RuntimeError("the screen has gone")

    desk = PrintDesk(device, HubClock(SystemClock()), ("id",), TicketFile("", tmp_path))  # type: ignore[arg-type]
    desk.start()
    desk.expect()
    desk.print(printing(1), tell)
    assert until(lambda: told == ["error"])
    device.broken = False
    desk.print(printing(2), tell)
    assert until(lambda: told == ["error", ""])
    assert desk.dead_part() is None
    desk.stop()


@pytest.mark.expects_log("never reached the hub")
def test_all_files_of_the_kiosk_are_planted(tmp_path) -> None:
    box = Box(tmp_path)
    box.works()
    box.ends()
    kept = {file.name for file in tmp_path.iterdir()}
    assert kept - {"journal", "hub", "latest", "volume"} == {"left-over-2026-04-06"}
    assert json.loads((tmp_path / "latest").read_bytes())
