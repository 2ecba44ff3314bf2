"""The office's pages beside the keypad: click → board, a thousand watchers, how large and quick pages are."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from appliance.people import Role
from appliance.tools.bench import raw_limits
from appliance.tools.demo.morning_report import Trace
from appliance.tools.office import chromium
from appliance.tools.office.figures import quantile
from appliance.tools.office.observer import Observer
from appliance.tools.office.panel_client import PanelClient
from appliance.tools.office.processes import resident_mb
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import SERVICES, OfficeTime, SampleOffice
from appliance.tools.office.visitor import Visitor
from appliance.wire import messages as m

NINE: Final = 9 * 3600
PACE: Final = 15.0
PAUSE_SECONDS: Final = 0.2
"""As between the keypad's presses in ``bench``."""
WAIT_SECONDS: Final = 20.0
WATCHERS: Final = 1_000
CONSOLES: Final = 10
AT_WORK: Final = 20
FIRST: Final = m.ServiceId(str(SERVICES[0]["id"]))
PAGES: Final = {
    Role.OFFICER: ("/counter", "/counter/1"),
    Role.DESK: ("/desk",),
    Role.HEAD: ("/wall", "/admin"),
    Role.TECHNICIAN: ("/nodes", "/log"),
}
Figures = dict[str, float]


def web(directory: Path, samples: int) -> Figures:
    """Measure everything; the office has two counters, one with a keypad, one worked in the browser."""
    with (
        Rig(directory, [*SampleOffice.nodes(2), "kiosk-2"]) as rig,
        Observer(rig) as observer,
    ):
        office = SampleOffice(rig, 2, OfficeTime.starting(NINE, PACE), seconds_between_calls=0)
        office.hub()
        office.display({"player": "none", "voice": "none"}, screen={"fullscreen": False, "width": 1280, "height": 720})
        office.keypad("1")
        began = time.monotonic()
        office.web(demonstration=True)
        address = office.pages_at()
        Visitor(address).get("/sign-in")
        figures: Figures = {"web_start_seconds": time.monotonic() - began}
        if not observer.wait(lambda: all(observer.online(node) for node in ("hub-1", "display-1", "keypad-1")), 20):
            raise RuntimeError("the office did not come up")
        raw_limits.load(rig, ["kiosk-2"], 1, 5 * samples + 50, lambda _: m.Issue(FIRST))
        time.sleep(1.5)  # every node has heard the hub's clock
        pair = _Pair(office, observer, address)
        figures |= pair.clicks(samples)
        figures |= _browser_clicks(office, observer, address, samples // 3)
        figures |= _pages(address, samples)
        figures |= _consoles(rig, address)
        figures |= pair.watched(samples)
        pair.close()
    return figures


class _Pair:
    """One keypad and one console, pressed in turns."""

    def __init__(self, office: SampleOffice, observer: Observer, address: str) -> None:
        self._office, self._observer, self._address = office, observer, address
        self._panel = PanelClient(office.panel_socket("1"))
        self._officer = _signed_in(address, Role.OFFICER)
        self._officer.press("/counter/2/begin")

    def close(self) -> None:
        """Leave the keypad."""
        self._panel.close()

    def clicks(self, samples: int) -> Figures:
        """Measure press → board and click → board in turns."""
        for _ in range(samples):
            self._press()
            self._click()
        presses, clicks = self._spans("press"), self._spans("click")
        return {
            "keypad_to_board_ms_p50": quantile(presses, 0.5),
            "click_to_board_ms_p50": quantile(clicks, 0.5),
            "click_to_board_ms_p99": quantile(clicks, 0.99),
            "click_to_board_ratio_p50": quantile(clicks, 0.5) / quantile(presses, 0.5),
        }

    def watched(self, samples: int) -> Figures:
        """Measure press → board without and with a thousand open streams, and how late the streams are."""
        quiet = len(self._spans("press"))
        for _ in range(samples):
            self._press()
        alone = self._spans("press")[quiet:]
        with _Watchers(self._address) as watchers:
            before = len(self._spans("press"))
            late: list[float] = []
            for _ in range(samples):
                told = watchers.count()
                at = self._press()
                late += watchers.after(told, at)
            crowded = self._spans("press")[before:]
        return {
            "watchers_1000_press_to_board_ratio": quantile(crowded, 0.5) / quantile(alone, 0.5),
            "watchers_1000_event_ms_p50": quantile(late, 0.5),
            "watchers_1000_event_ms_p99": quantile(late, 0.99),
        }

    def _press(self) -> int:
        """Press the keypad; return when a stranger on the bus saw the call."""
        calls = len(self._observer.calls)
        self._panel.push("call_next")
        return self._seen(calls)

    def _click(self) -> int:
        calls = len(self._observer.calls)
        told = self._officer.press("/counter/2/do/call_next", id=f"{time.monotonic_ns():032x}")
        if not told["ok"]:
            raise RuntimeError(f"a click was refused: {told}")
        return self._seen(calls)

    def _seen(self, calls: int) -> int:
        if not self._observer.wait(lambda: len(self._observer.calls) > calls, WAIT_SECONDS):
            raise RuntimeError("a press was not answered")
        at = time.monotonic_ns()
        time.sleep(PAUSE_SECONDS)
        return at

    def _spans(self, what: str) -> list[float]:
        """Return milliseconds from ``what`` to the board, in their order."""
        trace = Trace(self._office.trace_file)
        begun = trace.first(what)
        spans = []
        for reply in list(self._observer.replies):
            if isinstance(reply, m.Accepted) and reply.id in begun:
                shown = trace.until_seq("board", reply.seq, begun[reply.id])
                if shown is not None:
                    spans.append((shown - begun[reply.id]) / 1e6)
        return spans


def _browser_clicks(office: SampleOffice, observer: Observer, address: str, samples: int) -> Figures:
    """Measure from the click in a real browser to the board, if there is one."""
    if chromium.program() is None:
        return {}
    with chromium.browsing() as browser:
        page = browser.new_page()
        page.goto(f"{address}/sign-in")
        page.click(f"button[value={Role.OFFICER}]")
        page.goto(f"{address}/counter/2")
        page.wait_for_selector("button.main")
        page.evaluate(
            "window.clicks = [];addEventListener('click', e => clicks.push(performance.timeOrigin + e.timeStamp), true)"
        )
        known = len(observer.replies)
        for _ in range(samples):
            calls = len(observer.calls)
            page.keyboard.press("c")
            if not observer.wait(lambda least=calls: len(observer.calls) > least, WAIT_SECONDS):  # type: ignore[misc]  # default
                raise RuntimeError("a click was not answered")
            page.wait_for_timeout(PAUSE_SECONDS * 1000)
        wall_ms, mono_ms = time.time_ns() / 1e6, time.monotonic_ns() / 1e6
        clicks = [float(at) - wall_ms + mono_ms for at in page.evaluate("clicks")]
    trace = Trace(office.trace_file)
    seqs = [reply.seq for reply in observer.replies[known:] if isinstance(reply, m.Accepted)]
    shown = [trace.until_seq("board", seq, int(at * 1e6)) for seq, at in zip(seqs, clicks, strict=False)]
    spans = [at / 1e6 - click for at, click in zip(shown, clicks, strict=False) if at is not None]
    return {"browser_click_to_board_ms_p50": quantile(spans, 0.5)}


def _pages(address: str, samples: int) -> Figures:
    """Measure how large a first visit is, packed, and how quick pages are while twenty consoles are at work."""
    largest = 0.0
    spans: list[float] = []
    with _streams(address, AT_WORK):
        for role, paths in PAGES.items():
            visitor = _signed_in(address, role)
            for path in paths:
                answer = visitor.get(path, {"accept-encoding": "identity"})
                if answer.status != 200:
                    raise RuntimeError(f"{path}: {answer.status}")
                largest = max(largest, _first_visit_kb(visitor, answer.text))
                for _ in range(max(1, samples // 10)):
                    began = time.monotonic()
                    visitor.get(path)
                    spans.append((time.monotonic() - began) * 1000)
    return {"page_kb_max": largest, "page_ms_p50": quantile(spans, 0.5), "page_ms_p95": quantile(spans, 0.95)}


def _first_visit_kb(visitor: Visitor, html: str) -> float:
    assets = sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html)))
    loaded = [html.encode(), *(visitor.get(path, {"accept-encoding": "identity"}).body for path in assets)]
    return sum(len(gzip.compress(one, 4)) for one in loaded) / 1024


