"""The office in a rush: officers press whatever their buttons offer, while citizens keep coming to the kiosk.

Only fingers act: on the kiosk's glass and on the contacts of the keypads. What came of it is read off the far ends: the
calls on the bus, the number and every text on the board's glass, the announcements as sound.
"""

from __future__ import annotations

import contextlib
import random
import threading
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.node.polling import until
from appliance.store.reader import LogReader
from appliance.tools.demo.morning_replay import leave, take_a_number
from appliance.tools.office.finger import Finger
from appliance.tools.office.observer import Observer
from appliance.tools.office.panel_client import PanelClient
from appliance.tools.office.sample_office import SERVICES, SampleOffice
from appliance.tools.shots.checks import cut_off
from appliance.wire.messages import Call, Refused
from kiosk.workshop.fake_printer import PtyPrinter

SECONDS: Final = 120
BUTTONS: Final[list[dict[str, Any]]] = [
    {"pin": 17, "press": "call_next"},
    {"pin": 27, "press": "recall"},
    {"pin": 22, "press": "finish", "hold": "close_counter"},
    {"pin": 23, "press": "no_show", "hold": "open_counter"},
    {"pin": 24, "press": f"transfer:{SERVICES[2]['id']}"},
    {"pin": 25, "press": "undo"},
]
RULES: Final = {"no_show_min_seconds": 3}
"""Nobody could be marked as absent in so short a time under the usual rule."""
HABITS: Final[dict[str, dict[str, int]]] = {
    "free": {"call_next": 1},
    "called": {"call_next": 4, "recall": 5, "finish": 3, "no_show": 3, BUTTONS[4]["press"]: 2, "undo": 1},
}
"""How often an officer presses what, by the counter's state; in any other, what opens or frees it."""
THINKS: Final = (0.3, 4.5)
"""Seconds between two presses of an officer."""
COMES: Final = (0.2, 2.5)
"""Seconds between two citizens."""
LEAVES_SECONDS: Final = 5.0
"""A citizen waits at most so long for the button that ends the visit."""
LOOK_SECONDS: Final = 0.1
PICTURE_MS: Final = 3_000
PICTURES: Final = "rush"
CALM_MS: Final = 15_000
"""A board that shows the same for so long has nothing left to show: a number may have several moments in a row."""
PATIENCE_SECONDS: Final = 120.0
BACK: Final = ("CallUndone", "TicketTransferred")
"""Events after which a call that is not on the glass yet must not come there: its citizen waits again."""


class Report(msgspec.Struct, frozen=True):
    """``rush.json``. A moment is late by the seconds from the call to its number on the glass."""

    tickets: int
    presses: int
    refusals: dict[str, int]
    calls: int
    again: int
    taken_back: int
    without_moment: list[str]
    latest_moment: float
    cut_off: list[str]
    announced: int | None
    latest_announcement: float | None
    """None without sound files."""


