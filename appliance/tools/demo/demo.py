"""``./dev demo``: an office on this machine, with a screen or without, living or replaying a recorded morning."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec

from appliance.engine.definition import Definition
from appliance.people import Role
from appliance.simulation.morning import Applicant, BadRow, read_morning
from appliance.texts import text
from appliance.tools.demo import console_officer, morning_report, rush, tour
from appliance.tools.demo.morning_replay import Morning, Panel, ReplayError, play
from appliance.tools.office import chromium, played_past, windows
from appliance.tools.office.finger import Finger, FingerError
from appliance.tools.office.observer import Observer
from appliance.tools.office.panel_client import PanelClient, number_port
from appliance.tools.office.rig import Rig, RigError
from appliance.tools.office.sample_office import DATE, SERVICES, OfficeTime, SampleOffice, instant
from appliance.web.signing_in import DEMONSTRATORS
from kiosk.workshop.fake_printer import PtyPrinter

LEAD_SECONDS: Final = 15.0
"""Real seconds for all nodes to start before the first applicant comes."""
START_SECONDS: Final = 40.0
LAST_WORDS_SECONDS: Final = 30.0
NINE: Final = 9 * 3600
USUAL_COUNTERS: Final = 2
RUSH_COUNTERS: Final = 3
SOUNDS: Final = "calls"
WEEKS_BEFORE: Final = 4
COLLEAGUES: Final = ("Rina Marlina", "Joko Susilo", "Maya Sari")
"""Who sits at the other counters in the weeks before."""
MADE_BY_US: Final = (
    *("tickets", SOUNDS, "office", "timeline.csv", "summary.json", "kiosk-*.png", "board-*.png", "web-*.png"),
    *(rush.PICTURES, "rush.json"),
)


def main(argv: list[str]) -> int:
    """Run the demonstration; return the exit code."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.replay and not options.headless:
        parser.error("--replay needs --headless: its fingers are simulated")
    if options.rush and (options.replay or options.speed != 1):
        parser.error("--rush lives in real time, and is no replay")
    options.counters = options.counters or (RUSH_COUNTERS if options.rush else USUAL_COUNTERS)
    try:
        applicants = _applicants(options.replay) if options.replay else None
        _clear(options.out)
    except (OSError, BadRow) as error:
        sys.stderr.write(f"demo: {error}\n")
        return 2
    headless = options.headless or not _has_screen()
    if headless:
        os.environ.update(QT_QPA_PLATFORM="offscreen", QT_QUICK_BACKEND="software")
    try:
        if applicants is not None:
            return _replay(options, applicants)
        return _live(options, headless=headless)
    except (RigError, ReplayError, FingerError, TimeoutError) as error:
        sys.stderr.write(f"demo: {error}\ndemo: the nodes' logs are in {options.out / 'office' / 'logs'}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev demo", description="An office on this machine; Ctrl-C ends all of it.")
    parser.add_argument("--headless", action="store_true", help="open no windows and make no sound")
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="where tickets, pictures and figures go")
    parser.add_argument("--replay", type=Path, metavar="FILE.csv", help="play a recorded morning, then end")
    parser.add_argument("--counters", type=_between(1, 9), help="1 to 9; by default 2, in a rush 3")
    parser.add_argument(
        "--rush",
        type=_between(5, 3600),
        nargs="?",
        const=rush.SECONDS,
        metavar="SECONDS",
        help=f"everybody at once, for so long (default {rush.SECONDS})",
    )
    parser.add_argument("--speed", type=_between(0.1, 120.0), default=1.0, help="office seconds in a real second")
    parser.add_argument("--opens", type=_time, default="08:00", help="when the counters of a replay begin to call")
    return parser


