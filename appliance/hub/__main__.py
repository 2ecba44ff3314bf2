"""The hub: wiring diagram and main loop. One thread, so that there is one writer and one order of things."""

from __future__ import annotations

import random
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from appliance.engine.model import Day
from appliance.hub import practice, staff_pins
from appliance.hub.complaints import Complaints
from appliance.hub.handler import Handler
from appliance.hub.housekeeping import Housekeeping
from appliance.hub.inbox import Inbox, Incoming, Outgoing
from appliance.hub.nightly import Night
from appliance.hub.office_time import OfficeClock
from appliance.hub.outlook import Outlook
from appliance.hub.past_rows import PastRows
from appliance.hub.practice import Round
from appliance.hub.relay import Relay
from appliance.hub.settings import HubSettings, definition
from appliance.hub.staff_pins import StaffPins
from appliance.hub.surveys import Surveys
from appliance.node import config as configuration
from appliance.node import daemon, logs, pin, systemd
from appliance.node.config import BrokerSettings, Config, ConfigError
from appliance.node.daemon import ClockSettings
from appliance.node.link import Link
from appliance.node.pin import Door
from appliance.store import backup
from appliance.store.backup import Backups
from appliance.store.contacts import Contacts
from appliance.store.database import Damaged, StorageFault
from appliance.store.event_log import BrokenChain
from appliance.store.missing import what_is_missing
from appliance.store.notes import Notes
from appliance.store.store import Store
from appliance.wire import topics
from appliance.wire.messages import Part

IDLE_SECONDS: Final = 0.1
RECONNECT_SECONDS: Final = 0.5
SEE_OFF_MS: Final = 1_000
MOST_READ: Final = 128
"""Messages that are read before the ones there are carried out: a flood must not keep the hub reading for ever."""
ASK_WHO_MS: Final = 10_000
"""So often it is asked who is on the bus, to be heard should one of them flood …"""
ASK_OFTEN_MS: Final = 1_000
"""… and so often while one is not listened to, for who is new must be heard as well."""


def main(config_file: Path) -> int:
    """Run the hub until SIGTERM; return the exit code."""
    return daemon.run(lambda: serve(config_file), StorageFault)


def serve(config_file: Path) -> None:
    """Run the office's queue, and in between, if staff wish to practise, one that leaves no trace."""
    config = configuration.load(config_file)
    settings = config.section("hub", HubSettings)
    clock_settings = config.section("clock", ClockSettings)
    memory = Path(settings.runtime) / "time-said-by-staff.json"
    clock = OfficeClock(clock_settings.build(), memory, vouched=clock_settings.vouched)
    logs.set_up(settings.node)
    stop = daemon.Stop()
    doors = _door(settings, clock), _staff_pins(settings, clock)
    turn = Round()
    with _told_what_to_restore(settings.backup_folder(), config_file):
        while not stop:
            turn = _run_queue(config, settings, clock, doors, stop, turn)


@contextmanager
def _told_what_to_restore(backups: Backups, config_file: Path) -> Iterator[None]:
    """Name the backup and the command when the database is damaged, or has lost what it had."""
    try:
        if missing := what_is_missing(backups):
            raise StorageFault(
                f"{missing}; numbers of today would be given a second time (who wants just that: giliran restore "
                f"--without-backup begins a new log). {backup.advice(backups, config_file)}"
            )
        yield
    except (Damaged, BrokenChain) as error:
        raise StorageFault(f"{error}. {backup.advice(backups, config_file)}") from error


def _door(settings: HubSettings, clock: OfficeClock) -> Door | None:
    """Return the door for PINs: one for all queues of this run, so that a practice is no way around it."""
    if not settings.staff_pin:
        return None
    return Door(settings.staff_pin, Path(settings.database).with_name(pin.MEMORY), clock.monotonic_ms())


def _staff_pins(settings: HubSettings, clock: OfficeClock) -> StaffPins | None:
    """Return the doors for everybody's own PINs: the same for all queues as well."""
    if not settings.accounts:
        return None
    memory = Path(settings.database).with_name(staff_pins.MEMORY)
    return StaffPins(Path(settings.accounts), memory, clock.monotonic_ms)


