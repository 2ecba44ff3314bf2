"""A printer behind a real CUPS: a scheduler of our own on a socket of its own, with a backend that has faults."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.node.polling import until
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part
from kiosk.printer import cups as printer_cups
from kiosk.printer.cups import CupsPrinter
from kiosk.printer.drivers import build
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.port import PrintFailed
from kiosk.printer.settings import PrinterSettings
from kiosk.ticket.sample import sample

PATIENCE = 20.0
CUPSD = Path("/usr/sbin/cupsd")
SERVER_BIN = Path("/usr/lib/cups")
needs_cups = pytest.mark.skipif(
    not CUPSD.exists() or shutil.which("lp") is None, reason="needs Debian's cups-daemon and cups-client"
)

# What the queue prints through, as man 7 backend wants it: the job is a file or standard input, states are told on
# standard error. CUPS runs it as somebody else, who may not look into the home where our own Python may be.
BACKEND = """\
#!/usr/bin/python3
import pathlib, sys, time
folder = pathlib.Path({folder!r})
if len(sys.argv) < 6:
    print('direct rig "Rig" "Rig"')
    sys.exit(0)
data = pathlib.Path(sys.argv[6]).read_bytes() if len(sys.argv) > 6 else sys.stdin.buffer.read()
state = (folder / "state").read_text()
for reason in state.split():
    print("STATE:", reason, file=sys.stderr, flush=True)
while (folder / "stuck").exists():
    time.sleep(0.02)  # a back end of CUPS is a program of its own and has only the file to look at
if (folder / "broken").exists():
    sys.exit(int((folder / "broken").read_text()))
