"""``./dev bench``: Giliran's latency and throughput beside what its parts alone can do, measured in the same run."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from appliance.node.asker import Asker
from appliance.tools.bench import raw_limits
from appliance.tools.bench.raw_limits import Echo
from appliance.tools.bench.report_documents import documents
from appliance.tools.bench.reports_latency import TICKETS, reports
from appliance.tools.bench.voice_latency import voice
from appliance.tools.bench.web_latency import web
from appliance.tools.bench.what_if_speed import PLAYS, what_if
from appliance.tools.demo.morning_report import Trace, press_to_board
from appliance.tools.office.figures import quantile
from appliance.tools.office.finger import Finger
from appliance.tools.office.observer import Observer
from appliance.tools.office.panel_client import PanelClient
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import SERVICES, OfficeTime, SampleOffice
from appliance.tools.proofs.flood import flood
from appliance.tools.proofs.history import timed
from appliance.wire import messages as m
from kiosk.workshop.fake_printer import PtyPrinter

CLIENTS: Final = 8
OUTSTANDING: Final = 16
ROUNDS: Final = 3
"""Baseline and hub are measured in turns, so that a machine that slows down slows both; the median counts."""
FEW: Final = 10
MANY: Final = 2_000
TURNS: Final = 5
"""So often few and many people wait in turns; the median of the p50s counts."""
COUNTERS: Final = 4
NINE: Final = 9 * 3600
WAIT_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 0.2
"""Between presses: the lamp's flash and the board's repaint are over, so each meets a quiet office. Ten presses within
two seconds would be taken for a worn contact."""
PACE: Final = 15.0
"""Office seconds in a real one while presses are measured: each call's moment on the board (2.5 office seconds) is over
when the next one comes, so that every press changes the number that is shown, and not only who waits."""
GARBAGE: Final = b"garbage" * 10
QUIET_SECONDS: Final = 2.0
ANSWERED: Final = 0.98
"""So many presses must be answered at all for their spans to tell anything."""
KIOSKS: Final = [f"kiosk-{n}" for n in range(1, CLIENTS + 1)]
TAKER: Final = f"kiosk-{CLIENTS + 1}"
ANSWER: Final = m.encode(
    m.Accepted(
        1, "f" * 32, 4711, "A012", m.IssuedTicket("A012", "pendaftaran", "2026-04-06", 1 << 40, 7, False, 20, 30)
    )
)
"""What the bare echo answers: as long as a real reply."""
Figures = dict[str, float]
FIRST: Final = m.ServiceId(str(SERVICES[0]["id"]))


def main(argv: list[str]) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="dev bench", description="Latency and throughput, beside the raw limits.")
    parser.add_argument("--json", action="store_true", help="print the figures for machines")
    parser.add_argument("--quick", action="store_true", help="a tenth of the samples")
    options = parser.parse_args(argv)
    os.environ.update(QT_QPA_PLATFORM="offscreen", QT_QUICK_BACKEND="software")
    samples = 30 if options.quick else 300
    commands = 800 if options.quick else 8000
    calls = 20 if options.quick else 200
    figures: Figures = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as directory:
        _say("a year's report as PDF …")
        figures |= documents(Path(directory) / "documents")  # first: of all children so far, it tells the largest
        _say("commands a second …")
        figures |= throughput(Path(directory) / "throughput", commands)
        _say("a long queue …")
        figures |= crowd(Path(directory) / "crowd", calls)
        _say("press → board …")
        figures |= press(Path(directory) / "press", samples)
        _say("press → lamp beside a box that floods the bus …")
        figures |= flooded(Path(directory) / "flooded", samples)
        _say("the office's pages: click → board, a thousand watchers …")
        figures |= web(Path(directory) / "web", samples // 3)
        _say("reports over three years, and the hub beside them …")
        figures |= reports(Path(directory) / "reports", samples, 30_000 if options.quick else TICKETS)
        _say("tap → print …")
        figures |= tap(Path(directory) / "tap", samples // 10)
        _say("call → first sound …")
        figures |= voice(Path(directory) / "voice", samples // 10)
    _say("what if: one Monday, 200 times …")
    figures |= what_if(PLAYS // 10 if options.quick else PLAYS)
    limit = figures["raw_round_trip_ms_p50"] + figures["raw_commit_ms_p50"]
    figures["press_to_board_ratio_p50"] = figures["press_to_board_ms_p50"] / limit
    figures["press_to_board_ratio_p99"] = figures["press_to_board_ms_p99"] / limit
    figures["press_to_lamp_ratio_p50"] = figures["press_to_lamp_ms_p50"] / limit
    figures["tap_to_print_ratio_p50"] = figures["tap_to_print_ms_p50"] / limit
    rounded = {name: round(value, 3) for name, value in figures.items()}
    print(json.dumps(rounded, indent=2) if options.json else _table(rounded))
    return 0


def throughput(directory: Path, commands: int) -> Figures:
    """Measure durable commands a second at 1 and 8 clients, between the raw limits at the same concurrency."""

    def body(node: str) -> m.AnyBody:
        return m.Issue(m.ServiceId(str(SERVICES[int(node[-1]) % len(SERVICES)]["id"])))

    rounds: list[Figures] = []
    with Rig(directory, [*SampleOffice.nodes(1), *KIOSKS[1:]]) as rig:
        for number in range(ROUNDS):
            found: Figures = {}
            commits = raw_limits.raw_commits(directory / f"raw-{number}.db", commands // 8, ANSWER)
            found["raw_commits_per_second"] = 1000 * len(commits) / sum(commits)
            echo = Echo(rig, ANSWER)
            found |= _loads("raw_echo", rig, commands, body)
            echo.close()
            office = SampleOffice(rig, 1, OfficeTime.starting(NINE, 1.0))
            hub = office.hub(f"round-{number}")
            found |= _loads("hub", rig, commands, body)
            hub.stop()
            limit = min(found["raw_commits_per_second"], found["raw_echo_per_second_8x16"])
            found["durable_commands_ratio"] = found["hub_per_second_8x16"] / limit
            rounds.append(found)
    return {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}


def _loads(name: str, rig: Rig, commands: int, body: Any) -> Figures:
    one = raw_limits.load(rig, KIOSKS[:1], 1, commands // 8, body)
    many = raw_limits.load(rig, KIOSKS, OUTSTANDING, commands, body)
    if one.refused or many.refused:
        raise RuntimeError(f"{name}: {one.refused + many.refused} commands were refused")
    return {
        f"{name}_per_second_1x1": one.per_second,
        f"{name}_per_second_8x16": many.per_second,
        f"{name}_ms_p50_8x16": many.p50_ms,
    }


def crowd(directory: Path, calls: int) -> Figures:
    """Measure "call next" with few and with many people waiting, in turns; whoever is called is replaced at once."""
    found: dict[int, list[list[float]]] = {FEW: [], MANY: []}
    with Rig(directory, [*SampleOffice.nodes(COUNTERS), *KIOSKS[1:], TAKER]) as rig:
        office = SampleOffice(rig, COUNTERS, OfficeTime.starting(NINE, 1.0), seconds_between_calls=0)
        kiosk, keypad = rig.asker(TAKER), rig.asker("keypad-1")
        for number in range(TURNS):
            for waiting, turns in found.items():
                boot = kiosk.clock.seen().boot
                hub = office.hub(f"waiting-{waiting}")
                if not all(asker.wait_for_hub(WAIT_SECONDS, after=boot) for asker in (kiosk, keypad)):
                    raise RuntimeError(f"the hub did not come up: {hub.output()[-500:]}")
                if number == 0:
                    raw_limits.load(rig, KIOSKS, 1, waiting, _newcomer)
                turns.append(_calls(kiosk, keypad, calls))
                hub.stop()
        kiosk.close()
        keypad.close()
    figures: Figures = {}
    for waiting, turns in found.items():
        figures[f"call_next_ms_p50_{waiting}_waiting"] = statistics.median(map(statistics.median, turns))
        figures[f"call_next_ms_p99_{waiting}_waiting"] = quantile([span for turn in turns for span in turn], 0.99)
    ratio = figures[f"call_next_ms_p50_{MANY}_waiting"] / figures[f"call_next_ms_p50_{FEW}_waiting"]
    return {**figures, "call_next_waiting_ratio": ratio}


def _newcomer(kiosk: str) -> m.Issue:
    place = int(kiosk[-1])
    return m.Issue(m.ServiceId(str(SERVICES[place % len(SERVICES)]["id"])), priority=place == 1)


def _calls(kiosk: Asker, keypad: Asker, count: int) -> list[float]:
    spans = []
    for place in range(count):
        spans.append(timed(keypad, m.CallNext(m.CounterId("1")))[0])
        timed(kiosk, _newcomer(KIOSKS[place % CLIENTS]))
    return spans


def press(directory: Path, samples: int) -> Figures:
    """Measure firm press → board's model, pixels and lamp, with a raw round trip in turns in the same office."""
    with _office(directory, PACE) as (rig, office, observer):
        office.hub()
        office.display({"player": "none", "voice": "none"}, screen={"fullscreen": False, "width": 1280, "height": 720})
        office.keypad("1")
        _up(observer, "hub-1", "display-1", "keypad-1")
        raw_limits.load(rig, ["kiosk-2"], 1, samples + 1, lambda _: m.Issue(FIRST))
        panel = PanelClient(office.panel_socket("1"))
        for count in range(1, samples + 1):
            panel.push("call_next")
            if not observer.wait(lambda least=count: len(observer.calls) >= least, WAIT_SECONDS):  # type: ignore[misc]  # default
                raise RuntimeError(f"press {count} was not answered")
            time.sleep(PAUSE_SECONDS)
        panel.close()
        trace = Trace(office.trace_file)
        boards = press_to_board(observer.replies, trace)
        lamps = _lamps(trace)
        office.rig.process("hub-1").stop()
        trips = raw_limits.round_trips(rig, "kiosk-2", samples, ANSWER, PAUSE_SECONDS)
        commits = raw_limits.raw_commits(directory / "raw.db", samples, ANSWER, PAUSE_SECONDS)
    return {
        "raw_round_trip_ms_p50": quantile(trips, 0.5),
        "raw_commit_ms_p50": quantile(commits, 0.5),
        "press_to_board_ms_p50": quantile(boards, 0.5),
        "press_to_board_ms_p99": quantile(boards, 0.99),
        "press_to_pixels_ms_p50": quantile(_pixels(trace, observer), 0.5),
        "press_to_lamp_ms_p50": quantile(lamps, 0.5),
        "press_to_lamp_ms_p99": quantile(lamps, 0.99),
    }


