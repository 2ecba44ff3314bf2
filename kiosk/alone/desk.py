"""Gives numbers while the hub is away, and hands them over when it is back. No thread, no bus, no clock of its own.

Nothing is told to anybody before the journal has it. A number counts as handed over when the hub has said so.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from appliance.wire.messages import AnyReply, Catalogue, Clock, IssuedTicket, Part, Refused
from kiosk.alone import lease as offline
from kiosk.alone.handover import Ask, Handover, Present
from kiosk.alone.journal import Journal, JournalFault, Kept
from kiosk.alone.lease import Anchor, Circumstances, Now
from kiosk.alone.ledger import AnyRecord, Forgotten, Given, Issued, Ledger, Opened
from kiosk.alone.status_text import health

log = logging.getLogger(__name__)

KEEP_MS: Final = 60_000
"""Real time after which what the hub said is kept again, though only figures and the time have changed."""
RETRY_MS: Final = 15_000
"""Real time until a disk that failed is tried again."""


NUMBER: Final = re.compile(r"[A-Z]{1,3}[0-9]{1,9}")
"""What counts: of anything else nothing follows, and nothing may stay of it."""


class View(msgspec.Struct, frozen=True):
    """What the screen may know while the hub is away.

    ``catalogue``: what to show; ``services``: those for which numbers may be given, when the office is open.
    """

    catalogue: Catalogue | None = None
    services: frozenset[str] = frozenset()


class OfflineDesk:
    """One kiosk's own series. Use it from one thread; ``view`` and ``parts`` may be read from any.

    Args:
        node: this kiosk's name.
        folder: where it keeps its journal.
        now: tells the present.
        new_id: makes request ids.
    """

    def __init__(self, node: str, folder: Path, now: Callable[[], Now], new_id: Callable[[], str]) -> None:
        self._node = node
        self._folder = folder
        self._now = now
        self._journal: Journal | None = None
        self._fault: JournalFault | None = None
        self._tried_at = -RETRY_MS
        self._ledger = Ledger()
        self._shown: Catalogue | None = None
        self._anchor: Anchor | None = None
        self._latest: Catalogue | None = None
        self._kept_at = -KEEP_MS
        self._boot = self._said_by = self._compared_with = ""
        self._handover = Handover(node, new_id, self._keep)
        self.view = View()
        self.parts = [Part("offline", "unknown", "not_tried_yet")]
        self._try_storage()
        self._look()

    # -- what happens ----------------------------------------------------------------------------------------------

    def hear(self, clock: Clock, now: Now) -> None:
        """Take in the hub's clock, as it was heard at ``now``."""
        if clock.at is not None:
            self._anchor = Anchor(now.boot, now.up, clock.at, clock.rate, clock.zone)
        if clock.boot != self._boot:
            self._boot = clock.boot
            self._begin_again()

    def learn(self, catalogue: Catalogue) -> None:
        """Take in the hub's catalogue. It counts only when the hub is heard: a broker also hands out old ones.

        One that is for practice does not count at all: what is given alone belongs to the real day.
        """
        self._latest, self._said_by = None if catalogue.office.training else catalogue, self._boot

    def issue(self, request_id: str, offered: str, *, priority: bool, asked: bool) -> IssuedTicket | None:
        """Give a number of this kiosk's own; it is durable when this returns.

        Args:
            request_id: of the visit; the same one gets the same number.
            offered: a service or a journey of the catalogue.
            priority: for the elderly, disabled, …
            asked: the hub was asked under this id and may have given a number that nobody will hold.

        Returns:
            The ticket; None if the lease does not allow it, or it cannot be kept safe.
        """
        known = self._ledger.of_request(request_id)
        if known is not None:
            return self._ticket(known, offered)
        record = self._next(request_id, offered, priority=priority, asked=asked)
        if record is None or not self._keep(record):
            return None
        self._look()
        log.info("%s was given alone", record.number)
        return self._ticket(record, offered)

    def given(self, number: str, day: str) -> None:
        """Remember a number that the hub gave out here."""
        if number not in self._ledger.issued and NUMBER.fullmatch(number):
            self._keep(Given(number, day))

    def tick(self, *, hub: bool) -> Ask | None:
        """Let time go by, and return what to ask of the hub now, if anything.

        Args:
            hub: whether it is there.
        """
        self._try_storage()
        if hub:
            self._adopt()
        self._keep_word()
        self._look()
        catalogue = self._catalogue
        if not hub or catalogue is None or catalogue is not self._latest:
            return None  # the hub is away, or not in the day of this journal
        return self._handover.question(self._ledger, catalogue, self._present())

    def answered(self, request_id: str, reply: AnyReply | None) -> None:
        """Take in the hub's answer to what ``tick`` returned; None if it did not come in time."""
        if isinstance(reply, Refused) and reply.code != "stale":
            log.warning("the hub refuses what was printed here: %s %s", reply.code, reply.advice)
        self._handover.answered(request_id, reply, self._present())
        self._look()

    def close(self) -> None:
        """Let go of the journal."""
        if self._journal is not None:
            self._journal.close()

    # -- giving numbers --------------------------------------------------------------------------------------------

    def _next(self, request_id: str, offered: str, *, priority: bool, asked: bool) -> Issued | None:
        catalogue, now = self._catalogue, self._now()
        if catalogue is None or self._journal is None:
            return None
        time = offline.moment(self._anchor, now)
        service = offline.service_of(catalogue, offered)
        why = offline.hindrance(catalogue, self._node, offered, time, self._ledger.unknown_to(catalogue.seq))
        if why or service is None or offline.phase(catalogue.lease, time) != "open":
            log.info("no number is given alone for %s now: %s", offered, why or "outside opening hours")
            return None
        series, letter = catalogue.lease.series[service], catalogue.lease.letters[self._node]
        prefix = series.prefix + letter
        count = self._ledger.next_count(prefix, catalogue.lease.highest.get(prefix, 0))
        return Issued(
            offline.number(series, letter, count),
            service,
            self._ledger.day,
            request_id,
            now.boot,
            now.up,
            time.at if time.exact else None,
            priority,
            request_id if asked else None,
        )

    def _ticket(self, record: Issued, offered: str) -> IssuedTicket:
        return IssuedTicket(record.number, offered, record.day, record.at or 0, offline.UNKNOWN, record.priority)

    @property
    def _catalogue(self) -> Catalogue | None:
        """The catalogue whose lease is in force: that of the journal's day."""
        shown = self._shown
        return shown if shown is not None and shown.day == self._ledger.day else None

    # -- what the hub says -----------------------------------------------------------------------------------------

    def _adopt(self) -> None:
        catalogue, now = self._latest, self._now()
        if catalogue is None:
            return
        if catalogue.day < self._ledger.day and (self._ledger.given or not catalogue.lease.ends_at):
            return  # only a day in which nothing was given may turn out to have been a mistake
        if catalogue.lease.ends_at and catalogue.day != self._ledger.day and not self._turn(catalogue, now):
            return
        before, self._shown = self._shown, catalogue
        if before is None or _essence(before) != _essence(catalogue):
            self._begin_again()
            self._kept_at = now.up - KEEP_MS
        if self._said_by == self._boot != self._compared_with:
            self._compared_with = self._boot
            self._compare(catalogue)

    def _compare(self, catalogue: Catalogue) -> None:
        """See whether a hub that has just started still has what it had taken in."""
        if catalogue.day == self._ledger.day and catalogue.seq < self._ledger.acknowledged():
            log.warning("the hub has lost what it had acknowledged; the numbers given alone are put to it again")
            self._keep(Forgotten())

    def _keep_word(self) -> None:
        """Keep what the hub said last, and what time it is, for after a power cut."""
        now = self._now()
        if self._shown is None or now.up - self._kept_at < KEEP_MS:
            return
        self._kept_at = now.up
        anchor, time = self._anchor, offline.moment(self._anchor, now)
        if anchor is not None and time.exact:
            anchor = replace(anchor, up=now.up, at=time.at)
        kept = Kept(self._shown, anchor)
        self._store(lambda journal: journal.keep(kept))

    def _turn(self, catalogue: Catalogue, now: Now) -> bool:
        """Begin the catalogue's day; tell whether that is done."""
        time = offline.moment(self._anchor, now)
        if not time.exact or self._anchor is None:
            return False
        ends_at, rate, day = catalogue.lease.ends_at, self._anchor.rate, self._ledger.day
        records, lost = self._ledger.turned(catalogue.day, now, time.at, rate, ends_at)
        if self._journal is None:
            self._ledger = Ledger(records)
            return True
        if lost:
            log.error("%s: %d numbers given alone never reached the hub", day, len(lost))
        if (lost and not self._store(lambda journal: journal.leave_over(day, lost))) or not self._store(
            lambda journal: journal.replace(records)
        ):
            return False
        self._ledger = Ledger(records)
        self._handover.forget()
        return True

    def _begin_again(self) -> None:
        self._ledger.release()
        self._handover.changed()

    def _present(self) -> Present:
        now, anchor = self._now(), self._anchor
        return Present(now, offline.moment(anchor, now), anchor.rate if anchor else 1.0, self._boot)

    # -- the disk --------------------------------------------------------------------------------------------------

    def _try_storage(self) -> None:
        works = self._journal is not None and not self._fault
        if works or self._now().up - self._tried_at < RETRY_MS:
            return
        self._tried_at = self._now().up
        if self._journal is not None:
            self._store(lambda journal: journal.probe())
            return
        try:
            self._journal = Journal(self._folder)
        except JournalFault as fault:
            self._fail(fault)
            return
        self._fault = None
        self._ledger = Ledger(self._journal.records)
        self._resume(self._journal.kept())

    def _resume(self, kept: Kept | None) -> None:
        """Go on from what the hub said last."""
        if kept is None:
            return
        try:  # it was a hub's word, but who knows of which release
            self._view(kept.catalogue, offline.moment(kept.anchor, self._now()))
        except Exception:
            log.exception("what the hub said last makes no sense; no numbers are given alone until it has spoken")
            return
        self._shown, self._anchor = self._shown or kept.catalogue, self._anchor or kept.anchor
        if not self._ledger.day and self._ledger.doubtful:
            self._keep(Opened(kept.catalogue.day))  # the record of that is lost, and no number tells

    def _keep(self, record: AnyRecord) -> bool:
        """Write a record down and act on it; tell whether it is durable. A number that is not is not given."""
        durable = self._store(lambda journal: journal.append(record))
        if durable or not isinstance(record, Issued):
            self._ledger.apply(record)
        return durable

    def _store(self, write: Callable[[Journal], None]) -> bool:
        if self._journal is None:
            return False
        try:
            write(self._journal)
        except JournalFault as fault:
            self._fail(fault)
            return False
        self._fault = None
        return True

    def _fail(self, fault: JournalFault) -> None:
        if self._fault is None or str(fault) != str(self._fault):
            log.error("%s", fault)
        self._fault = fault

    # -- what others see -------------------------------------------------------------------------------------------

    def _look(self) -> None:
        view = self._view(self._shown, offline.moment(self._anchor, self._now()))
        if view != self.view:
            self.view = view
        self.parts = health(self._node, self._fault, self._catalogue, self._ledger)

    def _view(self, shown: Catalogue | None, time: Circumstances) -> View:
        if shown is None:
            return View()
        used = self._ledger.unknown_to(shown.seq)
        why = {state.id: offline.hindrance(shown, self._node, state.id, time, used) for state in shown.services}
        may = self._catalogue is not None and self._journal is not None and not self._fault
        services = frozenset(service for service, hindered in why.items() if may and not hindered)
        return View(offline.shown_alone(shown, time, why), services)

    @property
    def time(self) -> tuple[Circumstances, Anchor | None]:
        """What is known of the time of day, and what from."""
        return offline.moment(self._anchor, self._now()), self._anchor


def _essence(catalogue: Catalogue) -> tuple[object, ...]:
    """Return what of a catalogue is kept at once when it changes: everything but the figures of the queue."""
    lease = catalogue.lease
    services = [(s.id, s.prefix, s.names, s.bring, s.group, s.services, s.open) for s in catalogue.services]
    series = {key: (s.prefix, s.digits, s.until) for key, s in lease.series.items()}
    return catalogue.day, catalogue.office, services, lease.letters, lease.spans, lease.ends_at, series
