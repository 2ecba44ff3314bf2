"""What a kiosk has printed today, and what of it the hub has (pure): a fold over the records of its journal.

Every change is a record that is durable before anything follows from it. Whatever is asked here is answered the same
after a power cut, from the records that were on the disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from appliance.units import DAY
from appliance.wire.messages import OfflineTicket, ServiceId, TicketNumber
from kiosk.alone.lease import Now, parts

MOST_IN_A_BATCH: Final = 500


class Record(msgspec.Struct, frozen=True, tag_field="is", tag=str.lower, omit_defaults=True):
    """One line of the journal."""


class Opened(Record, frozen=True):
    """The first record: a business day has begun.

    ``highest``: counts given already, by prefix. ``left_over``: numbers of the day before that never reached the hub.
    """

    day: str
    highest: dict[str, int] = {}
    left_over: tuple[str, ...] = ()


class Issued(Record, frozen=True):
    """A number that this kiosk has given alone; it is printed after this.

    ``id`` and ``instead_of`` as on the wire. ``boot`` and ``up`` are the machine's run and its elapsed time; ``at`` is
    the office's time, None if nobody knew it.
    """

    number: str
    service: str
    day: str
    id: str
    boot: str
    up: int
    at: int | None = None
    priority: bool = False
    instead_of: str | None = None


class Given(Record, frozen=True):
    """A number that the hub gave out here."""

    number: str
    day: str


class Sent(Record, frozen=True):
    """Numbers that are put to the hub under one request ``id``, in the order of printing."""

    id: str
    numbers: tuple[str, ...]


class Taken(Record, frozen=True):
    """The hub has durably taken in what was sent under ``id``; ``seq`` is its last event then."""

    id: str
    seq: int


class Refused(Record, frozen=True):
    """The hub took nothing of what was sent under ``id``. ``alone``: it was about one number, which is kept aside."""

    id: str
    code: str
    alone: bool = False


class Forgotten(Record, frozen=True):
    """The hub has lost events that it had acknowledged: a backup was restored. Everything is put to it again."""


class Unreadable(Record, frozen=True):
    """Records before this one are lost to a bad disk: so many ``lines``, in which were at most so many ``numbers``."""

    lines: int
    numbers: int


AnyRecord = Opened | Issued | Given | Sent | Taken | Refused | Forgotten | Unreadable


class Ledger:
    """One business day of a kiosk's own numbers."""

    def __init__(self, records: Iterable[AnyRecord] = ()) -> None:
        self.day = ""
        self.left_over: tuple[str, ...] = ()
        self.issued: dict[str, Issued] = {}
        """By number, in the order of printing."""
        self.taken: dict[str, int] = {}
        """The hub's last event when it took a number in, by number."""
        self.aside: dict[str, str] = {}
        """Why the hub refused a number, by number."""
        self.sent: Sent | None = None
        """What the hub was asked and has not answered."""
        self.refusal = ""
        """Why the hub refused the last batch; empty if it took it."""
        self.unreadable = 0
        """Records that are lost to a bad disk."""
        self._given: dict[str, dict[str, int]] = {}
        self.doubtful = 0
        """Numbers that may have been in them."""
        self._certain: set[str] = set()
        """Prefixes of which a number was given after the last loss."""
        for record in records:
            self.apply(record)

    def apply(self, record: AnyRecord) -> None:
        """Take one record in."""
        match record:
            case Opened():
                self.day, self.left_over = record.day, record.left_over
                self._given.setdefault(record.day, {}).update(record.highest)
            case Issued():
                self.day = self.day or record.day  # the first record may be lost
                self.issued[record.number] = record
                self._certain.add(parts(record.number)[0])
                self._note(record.number, record.day)
            case Given():
                self.day = self.day or record.day
                self._note(record.number, record.day)
            case Sent():
                known = tuple(number for number in record.numbers if number in self.issued)
                self.sent = replace(record, numbers=known) if known else None
            case Unreadable():
                self.unreadable += record.lines
                self.doubtful += record.numbers
                self._certain.clear()
            case Taken() if self.sent is not None and self.sent.id == record.id:
                self.taken |= dict.fromkeys(self.sent.numbers, record.seq)
                self.sent, self.refusal = None, ""
            case Refused() if self.sent is not None and self.sent.id == record.id:
                if record.alone:
                    self.aside |= dict.fromkeys(self.sent.numbers, record.code)
                self.sent, self.refusal = None, record.code
            case Forgotten():
                self.taken, self.sent = {}, None

    def highest(self) -> dict[str, int]:
        """Return the highest count given today, here, by prefix: by the hub (A) and alone (AX)."""
        return self._given.get(self.day, {})

    def next_count(self, prefix: str, known: int) -> int:
        """Return the count of the next number under a prefix: above every one that can be on paper.

        Args:
            prefix: of this kiosk's own.
            known: the highest count that the hub knows of.
        """
        lost = 0 if prefix in self._certain else self.doubtful
        return max(self.highest().get(prefix, 0), known) + lost + 1

    @property
    def given(self) -> bool:
        """Tell whether any number was given today, here, by the hub or alone."""
        return bool(self.issued or self.highest())

    def of_request(self, request_id: str) -> Issued | None:
        """Return the number that was given alone under this id, if any."""
        return next((ticket for ticket in reversed(self.issued.values()) if ticket.id == request_id), None)

    def unknown_to(self, seq: int) -> Counter[str]:
        """Return, by service, how many numbers given alone a hub's word of ``seq`` cannot have counted."""
        return Counter(t.service for t in self.issued.values() if self.taken.get(t.number, seq + 1) > seq)

    def acknowledged(self) -> int:
        """Return the hub's latest event of which it told this kiosk when it took numbers in."""
        return max(self.taken.values(), default=0)

    def outstanding(self) -> list[str]:
        """Return the numbers that the hub has not taken in, in the order of printing."""
        return [number for number in self.issued if number not in self.taken]

    def due(self, letter: str, most: int = MOST_IN_A_BATCH) -> tuple[str, ...]:
        """Return what to put to the hub next, in the order of printing.

        Args:
            letter: of this kiosk's series; numbers under a letter that it had before would be refused.
            most: at most so many.
        """
        wanted = [n for n in self.outstanding() if n not in self.aside and parts(n)[0].endswith(letter)]
        return tuple(wanted[:most])

    def wire(self, numbers: Sequence[str], now: Now, at: int | None, rate: float) -> tuple[OfflineTicket, ...]:
        """Return numbers as the hub takes them, with their ages; arguments as for ``ages``."""
        tickets = list(self.issued.values())
        old = dict(zip(self.issued, ages(tickets, now, at, rate), strict=True))
        wanted = [self.issued[number] for number in numbers]
        return tuple(
            OfflineTicket(TicketNumber(t.number), ServiceId(t.service), old[t.number], t.id, t.priority, t.instead_of)
            for t in wanted
        )

    def turned(self, day: str, now: Now, at: int, rate: float, ends_at: int) -> tuple[list[AnyRecord], list[Issued]]:
        """Begin another business day.

        Numbers that were printed while nobody knew the time may belong to the new day, as far as their age tells.

        Args:
            day: the new one.
            now: the present on this machine.
            at: the office's time.
            rate: office seconds in a real one.
            ends_at: when the new day ends, on the office's clock.

        Returns:
            The records of the new day's journal, and the tickets of the old day that never reached the hub.
        """
        kept: list[Issued] = []
        lost: list[Issued] = []
        tickets = list(self.issued.values())
        for ticket, age in zip(tickets, ages(tickets, now, at, rate), strict=True):
            if ticket.number not in self.taken:
                of_today = ticket.at is None and at - age >= ends_at - DAY
                (kept if of_today else lost).append(ticket)
        opened = Opened(day, self._given.get(day, {}), tuple(ticket.number for ticket in lost))
        # Of the lost records some may have been of today as well.
        doubtful = [Unreadable(0, self.doubtful)] if kept and self.doubtful else []
        return [opened, *(replace(ticket, day=day) for ticket in kept), *doubtful], lost

    def release(self) -> None:
        """Let numbers that were kept aside be put to the hub once more: something has changed there."""
        self.aside = {}

    def _note(self, number: str, day: str) -> None:
        prefix, count = parts(number)
        counts = self._given.setdefault(day, {})
        counts[prefix] = max(count, counts.get(prefix, 0))


def ages(tickets: Sequence[Issued], now: Now, at: int | None, rate: float) -> list[int]:
    """Return how long ago each ticket was printed, in office milliseconds, never against the order of printing.

    Within one run of the machine that is its elapsed time. For a ticket of an earlier run it is what the hub's clock
    told then and tells now; without that, at least as long as the machine has been running.

    Args:
        tickets: in the order of printing.
        now: the present on this machine.
        at: the office's time, None if nobody knows it.
        rate: office seconds in a real one.
    """
    found = [_age(ticket, now, at, rate) for ticket in tickets]
    for place in range(len(found) - 2, -1, -1):
        found[place] = max(found[place], found[place + 1])
    return found


def _age(ticket: Issued, now: Now, at: int | None, rate: float) -> int:
    if ticket.boot == now.boot:
        return int(max(0, now.up - ticket.up) * rate)
    running = int(now.up * rate)
    return running if ticket.at is None or at is None else max(running, at - ticket.at)