part = folder / f"{{sys.argv[1]}}.part"
part.write_bytes(data)
part.rename(folder / f"{{sys.argv[1]}}.bin")
"""

# What CUPS's own socket backend does with a printer that is off, as far as a ticket goes: it tries for ever.
PATIENT = """\
#!/usr/bin/python3
import os, pathlib, socket, sys, time, urllib.parse
where = urllib.parse.urlparse(os.environ["DEVICE_URI"])
print("STATE: +connecting-to-device", file=sys.stderr, flush=True)
while True:
    try:
        printer = socket.create_connection((where.hostname, where.port))
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
print("STATE: -connecting-to-device", file=sys.stderr, flush=True)
printer.sendall(pathlib.Path(sys.argv[6]).read_bytes() if len(sys.argv) > 6 else sys.stdin.buffer.read())
printer.close()
"""
SOCKET = SERVER_BIN / "backend/socket"
needs_socket = pytest.mark.skipif(not SOCKET.exists(), reason="needs Debian's cups, with all that it brings")


class Office:
    """One CUPS with one queue. ``printed``: what has come out, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"

    def printed(self) -> list[bytes]:
        files = sorted(self.out.glob("*.bin"), key=lambda file: int(file.stem))
        return [file.read_bytes() for file in files]

    def jobs(self) -> str:
        return self.run("lpstat", "-o")

    def say(self, *reasons: str) -> None:
        (self.out / "state").write_text("\n".join(reasons), encoding="ascii")

    def run(self, *command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _scheduler(folder: Path) -> subprocess.Popen[bytes]:
    for name in ("spool", "tmp", "cache", "state", "root", "log", "out", "bin"):
        (folder / name).mkdir()
    for part in SERVER_BIN.iterdir():
        if part.name != "backend":
            (folder / "bin" / part.name).symlink_to(part)
    backend = folder / "bin" / "backend" / "rig"
    backend.parent.mkdir()
    backend.write_text(BACKEND.format(folder=str(folder / "out")), encoding="utf-8")
    backend.chmod(0o755)
    (folder / "cupsd.conf").write_text(
        textwrap.dedent(f"""\
        Listen {folder}/sock
        Browsing Off
        WebInterface No
        DefaultAuthType None
        ErrorPolicy retry-job
        <Location />
          Order allow,deny
        </Location>
        <Policy default>
          <Limit All>
            Order allow,deny
          </Limit>
        </Policy>
        """),
        encoding="ascii",
    )
    places = {
        "ServerRoot": "root", "ServerBin": "bin", "RequestRoot": "spool", "TempDir": "tmp", "CacheDir": "cache",
        "StateDir": "state", "AccessLog": "log/access", "ErrorLog": "log/error", "PageLog": "log/page",
    }  # fmt: skip
    # Started by root, it runs printers as somebody else, who must own these folders.
    who = pwd.getpwnam("lp") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    group = grp.getgrgid(who.pw_gid).gr_name
    lines = [*(f"{key} {folder}/{name}" for key, name in places.items()), f"User {who.pw_name}", f"Group {group}"]
    (folder / "cups-files.conf").write_text("\n".join(lines) + "\n", encoding="ascii")
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink() and "bin" not in path.parts:
            os.chown(path, who.pw_uid, who.pw_gid)
    folder.chmod(0o755)
    command = [str(CUPSD), "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Path]:
    # Not pytest's own folder: CUPS's user must be able to go there.
    folder = Path(tempfile.mkdtemp(prefix="giliran-cups-"))
    process = _scheduler(folder)
    assert until(lambda: process.poll() is not None or (folder / "sock").exists())
    yield folder
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
    shutil.rmtree(folder)


@pytest.fixture
def office(scheduler: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("CUPS_SERVER", str(scheduler / "sock"))
    monkeypatch.setattr(printer_cups, "SURE_S", 0.3)
    monkeypatch.setattr(printer_cups, "ASKED_EVERY_S", 0.0)
    office = Office(scheduler)
    office.say()
    office.run("lpadmin", "-p", "tickets", "-E", "-v", "rig:/", "-m", "raw")
    yield office
    (office.out / "stuck").unlink(missing_ok=True)
    office.run("cancel", "-a", "-x")
    office.run("lpadmin", "-x", "tickets")
    for file in office.out.iterdir():
        file.unlink()


def driver(deadline_s: float = 5.0) -> CupsPrinter:
    printer = build(PrinterSettings(kind="cups", queue="tickets", deadline_s=deadline_s))
    assert isinstance(printer, CupsPrinter)
    return printer


def whole() -> bytes:
    return b"".join(Renderer(PrinterSettings(kind="cups")).render(sample()))


def failing(printer: CupsPrinter) -> PrintFailed:
    with pytest.raises(PrintFailed) as failed:
        printer.print(sample())
    return failed.value


@needs_cups
def test_a_ticket_comes_out_unchanged_and_is_not_called_confirmed(office: Office) -> None:
    printer = driver()
    result = printer.print(sample())
    assert (result.printed, result.confirmed, result.near_end) == (True, False, False)
    assert office.printed() == [whole()]
    assert printer.parts()[0].state == "unknown"


@needs_cups
def test_a_ticket_that_stays_in_the_queue_is_taken_out_and_never_prints(office: Office) -> None:
    (office.out / "stuck").touch()
    printer = driver(deadline_s=0.8)
    assert failing(printer).code == "stalled"
    assert office.jobs() == ""
    (office.out / "stuck").unlink()
    printer = driver()
    printer.print(sample())
    assert office.printed() == [whole()]


@needs_cups
@pytest.mark.parametrize(
    ("reason", "code", "said"),
    [
        ("+media-empty-error", "paper_out", "paper has run out"),
        ("+cover-open-warning", "cover_open", "cover is open"),
        ("+cutter-jam-error", "error", "cutter"),
    ],
)
def test_what_cups_says_of_a_ticket_under_way_decides_before_the_deadline(
    office: Office, reason: str, code: str, said: str
) -> None:
    (office.out / "stuck").touch()
    office.say(reason)
    printer = driver(deadline_s=PATIENCE)
    before = time.monotonic()
    failed = failing(printer)
    assert time.monotonic() - before < PATIENCE / 2
    assert (failed.code, said in of_part(failed.part, LOGGED)) == (code, True)
    assert office.jobs() == ""
    (office.out / "stuck").unlink()
    # What it says now is of the job before: the next one is tried all the same.
    office.say(reason.replace("+", "-"))
    assert printer.print(sample()).printed


@needs_cups
def test_the_end_of_the_roll_is_told(office: Office) -> None:
    office.say("+media-low-warning")
    printer = driver()
    assert printer.print(sample()).near_end is True
    assert "near its end" in of_part(printer.parts()[0], LOGGED)


@needs_cups
@pytest.mark.parametrize(
    ("exit_code", "code", "said"),
    [(1, "stalled", "does not get rid of the ticket"), (4, "error", "cupsenable tickets")],
    ids=["failed", "queue stopped"],
)
def test_a_ticket_that_the_backend_cannot_print_is_told_and_taken_out(
    office: Office, exit_code: int, code: str, said: str
) -> None:
    (office.out / "broken").write_text(str(exit_code), encoding="ascii")
    failed = failing(driver(deadline_s=1.0))
    assert (failed.code, said in of_part(failed.part, LOGGED)) == (code, True)
    assert office.jobs() == ""
    assert office.printed() == []


@needs_cups
def test_a_ticket_that_somebody_cancels_is_not_taken_for_a_printed_one(office: Office) -> None:
    (office.out / "stuck").touch()

    def cancel() -> None:
        assert until(office.jobs)
        office.run("cancel", "-a")

    helper = threading.Thread(target=cancel)
    helper.start()
    assert failing(driver(deadline_s=PATIENCE)).code == "lost"
    helper.join()


@needs_cups
def test_a_stopped_queue_is_told_with_the_way_out_and_gets_no_ticket(office: Office) -> None:
    office.run("cupsdisable", "tickets")
    printer = driver()
    assert failing(printer).code == "error"
    assert printer.parts()[0].state == "fault"
    assert "cupsenable tickets" in of_part(printer.parts()[0], LOGGED)
    assert office.jobs() == ""
    office.run("cupsenable", "tickets")
    assert printer.print(sample()).printed


@needs_cups
def test_a_queue_that_takes_no_jobs_or_is_not_there_is_missing(office: Office) -> None:
    office.run("cupsreject", "tickets")
    failed = failing(driver())
    assert (failed.code, "not accepting" in of_part(failed.part, LOGGED)) == ("missing", True)
    printer = build(PrinterSettings(kind="cups", queue="nonesuch"))
    with pytest.raises(PrintFailed, match=r"missing.*nonesuch"):
        printer.print(sample())
    assert printer.parts()[0].state == "missing"


@needs_cups
@pytest.mark.parametrize("backend", ["patient", pytest.param("socket", marks=needs_socket)])
def test_a_printer_on_the_network_that_is_off_costs_one_deadline_and_no_backlog(office: Office, backend: str) -> None:
    """Through a backend that would go on trying for ever: one of ours, and CUPS's own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    program = office.folder / "bin/backend" / backend
    if backend == "socket":
        shutil.copy2(SOCKET, program)
    else:
        program.write_text(PATIENT, encoding="utf-8")
        program.chmod(0o755)
    office.run("lpadmin", "-p", "tickets", "-v", f"{backend}://127.0.0.1:{port}")
    assert failing(driver(deadline_s=1.0)).code == "stalled"
    assert office.jobs() == ""
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(PATIENCE)
        printer = driver()
        received: list[bytes] = []

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                received.append(connection.makefile("rb").read())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert printer.print(sample()).printed
        thread.join(PATIENCE)
    assert received == [whole()]


def test_without_cups_the_printer_is_missing_and_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    printer = driver()
    assert failing(printer).code == "missing"
    assert printer.parts() == [Part("printer", "missing", "no_cups", {"program": "lpstat"})]


def test_a_program_of_cups_that_hangs_costs_one_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for lpstat: a real program that never ends."""
    (tmp_path / "lpstat").write_text("#!/bin/sh\nexec sleep 600\n", encoding="ascii")
    (tmp_path / "lpstat").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert failing(driver(deadline_s=0.3)).code == "stalled"