def flooded(directory: Path, samples: int) -> Figures:
    """Measure firm press → lamp while the bus is quiet, and while one kiosk publishes garbage as fast as it can."""
    figures: Figures = {}
    with _office(directory, PACE) as (rig, office, observer):
        office.hub()
        office.keypad("1")
        _up(observer, "hub-1", "keypad-1")
        raw_limits.load(rig, ["kiosk-2"], 1, 2 * samples + 2, lambda _: m.Issue(FIRST))
        panel = PanelClient(office.panel_socket("1"))
        spans: list[list[float]] = []
        for mad in (nullcontext(), flood(rig, "kiosk-2", GARBAGE)):
            with mad:
                time.sleep(QUIET_SECONDS)  # both measured from the same state: nothing under way but the flood
                known = _lamps(Trace(office.trace_file))
                for _ in range(samples):
                    panel.push("call_next")
                    time.sleep(PAUSE_SECONDS)
                spans.append(_lamps(Trace(office.trace_file))[len(known) :])
        panel.close()
        if min(map(len, spans)) < samples * ANSWERED:
            raise RuntimeError(f"of {samples} presses {[len(one) for one in spans]} were answered, quiet and flooded")
    for name, found in zip(("quiet", "flooded"), spans, strict=True):
        figures[f"{name}_press_to_lamp_ms_p99"] = quantile(found, 0.99)
    figures["flood_press_to_lamp_ratio_p99"] = (
        figures["flooded_press_to_lamp_ms_p99"] / figures["quiet_press_to_lamp_ms_p99"]
    )
    return figures


