"""Staff numbers and PINs, as the accounts have them, and a door that makes guessing slow, for each person and place.

A try is counted, and on the disk, before the PIN is looked at, in a file of the hub's own: the accounts are the web's.
A place waits long, a person never does, so that nobody is locked out everywhere by what somebody tries at one kiosk.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from appliance.node import durable_file
from appliance.node.durable_file import Unreadable
from appliance.people import Permission, may
from appliance.store.accounts import Accounts, NotLetIn, Person
from appliance.store.accounts.tries import ACCOUNT, ADDRESS, FORGOTTEN_MS, Limit
from appliance.store.database import StorageFault

log = logging.getLogger(__name__)

MEMORY: Final = "wrong-staff-pins.json"
"""The file beside the database in which tries are counted."""
AGAIN_MS: Final = 10_000
"""So long a file that cannot be read is left alone."""
MOST: Final = 200
_MOST_WRONG: Final = 100
PLACE: Final = ADDRESS
PERSON: Final = ACCOUNT


class _Tries(msgspec.Struct):
    wrong: dict[str, int] = {}


class _Count(msgspec.Struct):
    """How often somebody or some place was wrong in a row, when last, and until when nothing is looked at."""

    limit: Limit
    wrong: int = 0
    last: int = 0
    shut_until: int = 0

    def add(self, by: int, now: int) -> None:
        self.wrong = max(0, min(_MOST_WRONG, self.wrong + by))
        self.last = now
        self.shut_until = now + (self.limit.after(self.wrong) if by > 0 else 0)


class StaffPins:
    """Tells people by their numbers and PINs.

    Args:
        accounts: the file that the web writes; it need not be there.
        memory: file of the counts.
        now: milliseconds of a monotonic clock. How much of a wait had passed is not known after a restart.
    """

    def __init__(self, accounts: Path, memory: Path, now: Callable[[], int]) -> None:
        self._accounts = accounts
        self._memory = memory
        self._now = now
        self._seen: tuple[int, ...] = ()
        self._exist = False
        self._again_at = 0
        self._counts: dict[str, _Count] = {}
        for key, wrong in self._remembered().items():
            self._count(key).add(wrong, now())

    def exist(self) -> bool:
        """Tell whether people's own PINs count: from the first on that may say what time it is; all who may also enter.

        Else an office whose front desk alone has PINs could set no clock. It is looked up only when the file has
        changed; call it often. A file that cannot be read changes nothing about the answer: it is logged, and
        tried again.
        """
        try:
            there = self._accounts.stat()
        except OSError:  # it is not there, or its folder is not ours to enter: the web is not installed
            self._seen, self._exist = (), False
            return False
        seen = (there.st_ino, there.st_mtime_ns, there.st_ctime_ns, there.st_size)
        if seen != self._seen and self._now() >= self._again_at:
            try:
                with contextlib.closing(self._opened()) as accounts:
                    self._exist = any(_counts(person) for person in accounts.people())
                self._seen = seen
            except StorageFault as error:
                log.warning("%s; who has a staff number is not known", error)
                self._again_at = self._now() + AGAIN_MS
        return self._exist

    def identify(self, number: str, pin: str, place: str) -> Person:
        """Return who has this number, if the PIN is theirs.

        Args:
            number: of a member of staff.
            pin: as typed.
            place: the node at which it was typed.

        Raises:
            NotLetIn: "wrong", or "wait" if nothing was looked at; with how long nothing more will be.
            StorageFault: if the accounts cannot be read.
        """
        now = self._now()
        person, at = self._count(f"person {number}"), self._count(f"place {place}")
        if wait := self._wait(person, at):
            raise NotLetIn("wait", wait)
        for count in (person, at):
            count.add(1, now)
        self._save()
        try:
            with contextlib.closing(self._opened()) as accounts:
                found = accounts.with_pin(number, pin)
        except NotLetIn as error:
            raise NotLetIn("wrong", self._wait(person, at)) from error
        # The place keeps what else was tried there: who has a PIN must not clear with it what they try for others'.
        person.add(-person.wrong, now)
        at.add(-1, now)
        self._save()
        return found

    def _opened(self) -> Accounts:
        return Accounts(self._accounts, self._now, read_only=True)

    def _wait(self, *counts: _Count) -> int:
        return max(0, *(count.shut_until - self._now() for count in counts))

    def _count(self, key: str) -> _Count:
        """Return the count of a person or place: nothing, if the last wrong try was long ago."""
        count = self._counts.get(key)
        if count is None or self._now() - count.last > FORGOTTEN_MS:
            count = self._counts[key] = _Count(PLACE if key.startswith("place") else PERSON)
        return count

    def _remembered(self) -> dict[str, int]:
        try:
            kept = durable_file.load(self._memory, _Tries) or _Tries()
        except Unreadable as error:
            log.warning("%s; wrong staff PINs are counted anew", error)
            kept = _Tries()
        return {key: max(0, wrong) for key, wrong in list(kept.wrong.items())[:MOST]}

    def _save(self) -> None:
        counts = sorted(self._counts.items(), key=lambda item: -item[1].last)[:MOST]
        self._counts = dict(counts)
        wrong = {key: count.wrong for key, count in counts if count.wrong}
        try:
            durable_file.save(self._memory, msgspec.json.encode(_Tries(wrong)))
        except OSError as error:
            log.warning("%s: %s; a restart forgets how many wrong PINs there were", self._memory, error.strerror)


def _counts(person: Person) -> bool:
    return person.active and person.has_pin and may(person.role, Permission.CLOCK_VOUCH)