def _consoles(rig: Rig, address: str) -> Figures:
    with _streams(address, CONSOLES):
        time.sleep(1)
        return {"web_rss_mb": resident_mb(rig.process("web-1").pid)}


@contextmanager
def _streams(address: str, count: int) -> Iterator[None]:
    """Keep so many consoles open."""
    ended = threading.Event()

    def watch() -> None:
        visitor = _signed_in(address, Role.OFFICER)
        for _ in visitor.stream("/counter/1/live"):
            if ended.is_set():
                return

    threads = [threading.Thread(target=watch, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        ended.set()


class _Watchers:
    """A process of its own that keeps a thousand streams open and tells when each of them heard something."""

    def __init__(self, address: str) -> None:
        head = _signed_in(address, Role.HEAD)
        self._arguments = [address, head.cookies["giliran"], str(WATCHERS)]
        self._heard: list[int] = []

    def __enter__(self) -> _Watchers:
        """Open them all."""
        program = [sys.executable, "-m", "appliance.tools.bench.watchers", *self._arguments]
        self._process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None  # noqa: S101  # it is piped
        first = self._process.stdout.readline()
        if first.strip() != "open":
            raise RuntimeError("the watchers did not come in")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: Any) -> None:
        """Close them."""
        self._process.terminate()
        self._process.wait()

    def count(self) -> int:
        """Return how many times somebody has heard something."""
        return len(self._heard)

    def after(self, told: int, at: int) -> list[float]:
        """Return how late each one heard of what a stranger on the bus saw at ``at``, in milliseconds."""
        deadline = time.monotonic() + WAIT_SECONDS
        while len(self._heard) < told + WATCHERS and time.monotonic() < deadline:
            time.sleep(0.01)
        return [(heard - at) / 1e6 for heard in self._heard[told : told + WATCHERS]]

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101  # as above
        for line in self._process.stdout:
            self._heard += [int(heard) for heard in line.split()]


def _signed_in(address: str, role: Role) -> Visitor:
    visitor = Visitor(address)
    if visitor.post("/demonstrate", {"role": str(role)}).status != 303:
        raise RuntimeError(f"nobody lets the {role} in")
    visitor.get("/counter" if role is Role.OFFICER else "/wall")
    return visitor
