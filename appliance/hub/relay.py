"""Log -> MQTT: calls at least once and in order, snapshots of what is now.

The cursor says up to which event all calls were taken by the broker. It is kept outside the log and saved with a later
transaction: a hub that dies in between sends a call again, and receivers drop it by its sequence number.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from appliance.commands import CounterId
from appliance.engine.events import Entry, OfficeDefined
from appliance.engine.kinds import KINDS
from appliance.engine.model import Day
from appliance.engine.wait_estimate import Forecast
from appliance.hub import snapshots, staff_snapshots
from appliance.hub.office_time import OfficeClock
from appliance.hub.outlook import Outlook
from appliance.hub.paper import SourceOf, to_print
from appliance.node.link import Link
from appliance.store.notes import Notes
from appliance.wire import topics
from appliance.wire.messages import PrintSlip, SlipToPrint, encode

log = logging.getLogger(__name__)

SNAPSHOT_MS: Final = 250
"""People waiting, a number that changes with every ticket, is published at most this often (real time)."""
REFRESH_MS: Final = 1_000
"""So often (real time) it is looked whether an opening or closing hour has passed."""


class Relay:
    """Publishes what was committed.

    Args:
        link: to the broker.
        clock: the hub's own.
        outlook: tells what newcomers may expect.
        sent_up_to: how far the calls are known to be sent.
        unsent: the calls behind that, which were committed before this start.
        notes: what staff noted about citizens; None if nobody does.
        source_of: looks into the log, for tickets that a kiosk is to print; without it none are.
    """

    def __init__(
        self,
        link: Link,
        clock: OfficeClock,
        outlook: Outlook,
        sent_up_to: int,
        unsent: list[Entry],
        notes: Notes | None = None,
        source_of: SourceOf | None = None,
    ) -> None:
        self._link = link
        self._clock = clock
        self._outlook = outlook
        self._notes = notes or Notes(None)
        self._source_of = source_of or (lambda _: None)
        self._unsent = unsent
        self.sent_up_to = sent_up_to
        self._in_flight: deque[tuple[Entry, int]] = deque()
        self._acknowledged: set[int] = set()
        self._retained: dict[str, bytes] = {}
        self._changed = False
        self._snapshot_at = 0
        self.staff_numbers = False
        """Whether staff have PINs of their own; kiosks are told with the next snapshot."""
        self._concerned: set[CounterId] = set()
        """Counters of which staff are to be told at once."""
        self._office_told = -1
        """The event that defined the office which staff were told of."""
        link.on_delivered(self._delivered)

    @property
    def in_flight(self) -> bool:
        """Tell whether the broker has yet to take a call."""
        return bool(self._in_flight)

    def connected(self, day: Day) -> None:
        """The broker is there (again): send all that it has not got, oldest first, and the state of now."""
        waiting = [entry for entry, _ in self._in_flight] + self._unsent
        self._unsent = []
        self._in_flight.clear()
        self._acknowledged.clear()
        self._retained.clear()
        self._office_told = -1
        try:
            self._publish_state(day)
        finally:
            self._send(day, waiting)
        self._sweep(day)
        self._changed = True  # staff are told with the next tick

    def committed(self, day: Day, entries: list[Entry]) -> None:
        """Publish what a batch caused. Calls and counters go out at once, waiting figures at a bounded rate.

        Should a snapshot not be made, through a mistake of ours, what is announced goes out all the same: the cursor
        would pass over it, and nobody would ever hear it.
        """
        changes = {KINDS[type(entry.event)].changes for entry in entries}
        if "all" in changes:
            try:
                self._publish_state(day)
            finally:
                self._send(day, entries)
            if any(isinstance(entry.event, OfficeDefined) for entry in entries):
                self._sweep(day)
        elif "counters" in changes:
            try:
                self._publish_board(day)
            finally:
                self._send(day, entries)
            self._publish_counters(day)
        self._concerned |= {counter for entry in entries if (counter := getattr(entry.event, "counter", None))}
        self._changed = True

    def print_slip(self, request_id: str, order: PrintSlip) -> None:
        """Send a slip to its kiosk, now or never: what stands on it is kept nowhere, and may be void in an hour."""
        if self._link.publish(topics.slip(order.kiosk), SlipToPrint(1, request_id, order.slip)) is None:
            log.warning("%s is not asked for a slip (%s): the broker is away", order.kiosk, order.slip.kind)

    def tick(self, day: Day) -> None:
        """Publish what changed: with a ticket, or because it is another time of day. Call it often.

        What staff alone are told is made here and not with the batch: citizens come first, and so does the answer to
        whoever pressed.
        """
        concerned, self._concerned = self._concerned & day.counters.keys(), set()
        self._publish_staff_counters(day, concerned)
        since = self._clock.monotonic_ms() - self._snapshot_at
        if since >= (SNAPSHOT_MS if self._changed else REFRESH_MS):
            self._publish_state(day)
            self._publish_staff(day)

    def foretold(self, day: Day, forecast: Forecast) -> None:
        """Publish a new forecast."""
        self._retain(topics.WAITING, encode(snapshots.waiting(day, forecast)))
        self._changed = True

    def _publish_board(self, day: Day) -> None:
        foretell = partial(self._outlook.told, day)
        self._retain(topics.BOARD, encode(snapshots.board(day, self._clock.hours_ms(day), foretell)))

    def _publish_counters(self, day: Day) -> None:
        for counter in day.counters:
            self._retain(topics.counter(counter), encode(snapshots.counter_state(day, counter)))

    def _publish_state(self, day: Day) -> None:
        self._retain(topics.NOTICES, encode(snapshots.notices(day, self._office_now(day))))
        self._publish_board(day)
        self._publish_counters(day)
        self._retain(
            topics.CATALOGUE,
            encode(
                snapshots.catalogue(
                    day,
                    self._clock.hours_ms(day),
                    partial(self._outlook.told, day),
                    staff_numbers=self.staff_numbers,
                )
            ),
        )
        self._changed, self._snapshot_at = False, self._clock.monotonic_ms()

    def _publish_staff(self, day: Day) -> None:
        self._publish_staff_counters(day, day.counters)
        message = staff_snapshots.queue(
            day, self._office_now(day), self._outlook.latest(day), self._notes.of_day(day.date)
        )
        self._retain(topics.STAFF_QUEUE, encode(message))
        if self._office_told != day.defined:
            taken = self._retain(topics.STAFF_OFFICE, encode(staff_snapshots.office(day)))
            self._office_told = day.defined if taken else -1

    def _publish_staff_counters(self, day: Day, counters: Iterable[CounterId]) -> None:
        for counter in counters:
            message = staff_snapshots.counter(day, counter, self._office_now(day), self._notes.of_day(day.date))
            self._retain(topics.staff_counter(counter), encode(message))

    def _office_now(self, day: Day) -> int:
        return max(self._clock.office_ms(), day.at)

    def _sweep(self, day: Day) -> None:
        """Have the broker forget the counters that the office has no more, also those of before a restart."""

        def forget(counter: str, topic_of: Callable[[str], str]) -> None:
            topic = topic_of(counter)
            if counter not in day.counters and self._link.publish_bytes(topic, b"", retain=True) is not None:
                self._retained.pop(topic, None)

        self._link.ask_who_has(topics.ALL_COUNTERS, partial(forget, topic_of=topics.counter))
        self._link.ask_who_has(topics.ALL_STAFF_COUNTERS, partial(forget, topic_of=topics.staff_counter))

    def _retain(self, topic: str, payload: bytes) -> bool:
        """Publish what has changed; tell whether the broker has it, or is about to."""
        if self._retained.get(topic) == payload:
            return True
        if self._link.publish_bytes(topic, payload, retain=True) is None:
            return False
        self._retained[topic] = payload
        return True

    def _send(self, day: Day, entries: list[Entry]) -> None:
        for entry in entries:
            said = to_print(day, entry, self._source_of) or snapshots.said(day, entry)
            if said is None:
                continue
            message_id = self._link.publish(*said)
            if message_id is None:
                self._unsent.append(entry)
            else:
                self._in_flight.append((entry, message_id))

    def _delivered(self, message_id: int) -> None:
        if not self._in_flight:
            return
        self._acknowledged.add(message_id)
        while self._in_flight and self._in_flight[0][1] in self._acknowledged:
            self.sent_up_to = self._in_flight.popleft()[0].seq
        if not self._in_flight:
            self._acknowledged.clear()
