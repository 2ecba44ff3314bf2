"""How numbers that a kiosk gave alone get to the hub (pure): exactly once, in the order of printing, whatever fails.

A batch is written down under its request id before it is sent, and sent under that id until the hub answers. The hub
does a request once; a refusal changes nothing there, so what it refused is put to it under another id later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from appliance.wire.messages import Accepted, AnyReply, Catalogue, MergeOffline, Printed, Refused
from kiosk.alone import ledger
from kiosk.alone.lease import Circumstances, Now
from kiosk.alone.ledger import MOST_IN_A_BATCH, AnyRecord, Ledger, Sent, Taken

AGAIN_MS: Final = 1_000
"""Real time until the hub is asked again that did not answer, or that decided nothing."""
LATER_MS: Final = 15_000
"""Real time until the hub is asked again that refused; after each further refusal it doubles."""
LATEST_MS: Final = 600_000
NEAR_THE_END_MS: Final = 15_000
"""Real time before the day's end from which nothing is sent: under way, it could end up in another day."""
_ABOUT_ONE: Final = {"wrong_series", "beyond_paper", "unknown_service", "malformed", "error"}
"""Refusals for the sake of a single number: which it is, is found by halves."""
_NOT_NOW: Final = {"office_closed", "training"}
"""Refusals of what was printed that end with the state of the hub, which opens its day when it knows the time."""
_UNDECIDED: Final = {"stale", "storage", "busy"}
"""The same request may be repeated."""


class Ask(msgspec.Struct, frozen=True):
    """A request to the hub."""

    id: str
    body: MergeOffline | Printed


class Present(msgspec.Struct, frozen=True):
    """What is so at this moment. ``boot`` names the hub's run, ``rate`` is office seconds in a real one."""

    now: Now
    time: Circumstances
    rate: float
    boot: str


class Handover:
    """Asks one thing at a time.

    Args:
        node: this kiosk's name.
        new_id: makes request ids.
        keep: writes a record down and has the ledger take it in.
    """

    def __init__(self, node: str, new_id: Callable[[], str], keep: Callable[[AnyRecord], object]) -> None:
        self._node = node
        self._new_id = new_id
        self._keep = keep
        self._asked: Ask | None = None
        self._told_boot = ""
        self._wait_until = 0
        self._patience = LATER_MS
        self._most = MOST_IN_A_BATCH

    def question(self, book: Ledger, catalogue: Catalogue, present: Present) -> Ask | None:
        """Return what to ask of the hub now, if anything; ``answered`` is expected for it.

        Args:
            book: of the catalogue's day.
            catalogue: the hub's latest.
            present: the present.
        """
        if self._asked is not None or present.now.up < self._wait_until or not catalogue.lease.ends_at:
            return None
        self._asked = self._report(book, present) or self._batch(book, catalogue, present)
        return self._asked

    def answered(self, request_id: str, reply: AnyReply | None, present: Present) -> None:
        """Take in the hub's answer; None if it did not come in time."""
        asked = self._asked
        if asked is None or asked.id != request_id:
            return
        self._asked = None
        if reply is None or (isinstance(reply, Refused) and reply.code in _UNDECIDED):
            self._wait_until = present.now.up + AGAIN_MS
        elif isinstance(asked.body, Printed) and isinstance(reply, Refused) and reply.code in _NOT_NOW:
            self._wait_until = present.now.up + LATER_MS
        elif isinstance(asked.body, Printed):
            self._told_boot = present.boot
        elif isinstance(reply, Accepted):
            self._keep(Taken(request_id, reply.seq))
            self._most, self._patience = min(MOST_IN_A_BATCH, 2 * self._most), LATER_MS
        else:
            self._refused(request_id, reply.code, len(asked.body.tickets), present.now)

    def changed(self) -> None:
        """Something is different at the hub: what it refused it may take now."""
        self._wait_until, self._patience, self._most = 0, LATER_MS, MOST_IN_A_BATCH

    def forget(self) -> None:
        """Another day has begun: an answer about the old one no longer matters."""
        self._asked = None

    def _report(self, book: Ledger, present: Present) -> Ask | None:
        """Tell a hub that has just started what has been printed here: it may come from a backup."""
        if present.boot == self._told_boot:
            return None
        if book.highest():
            return Ask(self._new_id(), Printed(book.day, dict(book.highest())))
        self._told_boot = present.boot
        return None

    def _batch(self, book: Ledger, catalogue: Catalogue, present: Present) -> Ask | None:
        letter = catalogue.lease.letters.get(self._node)
        if letter is None or present.time.at + NEAR_THE_END_MS * present.rate >= catalogue.lease.ends_at:
            return None
        if book.sent is None:
            numbers = book.due(letter, self._most)
            if not numbers:
                return None
            self._keep(Sent(self._new_id(), numbers))
        sent = book.sent
        if sent is None:
            return None
        at = present.time.at if present.time.exact else None
        return Ask(sent.id, MergeOffline(book.wire(sent.numbers, present.now, at, present.rate)))

    def _refused(self, request_id: str, code: str, count: int, now: Now) -> None:
        about_one = code in _ABOUT_ONE
        self._keep(ledger.Refused(request_id, code, alone=about_one and count == 1))
        if about_one:
            self._most = max(1, count // 2)
            return
        self._wait_until = now.up + self._patience
        self._patience = min(2 * self._patience, LATEST_MS)
