"""The real hub's handler and rules on a virtual clock, without a bus: for hours that pass in seconds."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

from appliance.engine.commands import CloseDay, DefineOffice
from appliance.engine.model import Day, Definition
from appliance.hub import snapshots
from appliance.hub.calendar import opening_of
from appliance.hub.complaints import Complaints
from appliance.hub.handler import Handler
from appliance.hub.inbox import Incoming
from appliance.hub.office_time import OfficeClock
from appliance.hub.outlook import Outlook
from appliance.store.contacts import Contacts
from appliance.store.store import Store
from appliance.wire import messages as m
from appliance.wire import topics


class VirtualClock:
    """Real and office time in one, moved by hand. ``start_ms``: the office's time at the beginning."""

    rate = 1.0

    def __init__(self, start_ms: int) -> None:
        self.ms = 0
        self._start_ms = start_ms

    def monotonic_ms(self) -> int:
        """Return real milliseconds since the beginning."""
        return self.ms

    def office_ms(self) -> int:
        """Return the office's time, in milliseconds since 1970."""
        return self._start_ms + self.ms


class HourHub:
    """A hub that can be killed and started again, on the same file.

    Args:
        file: the database.
        clock: the hub's own.
        definition: of the office.
    """

    def __init__(self, file: Path, clock: VirtualClock, definition: Definition) -> None:
        self._file = file
        self._clock = clock
        self._definition = definition
        self._boots = 0
        self._store: Store | None = None
        self.start()

    @property
    def up(self) -> bool:
        """Tell whether it runs."""
        return self._store is not None

    @property
    def day(self) -> Day:
        """The present state."""
        return self._handler.day

    def start(self) -> None:
        """Start it: the day is loaded from the log, and a new one opened if it is time."""
        self._boots += 1
        self._boot = f"hub-boot-{self._boots}"
        self._store = Store(self._file)
        clock = OfficeClock(self._clock, self._file.with_suffix(".time"), vouched=True)
        self._outlook = Outlook(clock, random.Random(self._boots))
        self._handler = Handler(
            self._store,
            clock,
            self._boot,
            self._outlook,
            Contacts(self._file.parent),
            Complaints(clock.monotonic_ms).about,
        )
        if self._handler.day.definition != self._definition:
            self._handler.execute(DefineOffice(self._definition), "hub")
        self.turn_day()

    def kill(self) -> None:
        """End it; what it has committed stays."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def turn_day(self) -> None:
        """Close a day that is over, and open the next."""
        now = self._clock.office_ms()
        if self.day.is_open and now >= self.day.ends_at:
            self._handler.execute(CloseDay(), "hub")
        opening = opening_of(self._definition, now)
        if not self.day.is_open and opening.date > self.day.date and now < opening.ends_at:
            self._handler.execute(opening, "hub")

    def says(self) -> tuple[m.Clock, m.Catalogue]:
        """Return what it tells everybody now."""
        now = self._clock.office_ms()
        clock = m.Clock(1, self._boot, self._clock.ms, now, 1.0, self._definition.zone)
        return clock, snapshots.catalogue(self.day, now, partial(self._outlook.told, self.day))

    def ask(self, node: str, request: m.Request) -> m.AnyReply:
        """Carry out one request, durably, and return the reply."""
        incoming = Incoming(node, m.encode(request), topics.reply(node, "virtual"), b"")
        replies, _ = self._handler.handle([incoming])
        return m.decode_reply(replies[0].payload)

    def number_of(self, request_id: str) -> str | None:
        """Return the number that a request was given, if it was."""
        found = self._store.answer_of(request_id) if self._store else None
        numbers = [getattr(entry.event, "number", None) for entry in found[1]] if found else []
        return next((number for number in numbers if number), None)

    def waiting(self) -> list[str]:
        """Return the numbers that wait, in the order in which their services call them."""
        queues = [queue for waiting in self.day.waiting.values() for queue in (waiting.regular, waiting.priority)]
        return [number for queue in queues for _, number in queue]
