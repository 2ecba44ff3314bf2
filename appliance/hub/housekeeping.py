"""What the hub does by itself: the office's definition, the business day, the clock on the bus, the sent cursor."""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from appliance.engine.commands import CloseDay, Command, DefineOffice, EndTraining, OpenDay
from appliance.engine.decide import Refusal
from appliance.engine.events import DayClosed, DayOpened, Entry, TrainingBegan, TrainingEnded
from appliance.engine.model import Definition
from appliance.engine.wait_estimate import Forecast
from appliance.hub.calendar import date_of, opening_of
from appliance.hub.fullness import Fullness
from appliance.hub.handler import Handler
from appliance.hub.office_time import OfficeClock, Witness
from appliance.hub.practice import Practice
from appliance.hub.relay import Relay
from appliance.node.config import ConfigError
from appliance.node.link import Link
from appliance.store.contacts import Contacts
from appliance.store.store import Store
from appliance.texts.parts import LOGGED, of_part
from appliance.units import DEFAULT_ZONE, MINUTE
from appliance.wire import topics
from appliance.wire.messages import Clock as ClockMessage
from appliance.wire.messages import Part

log = logging.getLogger(__name__)

ACTOR: Final = "hub"
CLOCK_EVERY_MS: Final = 1_000
DAY_EVERY_MS: Final = 100
SENT_EVERY_MS: Final = 1_000
ADOPT_EVERY_MS: Final = 1_000
AGAIN_MS: Final = 5_000
"""After the disk has refused, wait so long (real time) before trying again."""
_VOUCHED: Final[dict[Witness, Part]] = {
    "configured": Part("clock", "ok", "configured"),
    "internet": Part("clock", "ok", "internet"),
    "chip": Part("clock", "ok", "chip"),
    "staff": Part("clock", "ok", "staff"),
}


