"""All about accounts behind one lock: what is asked of them, in one durable transaction each."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from appliance.people import Permission, Role
from appliance.store.accounts import first_code, hashing, opening, people_table, sessions, tokens, tries
from appliance.store.accounts.kept import ApiToken, NotAccepted, NotLetIn, Person, Session
from appliance.store.accounts.people_table import Row
from appliance.store.accounts.running_time import RunningTime
from appliance.store.database import Damaged, StorageFault, told
from appliance.units import SECOND

log = logging.getLogger(__name__)

_MOST_AT_ONCE: Final = 8
"""Sign-ins that may wait for their turn to be hashed; more than these are told to come again."""
_COME_AGAIN_MS: Final = 2 * SECOND


class Accounts:
    """Who may enter. Any thread may call; secrets are hashed one at a time, while everything else goes on.

    Args:
        file: the SQLite file; made, with its folder, if absent. Only its owner may read it; in a folder that is
            its owner's and a group's alone, that group as well.
        now: milliseconds of a monotonic clock.
        read_only: whether nothing is ever written; then the file must be there.

    Raises:
        StorageFault: from every method as well: the file or its disk failed, and nothing of that call was kept.
    """

    def __init__(self, file: Path, now: Callable[[], int], *, read_only: bool = False) -> None:
        self._file = file
        self._lock = threading.RLock()
        self._hasher = hashing.Hasher()
        self._room = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._one_by_one = threading.Lock()
        self._use_unnoted = False
        self._ended = sessions.Unwritten()
        self._database = None if read_only else opening.to_write(file)
        self._db = opening.to_read(file) if self._database is None else self._database.connection
        with told(file):
            self._running = RunningTime(self._db, now)

    def close(self) -> None:
        """Close the file."""
        self._hasher.close()
        with self._lock:
            if self._database is None:
                return self._db.close()
            with contextlib.suppress(StorageFault):  # sessions last a minute longer, that is all
                self._keep_time()
            return self._database.close()

    def keep_time(self) -> None:
        """Have the running time saved if it is due. Call it now and then: a restart must know of idle hours."""
        with self._lock:
            if self._running.due:
                self._keep_time()

    # -- people --------------------------------------------------------------------------------------------------------

    def people(self) -> list[Person]:
        """Return everybody, by name; also who may not enter any more."""
        with self._reading() as db:
            return [row.person for row in people_table.everybody(db)]

    def person(self, name: str) -> Person | None:
        """Return who is called ``name``; capitals do not count."""
        with self._reading() as db:
            row = people_table.called(db, name)
        return row.person if row else None

    def has_administrator(self) -> bool:
        """Tell whether somebody can sign in who runs the system."""
        with self._reading() as db:
            return people_table.has_administrator(db)

    def add(self, name: str, role: Role, *, password: str = "", pin: str = "") -> Person:
        """Add somebody; with neither password nor PIN they cannot enter yet.

        Raises:
            NotAccepted: ("name", "shape" | "taken" | "too_many"), ("password", "too_short" | "too_long" | "too_simple"
                | "unseen"), ("pin", "shape" | "too_simple").
        """
        name = people_table.checked(name)
        if self.person(name) is not None:
            raise NotAccepted("name", "taken")
        kept = self._hasher.kept_password(password, name), self._hasher.kept_pin(pin)
        with self._writing() as (db, _):
            return people_table.insert(db, name, role, *kept).person

    def change(
        self,
        name: str,
        *,
        role: Role | None = None,
        active: bool | None = None,
        password: str | None = None,
        pin: str | None = None,
    ) -> Person:
        """Change what is not None; an empty password or PIN is taken away. Whatever is changed ends their sessions.

        Raises:
            NotAccepted: as for ``add``; ("name", "unknown"); ("role", "last_administrator") if nobody were left who
                runs the system.
        """
        with self._reading() as db:
            people_table.known(db, name)
        kept_password = self._hasher.kept_password(password, name) if password is not None else None
        kept_pin = self._hasher.kept_pin(pin) if pin is not None else None
        with self._writing() as (db, _):
            before = people_table.known(db, name)
            after = replace(
                before,
                role=before.role if role is None else role,
                active=before.active if active is None else active,
                password=before.password if password is None else kept_password,
                pin=before.pin if pin is None else kept_pin,
            )
            if after != before:
                people_table.update(db, after)
                sessions.end_all(db, after)
                tries.forget(db, tries.account(name))
            return after.person

    # -- signing in ----------------------------------------------------------------------------------------------------

    def sign_in(self, name: str, secret: str, address: str) -> tuple[str, Session]:
        """Let somebody in by password or PIN; return the session's token, which is kept nowhere, and the session.

        Args:
            name: as typed.
            secret: as typed; a PIN if it has a PIN's shape.
            address: where it was typed.

        Raises:
            NotLetIn: if they did not prove who they are.
        """
        with self._turn(name, address):
            row = self._proven(name, secret, address)
            with self._writing() as (db, now):
                self._let_in(db, row, address, now)
                return sessions.begin(db, row, address, now)

    def with_pin(self, number: str, pin: str) -> Person:
        """Return who has this staff number, if the PIN is theirs; also where the file is only read.

        Tries are not counted here: whoever asks must count them, or one number after the other can be tried.

        Raises:
            NotLetIn: "wrong", or "inactive".
        """
        with self._reading() as db:
            row = people_table.numbered(db, number)
        if not self._fits(pin, row.pin if row else None) or row is None:
            raise NotLetIn("wrong")
        if not row.active:
            raise NotLetIn("inactive")
        return row.person

    def session(self, token: str) -> Session | None:
        """Return the session that ``token`` opens, if it has not ended; this counts as using it."""
        with self._lock:
            with self._reading() as db:
                now = self._running()
                kept = sessions.find(db, token, now)
            if kept is None or token in self._ended:
                return None
            if now - kept.seen >= sessions.SEEN_EVERY_MS and self._database is not None:
                self._note_use(lambda db, at: sessions.touch(db, kept, at))
            return kept.told(now, token)

    def stands(self, token: str) -> bool:
        """Tell whether a page that ``token`` opened may stay open: nobody ended its session, and it is not too old.

        Looking on is no use of a session: a screen that hangs on a wall is touched by nobody.
        """
        with self._reading() as db:
            return token not in self._ended and sessions.stands(db, token, self._running())

    def confirm(self, token: str, secret: str, address: str) -> Session:
        """Have somebody who is signed in prove themselves anew, before something dangerous; it holds for 5 minutes.

        Raises:
            NotLetIn: if they did not; also if the session has ended.
        """
        session = self.session(token)
        if session is None:
            raise NotLetIn("wrong")
        with self._turn(session.person.name, address):
            row = self._proven(session.person.name, secret, address)
            with self._writing() as (db, now):
                self._let_in(db, row, address, now)
                kept = sessions.find(db, token, now)
                if kept is None or kept.row.id != row.id:
                    raise NotLetIn("wrong")
                return sessions.confirm(db, kept, now).told(now, token)

    def sign_out(self, token: str) -> bool:
        """End the session that ``token`` opens, if any; tell whether the disk took it. If not, a restart undoes it."""
        with self._lock:
            with contextlib.suppress(StorageFault):
                if not self.stands(token):
                    return True
            self._ended.add(token)
            try:
                self._keep_time()  # and with it what has ended
            except StorageFault as error:
                log.critical("%s; a session that was ended may open again after a restart", error)
                return False
            return True

    def sessions(self, name: str) -> list[Session]:
        """Return where somebody is signed in, the place that was used last first; nothing of it opens a session."""
        with self._reading() as db:
            row, now = people_table.called(db, name), self._running()
            return [kept.told(now) for kept in self._ended.hide(sessions.of(db, row)) if kept.holds(now)] if row else []

    def end_sessions(self, name: str) -> None:
        """End all sessions of somebody.

        Raises:
            NotAccepted: ("name", "unknown").
        """
        with self._writing() as (db, _):
            sessions.end_all(db, people_table.known(db, name))

    # -- tokens of other systems ---------------------------------------------------------------------------------------

    def make_token(self, label: str, scopes: frozenset[Permission], days: int | None, by: str) -> tuple[ApiToken, str]:
        """Make a token for another system; return what is kept of it, and the token itself, to be shown once.

        Args:
            label: what it is for.
            scopes: what it may do; whether ``by`` may do all that is the caller's matter.
            days: of running time for which it holds; None without end.
            by: who makes it.

        Raises:
            NotAccepted: ("label", "shape" | "too_many"), ("scopes", "none"), ("days", "range").
        """
        with self._writing() as (db, now):
            return tokens.make(db, label, scopes, days, by, now)

    def token(self, presented: str) -> ApiToken | None:
        """Return the token that another system presented, if it holds; this counts as using it."""
        with self._lock:
            with self._reading() as db:
                now = self._running()
                kept = tokens.find(db, presented, now)
            if kept is None:
                return None
            if (kept.used is None or now - kept.used >= tokens.USED_EVERY_MS) and self._database is not None:
                self._note_use(lambda db, at: tokens.use(db, kept, at))
            return kept.told(now)

    def tokens(self) -> list[ApiToken]:
        """Return all tokens, the newest first; also what was revoked or has ended."""
        with self._reading() as db:
            now = self._running()
            return [kept.told(now) for kept in tokens.every(db)]

    def revoke_token(self, id: str) -> None:  # noqa: A002  # the field's name
        """Let a token open nothing any more.

        Raises:
            NotAccepted: ("id", "unknown").
        """
        with self._writing() as (db, _):
            tokens.revoke(db, id)

    # -- the first administrator ---------------------------------------------------------------------------------------

    def first_code(self) -> str:
        """Return a new code for the first administrator; it holds for 30 minutes, and the one before does not any more.

        Raises:
            NotAccepted: ("code", "has_administrator").
        """
        with self._writing() as (db, now):
            return first_code.make(db, now)

    def claim(self, code: str, name: str, password: str, address: str) -> tuple[str, Session]:
        """Make the first administrator out of whoever has the code, and sign them in.

        Raises:
            NotLetIn: if that is not the code, or there is an administrator.
            NotAccepted: as for ``add``; the code holds on.
        """
        where = tries.address(address)
        with self._writing() as (db, now):
            early = tries.knock(db, (where,), now)
            fits = not early and first_code.fits(db, code, now)
            if fits:
                tries.forget(db, where)
            wait = tries.wait_of(db, (where,), now)
        if not fits:
            raise NotLetIn("wait" if early else "wrong", wait)
        name = people_table.checked(name)
        if self.person(name) is not None:
            raise NotAccepted("name", "taken")
        kept = self._hasher.kept_password(password or " ", name)
        with self._writing() as (db, now):
            if not first_code.fits(db, code, now):
                raise NotLetIn("wrong")
            row = people_table.insert(db, name, Role.ADMINISTRATOR, kept, None)
            first_code.spend(db)
            return sessions.begin(db, row, address, now)

    # -- within --------------------------------------------------------------------------------------------------------

    @contextmanager
    def _turn(self, name: str, address: str) -> Iterator[None]:
        """Let one try after the other be looked at: none counts as wrong for others while it is found to be right."""
        with self._reading() as db:
            wait = tries.wait_of(db, (tries.account(name), tries.address(address)), self._running())
        if wait:  # whoever is shut out takes no room from those who are not
            raise NotLetIn("wait", wait)
        if not self._room.acquire(blocking=False):
            raise NotLetIn("wait", _COME_AGAIN_MS)
        try:
            with self._one_by_one:
                yield
        finally:
            self._room.release()

    def _proven(self, name: str, secret: str, address: str) -> Row:
        """Return who is called ``name`` if ``secret`` is theirs; the try stays counted until ``_let_in``."""
        parties = tries.account(name), tries.address(address)
        with self._writing() as (db, now):
            early = tries.knock(db, parties, now)
            row = people_table.called(db, name)
            wait = tries.wait_of(db, parties, now)
        if early:
            raise NotLetIn("wait", wait)
        if not self._fits(secret, row.kept_for(secret) if row else None) or row is None:
            raise NotLetIn("wrong", wait)
        if not row.active:
            raise NotLetIn("inactive", wait)
        return row

    def _fits(self, secret: str, kept: str | None) -> bool:
        try:
            return self._hasher.fits(secret, kept)
        except ValueError as error:
            raise Damaged(self._file, str(error)) from error

    @staticmethod
    def _let_in(db: sqlite3.Connection, row: Row, address: str, now: int) -> None:
        """Take back the try of somebody who was right, unless they were changed while that was found out."""
        if people_table.with_id(db, row.id) != row:
            raise NotLetIn("wrong")
        tries.passed(db, tries.account(row.name), tries.address(address), now)

    def _note_use(self, noted: Callable[[sqlite3.Connection, int], None]) -> None:
        """Note that something is used. A disk that takes nothing puts nobody out: they may be about to mend it."""
        try:
            with self._writing() as (db, now):
                noted(db, now)
        except StorageFault as error:
            if not self._use_unnoted:
                log.warning("%s; sessions end as if nobody had used them since", error)
            self._use_unnoted = True
            return
        self._use_unnoted = False

    def _keep_time(self) -> None:
        with self._writing() as (db, _):
            self._running.save(db)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self._file):
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """Run one durable transaction at a moment of running time."""
        if self._database is None:
            raise StorageFault(f"{self._file}: was opened to be read only")
        with self._lock:
            with self._database.transaction() as db:
                if self._running.due:
                    self._running.save(db)
                self._ended.write(db)
                yield db, self._running()
            self._ended.clear()