def _run_queue(
    config: Config,
    settings: HubSettings,
    clock: OfficeClock,
    doors: tuple[Door | None, StaffPins | None],
    stop: daemon.Stop,
    turn: Round,
) -> Round:
    """Wire one queue together and run its loop; return which one comes next."""
    broker = config.section("broker", BrokerSettings)
    boot = uuid.uuid4().hex[:12]
    database = Path(settings.database)
    store = practice.fresh(database) if turn.practice else Store(database)
    if store is None:
        return Round()  # the real queue ends what it had begun
    night: Night | None = None
    rows: PastRows | None = None
    surveys: Surveys | None = None
    try:
        outlook = Outlook(clock, random.Random(boot))  # noqa: S311  # waits are no secrets
        contacts = Contacts(database.parent)
        inbox = Inbox(clock.monotonic_ms(), Complaints(clock.monotonic_ms))
        notes = Notes(None if turn.practice else database.parent)
        surveys = Surveys(None if turn.practice else database.parent, store)
        handler = Handler(store, clock, boot, outlook, contacts, inbox.blame, doors[0], notes, doors[1], surveys)
        if not turn.practice:
            rows = PastRows(store, clock)
            night = Night(settings.backup_folder(), clock, handler.day, config.files[0])
        link = Link(settings.node, configuration.password_of(settings.node, broker), broker, version("giliran"))
        relay = Relay(link, clock, outlook, *store.unsent(), notes, store.source_of)
        housekeeping = Housekeeping(handler, relay, store, contacts, link, clock, boot, turn.practice)
        _adopt(housekeeping, config, handler.day, turn, clock)
        Hub(handler, relay, housekeeping, night, rows, link, outlook, clock, inbox, doors[1]).run(stop, list(turn.held))
        if handler.day.resting and not turn.practice:
            return Round(practice.begun(handler.day, clock.office_ms()))
        return Round(held=tuple(handler.held))
    finally:
        if night is not None:
            night.close()
        if surveys is not None:
            surveys.close()
        store.close()
        if turn.practice:
            practice.forget(database)


def _adopt(housekeeping: Housekeeping, config: Config, day: Day, turn: Round, clock: OfficeClock) -> None:
    """Take over the office that is practised with, or that of the file; a wrong file does not close the office."""
    if turn.practice:
        housekeeping.adopt(turn.practice.office)
        return
    try:
        housekeeping.adopt(definition(config, clock.office_ms()))
    except ConfigError as error:
        if day.definition is None:
            raise
        housekeeping.keep_office(error)