class Housekeeping:
    """Runs beside the commands, in the same thread.

    Args:
        handler: to carry out the hub's own commands.
        relay: to publish what they cause.
        store: to save the relay's cursor.
        contacts: to be erased with the day.
        link: to publish the clock.
        clock: the hub's own.
        boot: names this run of the hub.
        practice: if staff practise here.
    """

    def __init__(
        self,
        handler: Handler,
        relay: Relay,
        store: Store,
        contacts: Contacts,
        link: Link,
        clock: OfficeClock,
        boot: str,
        practice: Practice | None = None,
    ) -> None:
        self._handler = handler
        self._relay = relay
        self._store = store
        self._contacts = contacts
        self._link = link
        self._clock = clock
        self._boot = boot
        self._practice = practice
        self._fullness = Fullness()
        self._wish: DefineOffice | None = None
        """The configuration file's office while it is not in force."""
        self._wish_at = 0
        self.office_part = Part("office", "ok")
        """Whether the configuration file's office is the one in force."""
        left = practice.until - clock.office_ms() if practice else 0
        self._until = clock.monotonic_ms() + int(left / clock.rate)
        """When a practice ends by elapsed time, should nobody know the time of day."""
        self.turned = False
        """Staff began to practise, or ended it: another queue is to be served now."""
        self._clock_at = self._day_at = self._sent_at = -CLOCK_EVERY_MS
        self._sent = relay.sent_up_to

    def adopt(self, definition: Definition) -> None:
        """Take over the configuration file's office, as an event, if the file has changed since it last was.

        What was set on the bus in between stays in force until then. If it cannot be taken over now, since a citizen
        stands at a counter, it is kept until it can.
        """
        seed = sha256(msgspec.json.encode(definition)).hexdigest()[:16]
        if seed != self._handler.day.seed:
            self._wish = DefineOffice(definition, seed=seed)
            self._try_to_adopt()

    def keep_office(self, error: ConfigError) -> None:
        """Go on with the office in force, since the one in the configuration file is wrong."""
        log.error("%s; the office goes on as it was", error)
        self.office_part = Part("office", "fault", "wrong_file", {"error": str(error)})

    def _try_to_adopt(self) -> None:
        if self._wish is None:
            return
        self._wish_at = self._clock.monotonic_ms()
        outcome = self.do(self._wish)
        if not isinstance(outcome, Refusal):
            self._wish, self.office_part = None, Part("office", "ok")
            return
        part = Part("office", "fault", "waits", {"reason": outcome.advice})
        if part != self.office_part:
            log.warning("%s", of_part(part, LOGGED))
            self.office_part = part

    def committed(self, entries: list[Entry]) -> None:
        """Notice that the day turned, that staff began to practise, or that a practice ended."""
        for event in (entry.event for entry in entries):
            if self._practice is None:
                if isinstance(event, DayOpened):
                    self._handler.doubts.forget()
                if isinstance(event, DayOpened | DayClosed):
                    self._contacts.erase()
                    self._handler.notes.erase()
                self.turned = self.turned or isinstance(event, TrainingBegan)
            else:
                self.turned = self.turned or isinstance(event, TrainingEnded)

    def foretold(self, forecast: Forecast) -> None:
        """Give no more numbers of services that are full for today by a new forecast, if the office wishes so."""
        for command in self._fullness.judge(self._handler.day, forecast):
            self.do(command)

    def tick(self) -> None:
        """Do what is due."""
        now = self._clock.monotonic_ms()
        if now - self._clock_at >= CLOCK_EVERY_MS:
            self.publish_clock()
        if now - self._day_at >= DAY_EVERY_MS:
            self._day_at = now
            self._turn_day()
            self._tidy_contacts()
        if now - self._sent_at >= SENT_EVERY_MS:
            self.save_sent()
        if now - self._wish_at >= ADOPT_EVERY_MS:
            self._try_to_adopt()
        self._relay.tick(self._handler.day)

    def save_sent(self) -> None:
        """Remember how far the calls were sent, if that has changed."""
        if self._relay.sent_up_to != self._sent:
            self._sent_at = self._clock.monotonic_ms()
            self._store.save_sent(self._relay.sent_up_to)
            self._sent = self._relay.sent_up_to

    def publish_clock(self) -> None:
        """Tell all boxes the time."""
        self._clock_at = self._clock.monotonic_ms()
        definition = self._handler.day.definition
        message = ClockMessage(
            1,
            self._boot,
            self._clock_at,
            max(self._clock.office_ms(), self._handler.day.at) if self._clock.known() else None,
            self._clock.rate,
            definition.zone if definition else DEFAULT_ZONE,
        )
        self._link.publish(topics.CLOCK, message)

    def clock_part(self) -> Part:
        """Return the health of the clock."""
        if self._clock.known():
            offered, told = self._clock.offered_ms, self._clock.office_ms()
            if offered is None:
                return _VOUCHED[self._clock.witness]
            off = {"minutes": str(abs(offered - told) // MINUTE)}
            return Part("clock", "fault", "later" if offered > told else "earlier", off)
        return Part("clock", "fault", "behind_the_log" if self._clock.witness else "nobody_vouches")

    def _tidy_contacts(self) -> None:
        day = self._handler.day
        if self._practice is None:  # else this is another day
            asked = day.is_open and day.definition is not None and day.definition.messages
            self._contacts.tidy(day.date if asked else "")
            self._handler.notes.tidy(day.date if day.is_open else "")
            self._handler.surveys.tidy(day)

    def _turn_day(self) -> None:
        day = self._handler.day
        known, now = self._clock.known(), self._clock.office_ms()
        if self.turned or day.definition is None:
            return
        if self._practice is not None and (now >= self._practice.until or self._clock.monotonic_ms() >= self._until):
            # One that never came to open its day has nobody to be told.
            self.turned = isinstance(self.do(EndTraining(ACTOR)), Refusal) or self.turned
        if known and day.resting:
            self.do(EndTraining(ACTOR))  # a hub that went away in the middle of a practice
        if day.is_open and (self._clock.time_of_day() or 0) >= day.ends_at:
            self.do(CloseDay())  # it is over by the time of day, though that be behind the log
        if known and not self._handler.day.is_open:
            self._take_over(ZoneInfo(day.definition.zone))
            now = self._clock.office_ms()
            opening = self._opening(day.definition, now)
            if opening.date > day.date and now < opening.ends_at:
                self.do(opening)

    def _take_over(self, zone: ZoneInfo) -> None:
        """Between two days, go by the internet's time again; never into another date."""
        offered, told = self._clock.offered_ms, self._clock.time_of_day()
        if offered is not None and told is not None and date_of(offered, zone) == date_of(told, zone):
            self._clock.take_over()

    def _opening(self, definition: Definition, now: int) -> OpenDay:
        if self._practice is None:
            return opening_of(definition, now)
        return replace(opening_of(replace(definition, hours={}), now), training=True)

    def do(self, command: Command) -> list[Entry] | Refusal:
        """Carry out a command of the hub's own, and publish what it causes."""
        outcome = self._handler.execute(command, ACTOR)
        if isinstance(outcome, Refusal) and outcome.code == "storage":
            self._day_at = self._clock.monotonic_ms() + AGAIN_MS
        if isinstance(outcome, list):
            self._relay.committed(self._handler.day, outcome)
            self.committed(outcome)
        return outcome