def _replay(options: argparse.Namespace, applicants: list[Applicant]) -> int:
    out: Path = options.out
    first = min(applicants[0].arrived_s, options.opens)
    office_time = OfficeTime.starting(first - LEAD_SECONDS * options.speed, options.speed)
    tickets, calls = out / "tickets", out / SOUNDS
    calls.mkdir(parents=True)
    with (
        Rig(out / "office", SampleOffice.nodes(options.counters)) as rig,
        PtyPrinter(tickets) as printer,
        Observer(rig) as observer,
    ):
        office = SampleOffice(rig, options.counters, office_time)
        device = tour.connect_printer(office, printer)
        # At such a speed the making of a sentence takes seconds of the office's, and is no rush.
        speech = {"player": "folder", "folder": str(calls.absolute()), "hurries": options.speed == 1}
        _start(office, observer, device, speech)
        with (
            Finger(office.finger_socket("kiosk-1")) as kiosk,
            Finger(office.finger_socket("display-1")) as board,
            tour.BoardWatcher(board, observer, out) as watcher,
        ):
            morning = Morning(applicants, office_time, observer, printer)
            panels = _panels(office, out)
            print(f"The morning of {options.replay.name}: {len(applicants)} applicants, speed {options.speed:g}.")
            play(morning, kiosk, panels, instant(options.opens), str(SERVICES[0]["id"]))
            called = len(observer.calls)
            _wait(lambda: len(list(calls.glob("*.wav"))) >= called, LAST_WORDS_SECONDS)
            watcher.finish()
            report = morning_report.summarise(morning, calls, office.trace_file)
            morning_report.write(report, morning, out)
            if chromium.program():
                console_officer.photograph(office.pages_at(), out)
            printer.unplug()
            tour.after_hours(office, kiosk, board, device, out)
        for picture in printer.save_pictures():
            print(f"  {picture.relative_to(out)}")
    return morning_report.verdict(report, len(applicants), out)


def _panels(office: SampleOffice, out: Path) -> dict[str, Callable[[], Panel]]:
    """Return what each officer works with: keypads, and the last one of several a console in a real browser."""
    panels: dict[str, Callable[[], Panel]] = {
        counter: partial(PanelClient, office.panel_socket(counter)) for counter in office.counters
    }
    if len(panels) > 1 and chromium.program():
        counter = office.counters[-1]
        panels[counter] = partial(console_officer.ConsoleOfficer, office.pages_at(), counter, out)
    return panels


def _live(options: argparse.Namespace, *, headless: bool) -> int:
    out: Path = options.out
    if headless and not options.headless:
        print("There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): running without windows.")
    office_time = OfficeTime.starting(NINE, options.speed)
    with (
        Rig(out / "office", SampleOffice.nodes(options.counters)) as rig,
        PtyPrinter(out / "tickets", pictures=True) as printer,
        Observer(rig) as observer,
    ):
        office = SampleOffice(rig, options.counters, office_time, **(rush.RULES if options.rush else {}))
        if not options.rush:  # which counts what it finds
            _remember_weeks(office)
        device = tour.connect_printer(office, printer)
        places = None if headless else windows.arrange(windows.usable_screen(), options.counters)
        speech = _speech(options, headless=headless)
        _start(office, observer, device, speech, _keypads(office, options, headless=headless), places)
        with contextlib.ExitStack() as panel:
            if places:
                panel.enter_context(_front_panel(office, printer, places.panel))
            _say_what_to_do(office, out, speech, headless=headless)
            if options.rush:
                crowd = rush.Rush(office, observer, printer, out)
                crowd.play(options.rush)
                all_well = rush.say(crowd.report(out / SOUNDS if headless else None), out)
                if headless:
                    return 0 if all_well else 1
                print("The rush is over; the office stays open.")
            while all(rig.process(node).running() for node in ("hub-1", "kiosk-1", "display-1", "web-1")):
                time.sleep(0.5)
    print("A node has ended by itself; its log says why.")
    return 1


def _remember_weeks(office: SampleOffice) -> None:
    """Give the office some weeks behind it, so that its reports have something to tell."""
    defined = msgspec.convert(office.definition, Definition)
    officers = dict(zip(office.counters, (DEMONSTRATORS[Role.OFFICER], *COLLEAGUES), strict=False))
    office.database.parent.mkdir(parents=True, exist_ok=True)
    played_past.weeks(office.database, defined, DATE, WEEKS_BEFORE, officers, seed=1)