class Rush:
    """One rush in a running office.

    Args:
        office: its counters are open, and its keypads have ``BUTTONS``.
        observer: sees the calls.
        printer: of the kiosk.
        out: where pictures and figures go.
    """

    def __init__(self, office: SampleOffice, observer: Observer, printer: PtyPrinter, out: Path) -> None:
        self._office = office
        self._observer = observer
        self._printer = printer
        self._out = out
        self._over = threading.Event()
        self._seen_enough = threading.Event()
        self._presses: list[str] = []
        self._shown: list[tuple[int, str]] = []
        self._cut_off: set[str] = set()
        self._wrong: set[str] = set()
        self._size = (0.0, 0.0)

    def play(self, seconds: float) -> None:
        """Let everybody work for so many real seconds, and watch the board to its last call."""
        with ThreadPoolExecutor() as pool:
            try:
                eye = pool.submit(self._watch)
                people = [pool.submit(self._officer, counter) for counter in self._office.counters]
                people.append(pool.submit(self._citizens))
                wait([eye, *people], seconds, FIRST_EXCEPTION)
                self._over.set()
                _finish(people)
                until(self._is_calm, PATIENCE_SECONDS)
                self._seen_enough.set()
                _finish([eye])
            finally:  # also when somebody has failed, or on Ctrl-C
                self._over.set()
                self._seen_enough.set()

    def report(self, sounds: Path | None) -> Report:
        """Count what came of it.

        Args:
            sounds: the folder of announcements, if there is one.
        """
        calls = self._observer.calls
        refused = [reply.code for reply in self._observer.replies if isinstance(reply, Refused)]
        sent_back = self._sent_back(calls)
        moments = {call.seq: self._moment(call, sent_back.get(call.seq)) for call in calls}
        late = [moment - call.at for call in calls if (moment := moments[call.seq]) is not None]
        spoken = self._spoken(sounds) if sounds else None
        unseen = [call for call in calls if moments[call.seq] is None]
        missed = [call.number for call in unseen if call.seq not in sent_back]
        return Report(
            tickets=len(self._printer.tickets()),
            presses=len(self._presses),
            refusals={code: refused.count(code) for code in sorted({*refused})},
            calls=len(calls),
            again=sum(call.recall for call in calls),
            taken_back=len(unseen) - len(missed),
            without_moment=missed,
            latest_moment=max(late, default=0) / 1000,
            cut_off=sorted(self._cut_off),
            announced=None if spoken is None else len(spoken),
            latest_announcement=None if spoken is None else max(spoken, default=0) / 1000,
        )

    # -- people ----------------------------------------------------------------------------------------------------

    def _citizens(self) -> None:
        with Finger(self._office.finger_socket("kiosk-1")) as finger:
            while not self._over.wait(random.uniform(*COMES)):
                service = str(random.choice(SERVICES)["id"])
                if take_a_number(finger, service, self._printer, len(self._printer.tickets()) + 1):
                    leave(finger, LEAVES_SECONDS)

    def _officer(self, counter: str) -> None:
        panel = PanelClient(self._office.panel_socket(counter))
        while not self._over.wait(random.uniform(*THINKS)):
            habit = HABITS.get(self._observer.counters[counter].state, HABITS["called"])
            button = random.choices([*habit], [*habit.values()])[0]
            panel.push(button)
            self._presses.append(button)
        panel.close()

    # -- eyes and ears ---------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        pictures = self._out / PICTURES
        pictures.mkdir(parents=True, exist_ok=True)
        begin = due = self._office.time.now()
        with Finger(self._office.finger_socket("display-1")) as board:
            glass = board.screen()
            self._size = (glass["width"], glass["height"])
            while not self._seen_enough.wait(LOOK_SECONDS):
                now = self._office.time.now()
                self._look(board, now)
                if now >= due:
                    board.grab(pictures / f"{(now - begin) // 1000:03d}s.png")
                    due += PICTURE_MS

    def _look(self, board: Finger, now: int) -> None:
        items = board.items()
        number = next((str(item["text"]) for item in items if item["name"] == "number"), "")
        if not self._shown or self._shown[-1][1] != number:
            self._shown.append((now, number))
        wrong = set(cut_off(items, *self._size))
        self._cut_off |= wrong & self._wrong  # a text may be between two places when it is looked at once
        self._wrong = wrong

    def _is_calm(self) -> bool:
        return bool(self._shown) and self._office.time.now() - self._shown[-1][0] > CALM_MS

    def _sent_back(self, calls: list[Call]) -> dict[int, int]:
        """Return when the citizen of a call was sent back into a queue, if ever, by the hub's own log."""
        with contextlib.closing(LogReader(self._office.database)) as log:
            back = [(row[0], row[1], msgspec.json.decode(row[8])["number"]) for row in log.records() if row[3] in BACK]
        later = {c.seq: [at for seq, at, number in back if number == c.number and seq > c.seq] for c in calls}
        return {call: moments[0] for call, moments in later.items() if moments}

    def _moment(self, call: Call, sent_back: int | None) -> int | None:
        """Return when the call's number was on the glass first, in office milliseconds, if before it was sent back."""
        for (since, number), (end, _) in pairwise([*self._shown, (self._office.time.now(), "")]):
            if number == call.number and end >= call.at:
                return max(since, call.at) if sent_back is None or since < sent_back else None
        return None

    def _spoken(self, sounds: Path) -> list[int]:
        """Return, for each announcement, how long after its call it began; in milliseconds."""
        late, office_time = [], self._office.time
        for file in sounds.glob("*.wav"):
            began = file.stat().st_mtime_ns // 1_000_000 - office_time.anchor_ms + office_time.start_ms
            number = file.stem.split("-")[1]  # a number may have been called again meanwhile
            calls = [call.at for call in self._observer.calls if call.number == number and call.at <= began]
            if calls:
                late.append(began - max(calls))
        return late


def say(report: Report, out: Path) -> bool:
    """Print what came of a rush, and keep it as ``rush.json``; tell whether the board showed everything, and whole."""
    (out / "rush.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    refused = ", ".join(f"{count} {code}" for code, count in report.refusals.items())
    print(f"{report.tickets} tickets; {report.presses} presses, refused: {refused or 'none'}")
    print(f"{report.calls} calls, {report.again} of them again, {report.taken_back} taken back before their moment")
    print(f"the board: a number is on the glass at most {report.latest_moment:.1f} s after its call")
    if report.without_moment:
        print(f"  never shown: {', '.join(report.without_moment)}")
    if report.cut_off:
        print("\n  ".join(["  cut off:", *report.cut_off]))
    if report.announced is not None:
        print(
            f"the voice: {report.announced} announced, {report.latest_announcement:.1f} s after the call at the latest"
        )
    print(f"  {out / PICTURES}: the board every {PICTURE_MS // 1000} s")
    return not report.without_moment and not report.cut_off


def _finish(work: list[Future[None]]) -> None:
    for part in work:
        part.result()
