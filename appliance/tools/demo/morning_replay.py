"""Plays a recorded morning on a running office: citizens touch the kiosk's glass, officers press their buttons.

Nothing else gets in. What happened is read off the far ends: the bytes that the printer received, the calls that a
stranger sees on the bus.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from appliance.simulation.morning import Applicant
from appliance.tools.office.finger import Finger, FingerError
from appliance.tools.office.observer import Observer
from appliance.tools.office.sample_office import OfficeTime, instant
from appliance.wire.messages import Call
from kiosk.workshop import paper
from kiosk.workshop.fake_printer import PtyPrinter

PRINT_SECONDS: Final = 20.0
SCREEN_SECONDS: Final = 5.0
ATTEMPTS: Final = 5
ANSWER_SECONDS: Final = 3.0
_NUMBER: Final = re.compile(r"^[A-Z]{1,3}[0-9]{2,9}\Z")


class Panel(Protocol):
    """What an officer works with."""

    def push(self, button: str) -> None:
        """Press ``call_next`` or ``finish``."""

    def close(self) -> None:
        """Leave it."""


class Stay(msgspec.Struct):
    """One applicant's morning; instants in office milliseconds since 1970."""

    applicant: Applicant
    arrived_at: int
    number: str = ""
    printed_at: int | None = None
    called_at: int | None = None
    counter: str = ""
    served_at: int | None = None


class ReplayError(Exception):
    """The morning could not be played to its end; the sentence says where it stopped."""


class Morning:
    """The visits of one morning, shared by the citizens and the officers.

    Args:
        applicants: in the order of arrival.
        office_time: the clock that the hub runs on.
        observer: sees the calls.
        printer: receives the tickets.
    """

    def __init__(
        self, applicants: list[Applicant], office_time: OfficeTime, observer: Observer, printer: PtyPrinter
    ) -> None:
        self.visits = [Stay(applicant, instant(applicant.arrived_s)) for applicant in applicants]
        self.time = office_time
        self.observer = observer
        self.printer = printer
        self.failed = threading.Event()
        self._by_number: dict[str, Stay] = {}
        self._known = threading.Condition()

    def citizens(self, finger: Finger, default_service: str) -> None:
        """Let everybody come, one after the other through the one kiosk, and take a number.

        Args:
            finger: on the kiosk.
            default_service: of an applicant whose row names none.
        """
        for visit in self.visits:
            self.time.wait_until(visit.arrived_at)
            service = visit.applicant.service or default_service
            already = len(self.printer.tickets())
            for _ in range(ATTEMPTS):
                if take_a_number(finger, service, self.printer, already + 1):
                    break
            else:
                raise ReplayError(f"applicant {visit.applicant.name} got no paper; the kiosk shows {finger.screen()}")
            self._printed(visit, self.printer.tickets()[already])
            leave(finger)

    def officer(self, counter: str, panel: Panel, opens_at: int) -> None:
        """Work at one counter until everybody has been served.

        Args:
            counter: its id.
            panel: what they press, of a keypad or a console.
            opens_at: when it begins to call, in office milliseconds.
        """
        self.time.wait_until(opens_at)
        seen = 0
        current: Stay | None = None
        while not self.failed.is_set():
            if self._somebody_waits(counter):
                panel.push("call_next")
                call = self._call_at(counter, seen)
                if current is not None and self._is_away(counter, current):
                    current.served_at, current = self.time.now(), None
                if call is not None:
                    seen, current = call.seq, self._called(call)
                    self.time.wait_until(call.at + round(current.applicant.service_minutes * 60_000))
                    continue
            elif current is not None:
                panel.push("finish")
                if self._is_away(counter, current):
                    current.served_at, current = self.time.now(), None
            elif all(visit.called_at is not None for visit in self.visits):
                return
            time.sleep(0.01)

    def _printed(self, visit: Stay, data: bytes) -> None:
        rows = [row.replace(" ", "") for row in paper.render(data).text]
        numbers = [row for row in rows if _NUMBER.fullmatch(row)]
        if len(numbers) != 1:
            raise ReplayError(f"the ticket of applicant {visit.applicant.name} shows {numbers}, not one number")
        with self._known:
            visit.number, visit.printed_at = numbers[0], self.time.now()
            self._by_number[numbers[0]] = visit
            self._known.notify_all()

    def _somebody_waits(self, counter: str) -> bool:
        state = self.observer.counters.get(counter)
        return state is not None and state.waiting > 0

    def _call_at(self, counter: str, seen: int) -> Call | None:
        def newest() -> Call | None:
            return next((c for c in reversed(self.observer.calls) if c.counter == counter and c.seq > seen), None)

        self.observer.wait(lambda: newest() is not None or not self._somebody_waits(counter), ANSWER_SECONDS)
        return newest()

    def _called(self, call: Call) -> Stay:
        with self._known:
            # The call may overtake the paper: the ticket is durable before it is printed.
            if not self._known.wait_for(lambda: call.number in self._by_number, PRINT_SECONDS):
                raise ReplayError(f"{call.number} was called, but nobody holds it")
            visit = self._by_number[call.number]
        visit.called_at, visit.counter = call.at, call.counter
        return visit

    def _is_away(self, counter: str, visit: Stay) -> bool:
        return self.observer.wait(lambda: self.observer.counters[counter].number != visit.number, ANSWER_SECONDS)