def _say_what_to_do(office: SampleOffice, out: Path, speech: dict[str, Any], *, headless: bool) -> None:
    print(f"The office in a browser: {office.pages_at()}/ (one click signs in as each kind of person)")
    if headless:
        print("The office is open.")
        for counter in office.counters:
            print(f"  the front panel of counter {counter}: {office.panel_socket(counter)}")
    else:
        call = " · ".join(text("lamp.action.call_next", language) for language in ("id", "en"))
        heard = "and says it" if speech["player"] == "alsa" else "(it is silent: no loudspeaker here, or not real time)"
        print("The office is open, in three windows. Try it:")
        print(f"  1. {windows.title('kiosk')}: touch the yellow button, choose a service, take a number.")
        print(f"  2. {windows.title('title')}: there is the ticket. Press {call}.")
        print(f"  3. {windows.title('board')}: it shows the number {heard}.")
    print(f"Tickets are drawn in {out / 'tickets'}. Ctrl-C closes the office.")


def _speech(options: argparse.Namespace, *, headless: bool) -> dict[str, Any]:
    if headless and options.rush:
        return {"player": "folder", "folder": str((options.out / SOUNDS).absolute())}
    can_sound = not headless and shutil.which("aplay") and Path("/dev/snd").is_dir() and options.speed == 1
    return {"player": "alsa" if can_sound else "none"}


def _keypads(office: SampleOffice, options: argparse.Namespace, *, headless: bool) -> dict[str, dict[str, Any]]:
    """Return what is different in each counter's ``[keypad]``; a number display needs a front panel to be seen on."""
    keypads: dict[str, dict[str, Any]] = {}
    for counter in office.counters:
        port = str(number_port(office.panel_socket(counter)))
        keypads[counter] = {} if headless else {"number_display": {"kind": "serial", "port": port}}
        if options.rush:
            keypads[counter]["buttons"] = rush.BUTTONS
    return keypads


@contextlib.contextmanager
def _front_panel(office: SampleOffice, printer: PtyPrinter, place: windows.Place) -> Iterator[None]:
    where = [str(number) for number in msgspec.structs.astuple(place)]
    sockets = [str(office.panel_socket(counter)) for counter in office.counters]
    program = [sys.executable, "-m", "appliance.tools.office.front_panel", str(printer.directory)]
    panel = subprocess.Popen([*program, *where, *sockets])
    try:
        yield
    finally:
        panel.terminate()
        panel.wait()


def _start(
    office: SampleOffice,
    observer: Observer,
    device: Path,
    speech: dict[str, Any],
    keypads: Mapping[str, dict[str, Any]] = MappingProxyType({}),
    places: windows.Windows | None = None,
) -> None:
    office.hub()
    office.kiosk(
        {
            "screen": _window("kiosk", windows.KIOSK, places.kiosk if places else None),
            "printer": {"kind": "serial", "device": str(device)},
        }
    )
    office.web(demonstration=True)
    office.display(speech, screen=_window("board", windows.BOARD, places.board if places else None))
    for counter in office.counters:
        office.keypad(counter, **keypads.get(counter, {}))
    nodes = office.rig.nodes
    if not observer.wait(lambda: all(observer.online(node) for node in nodes), START_SECONDS):
        missing = [node for node in nodes if not observer.online(node)]
        raise RigError(f"{', '.join(missing)} did not come up")


def _window(name: str, size: tuple[int, int], place: windows.Place | None) -> dict[str, Any]:
    """Return a node's ``screen``: its place on a real one, or its size on none."""
    where = msgspec.structs.asdict(place) if place else {"width": size[0], "height": size[1]}
    return {"fullscreen": False, "title": windows.title(name), **where}


def _applicants(file: Path) -> list[Applicant]:
    try:
        applicants = read_morning(file.read_text(encoding="utf-8"))
    except (BadRow, UnicodeDecodeError) as error:
        raise BadRow(f"{file}: {error}") from error
    known = {str(service["id"]) for service in SERVICES}
    for applicant in applicants:
        if applicant.service and applicant.service not in known:
            raise BadRow(f"{file}: there is no service {applicant.service!r}; use {', '.join(sorted(known))}")
    return applicants


def _clear(out: Path) -> None:
    """Remove what an earlier demonstration left in ``out``, and nothing else."""
    out.mkdir(parents=True, exist_ok=True)
    for pattern in MADE_BY_US:
        for path in out.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _wait(condition: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _between(low: float, high: float) -> Any:
    kind = type(low)

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = high + 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not between {low} and {high}")
        return float(value) if kind is float else int(value)

    return read


def _time(text: str) -> int:
    hours, _, minutes = text.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 08:00")
    return int(hours) * 3600 + int(minutes) * 60


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