def tap(directory: Path, samples: int) -> Figures:
    """Measure tap → last byte at the printer: a finger on the glass, the real kiosk, a printer on a pseudo terminal."""
    with _office(directory) as (_, office, observer), PtyPrinter(directory / "tickets") as printer:
        office.hub()
        screen = {"fullscreen": False, "width": 1024, "height": 600, "reduce_motion": True}
        office.kiosk({"screen": screen, "printer": {"kind": "serial", "device": printer.path}})
        _up(observer, "hub-1", "kiosk-1")
        with Finger(office.finger_socket("kiosk-1")) as finger:
            for count in range(1, samples + 1):
                finger.tap("begin")
                finger.tap(f"service-{SERVICES[0]['id']}")
                finger.tap("take")
                if not printer.wait_for(count, WAIT_SECONDS):
                    raise RuntimeError(f"ticket {count} was not printed; the kiosk shows {finger.screen()}")
                finger.tap("done")
                finger.wait_screen("attract")
        taps = Trace(office.trace_file).first("take")
        order = [reply.id for reply in observer.replies if isinstance(reply, m.Accepted)]
        spans = [(printer.last_byte_ns(place) - taps[request]) / 1e6 for place, request in enumerate(order)]
    return {"tap_to_print_ms_p50": quantile(spans, 0.5), "tap_to_print_ms_p99": quantile(spans, 0.99)}


@contextmanager
def _office(directory: Path, rate: float = 1.0) -> Iterator[tuple[Rig, SampleOffice, Observer]]:
    with Rig(directory, [*SampleOffice.nodes(1), "kiosk-2"]) as rig, Observer(rig) as observer:
        yield rig, SampleOffice(rig, 1, OfficeTime.starting(NINE, rate), seconds_between_calls=0), observer


def _up(observer: Observer, *nodes: str) -> None:
    if not observer.wait(lambda: all(observer.online(node) for node in nodes), WAIT_SECONDS):
        raise RuntimeError("the office did not come up")
    time.sleep(1.5)  # every node has heard the hub's clock


def _lamps(trace: Trace) -> list[float]:
    presses, lamps = trace.first("press"), trace.first("lamp")
    return [(lamps[request] - moment) / 1e6 for request, moment in presses.items() if request in lamps]


def _pixels(trace: Trace, observer: Observer) -> list[float]:
    presses = trace.first("press")
    spans = []
    for reply in observer.replies:
        if isinstance(reply, m.Accepted) and reply.id in presses:
            shown = trace.until_seq("pixels", reply.seq, presses[reply.id])
            if shown is not None:
                spans.append((shown - presses[reply.id]) / 1e6)
    return spans


def _table(figures: Figures) -> str:
    width = max(len(name) for name in figures)
    return "\n".join(f"{name:<{width}}  {value:>12.3f}" for name, value in figures.items())


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