def take_a_number(finger: Finger, service: str, printer: PtyPrinter, paper_count: int) -> bool:
    """Touch through the kiosk's screens.

    Args:
        finger: on the kiosk.
        service: its id.
        printer: of the kiosk.
        paper_count: how many tickets there are with this one.

    Returns:
        Whether paper came. A citizen whom the kiosk takes for gone starts again.
    """
    try:
        for screen, button in (("attract", "begin"), ("services", f"service-{service}"), ("confirm", "take")):
            finger.wait_screen(screen, deadline=SCREEN_SECONDS)
            finger.tap(button, deadline=SCREEN_SECONDS)
    except FingerError:
        if finger.screen()["screen"] not in ("attract", "services", "confirm"):
            raise
    deadline = time.monotonic() + PRINT_SECONDS
    while not printer.wait_for(paper_count, 0.5):
        if finger.screen()["screen"] == "attract" or time.monotonic() > deadline:
            return False
    return True


def leave(finger: Finger, patience: float = 0.2) -> None:
    """Let the kiosk show its first screen again: by a touch in ``patience`` real seconds, or by its own time-out."""
    if finger.wait_screen("ticket", "attract") == "ticket":
        try:
            finger.tap("done", deadline=patience)
        except FingerError:
            finger.wait_screen("attract")  # the time-out was quicker


def play(morning: Morning, finger: Finger, panels: dict[str, Callable[[], Panel]], opens_at: int, service: str) -> None:
    """Play a morning to its end.

    Args:
        morning: to be played.
        finger: on the kiosk.
        panels: make what each counter's officer works with, on the thread of that officer.
        opens_at: when the counters begin to call, in office milliseconds.
        service: of applicants whose row names none.

    Raises:
        ReplayError: where it stopped.
    """
    troubles: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001  # whatever it is, it ends the morning and is told
                troubles.append(error)
                morning.failed.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    officers = [
        guarded(lambda c=counter, m=make: _work(morning, c, m, opens_at))  # type: ignore[misc]  # defaults
        for counter, make in panels.items()
    ]
    citizens = guarded(lambda: morning.citizens(finger, service))
    for thread in (citizens, *officers):
        while thread.is_alive():
            thread.join(0.5)  # in slices, so that Ctrl-C is heard
    if troubles:
        raise ReplayError(str(troubles[0]))


def _work(morning: Morning, counter: str, make: Callable[[], Panel], opens_at: int) -> None:
    panel = make()
    try:
        morning.officer(counter, panel, opens_at)
    finally:
        panel.close()