class Hub:
    """The loop: read what has come, carry it out as one batch, publish, keep house."""

    def __init__(
        self,
        handler: Handler,
        relay: Relay,
        housekeeping: Housekeeping,
        night: Night | None,
        rows: PastRows | None,
        link: Link,
        outlook: Outlook,
        clock: OfficeClock,
        inbox: Inbox,
        pins: StaffPins | None,
    ) -> None:
        self._inbox = inbox
        self._pins = pins
        self._asked_at = 0
        self._unsaid: list[Outgoing] = []
        """Replies for which there was no connection yet."""
        self._handler = handler
        self._relay = relay
        self._housekeeping = housekeeping
        self._night = night
        self._rows = rows
        self._link = link
        self._outlook = outlook
        self._clock = clock
        self._parts: list[Part] = []
        link.on_commands(self._take)
        link.on_connection(self._connection)

    def run(self, stop: daemon.Stop, held: list[Incoming]) -> None:
        """Serve until asked to stop, or until staff begin or end a practice.

        Args:
            stop: tells when.
            held: commands of a practice that are carried out here, before any other.
        """
        link = self._link
        guard = self._handler.mistakes.guard
        guard("housekeeping", self._housekeeping.tick)  # so that nobody finds the hub there and the day not yet open
        if held:
            self._work(held, held=True)
        daemon.ready()
        while not stop and not self._housekeeping.turned and not self._handler.held:
            if link.has_socket or link.open():
                link.step(0 if self._is_busy() else IDLE_SECONDS, MOST_READ)
            else:
                stop.wait(RECONNECT_SECONDS)
            self._inbox.tick(self._clock.monotonic_ms())
            batch = self._inbox.batch()
            if batch:
                self._work(batch)
            self._say(self._inbox.refusals())
            self._listen()
            guard("housekeeping", self._housekeeping.tick)
            guard("the night's check", self._night_falls)
            guard("the forecast", self._look_ahead)
            if not batch and self._rows is not None:
                guard("the rows of past days", self._rows.tick)
            guard("the staff numbers", self._look_at_accounts)
            guard("the presence", self._report)
            systemd.notify("WATCHDOG=1")
        if stop:
            systemd.notify("STOPPING=1")
        self._inbox.turn_away()
        self._say(self._inbox.refusals())
        self._see_off()
        link.stop()

    def _see_off(self) -> None:
        """Wait a moment for the broker to take what was said, so that the next run need not say it again."""
        deadline = self._clock.monotonic_ms() + SEE_OFF_MS
        while self._link.connected and self._relay.in_flight and self._clock.monotonic_ms() < deadline:
            self._link.step(IDLE_SECONDS, MOST_READ)
        self._housekeeping.save_sent()

    def _take(self, node: str, payload: bytes, reply_to: str, correlation: bytes) -> None:
        self._inbox.take(Incoming(node, payload, reply_to, correlation))

    def _work(self, batch: list[Incoming], *, held: bool = False) -> None:
        replies, entries = self._handler.handle(batch, self._relay.sent_up_to, held=held)
        if entries:
            self._handler.mistakes.guard("publishing", partial(self._relay.committed, self._handler.day, entries))
            self._housekeeping.committed(entries)
            slips, self._handler.slips = self._handler.slips, []
            for request_id, order in slips:
                self._relay.print_slip(request_id, order)
        self._say(replies)

    def _say(self, replies: list[Outgoing]) -> None:
        if not self._link.connected:
            self._unsaid += replies
            return
        for reply in replies:
            self._link.answer(reply.topic, reply.correlation, reply.payload)

    def _listen(self) -> None:
        """Read the commands of all nodes, or of those that do not flood."""
        heard = self._inbox.heard()
        self._link.hear(heard)
        now = self._clock.monotonic_ms()
        if self._link.connected and now - self._asked_at >= (ASK_OFTEN_MS if heard is not None else ASK_WHO_MS):
            self._asked_at = now
            self._link.ask_who_has(topics.ALL_PRESENCE, self._inbox.is_there)

    def _is_busy(self) -> bool:
        return self._outlook.busy or bool(self._inbox) or (self._rows is not None and self._rows.busy)

    def _night_falls(self) -> None:
        if self._night is not None:
            self._night.tick(self._handler.day)

    def _look_at_accounts(self) -> None:
        self._relay.staff_numbers = self._pins is not None and self._pins.exist()

    def _look_ahead(self) -> None:
        forecast = self._outlook.advance(self._handler.day)
        if forecast is not None:
            self._relay.foretold(self._handler.day, forecast)
            self._housekeeping.foretold(forecast)

    def _connection(self, connected: bool, /) -> None:  # noqa: FBT001  # the link's callback passes just this
        if connected:
            self._housekeeping.publish_clock()
            self._handler.mistakes.guard("publishing", partial(self._relay.connected, self._handler.day))
            unsaid, self._unsaid = self._unsaid, []
            self._say(unsaid)

    def _report(self) -> None:
        fault = self._handler.fault
        storage = Part("storage", "fault", "cannot_write", {"error": fault}) if fault else Part("storage", "ok")
        parts = [storage, self._housekeeping.clock_part()]
        parts += [self._housekeeping.office_part, self._handler.mistakes.part(), self._inbox.part()]
        parts.append(self._handler.doubts.part())
        parts += self._handler.surveys.parts
        if self._night is not None:
            parts.append(self._night.part)
        if self._rows is not None:
            parts += self._rows.parts
        if parts != self._parts:
            self._parts = parts
            self._link.set_parts(parts)


if __name__ == "__main__":
    sys.exit(main(configuration.DEFAULT_FILE))
