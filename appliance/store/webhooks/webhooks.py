"""All about webhooks behind one lock, in one durable transaction each."""

from __future__ import annotations

import base64
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from appliance.store.accounts.running_time import RunningTime
from appliance.store.database import Database, StorageFault, explain, told
from appliance.store.webhooks.kept import BACKOFF, DAY_MS, Due, Fate, Hook, NotAccepted, check

MIGRATIONS: Final = Path(__file__).with_name("migrations")
PRAGMAS: Final[dict[str, str | int]] = {
    "journal_mode": "wal",
    # A power cut may take the last moments back: something is then told twice, which its id shows.
    "synchronous": "normal",
    "busy_timeout": 5000,
    "foreign_keys": "on",
    "secure_delete": "on",
}
MOST_HOOKS: Final = 20
MOST_WAITING: Final = 1_000
"""Deliveries of one webhook that are not done; more than these stay in the log until there is room."""
MOST_FATES: Final = 300
"""Of one webhook, that are done or given up; older ones are forgotten."""
MOST_QUESTIONS: Final = 20_000
SECRET_BEGINS: Final = "whsec_"  # noqa: S105  # how such a secret begins
_HOOK: Final = "SELECT id, label, address, kinds, secret, active, made_by, cursor FROM hook"
_LANES: Final = """SELECT seq, kind, tries FROM delivery AS d WHERE hook = :hook AND state = 'waiting' AND due <= :now
    AND (subject = '' OR NOT EXISTS (SELECT 1 FROM delivery WHERE hook = d.hook AND state = 'waiting'
        AND subject = d.subject AND seq < d.seq)) ORDER BY seq LIMIT :most"""


class Webhooks:
    """Where other systems want to be told. Any thread may call.

    Args:
        file: the SQLite file; made, with its folder, if absent. Only its owner may read it: it has secrets in it.
        now: milliseconds of a monotonic clock.

    Raises:
        StorageFault: from every method as well: the file or its disk failed, and nothing of that call was kept.
    """

    def __init__(self, file: Path, now: Callable[[], int]) -> None:
        self._file = file
        self._lock = threading.RLock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise StorageFault(explain(file, error)) from error
        self._database = Database(file, MIGRATIONS, PRAGMAS, threads=True)
        with told(file):
            self._running = RunningTime(self._database.connection, now)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            with suppress(StorageFault), self._writing() as (db, _):
                self._running.save(db)
            self._database.close()

    # -- webhooks ----------------------------------------------------------------------------------------------------

    def hooks(self) -> list[Hook]:
        """Return all webhooks, by what they are called."""
        with self._reading() as db:
            return [_hook(row) for row in db.execute(f"{_HOOK} ORDER BY label, id")]

    def add(self, label: str, address: str, kinds: Sequence[str], by: str, cursor: int) -> Hook:
        """Add a webhook, which is told what happens behind ``cursor``. Raises ``NotAccepted``."""
        check(label, address)
        secret = SECRET_BEGINS + base64.b64encode(secrets.token_bytes(32)).decode()
        hook = Hook(secrets.token_hex(6), label, address, frozenset(kinds), secret, True, by, cursor)
        with self._writing() as (db, _):
            if db.execute("SELECT count(*) FROM hook").fetchone()[0] >= MOST_HOOKS:
                raise NotAccepted("label", "too_many")
            fields = (hook.id, label, address, " ".join(sorted(hook.kinds)), secret, 1, by, cursor)
            db.execute("INSERT INTO hook VALUES (?, ?, ?, ?, ?, ?, ?, ?)", fields)
        return hook

    def switch(self, id_: str, *, active: bool, cursor: int) -> None:
        """Turn a webhook on or off. Turned on, it is told what happens behind ``cursor``, and what still waits."""
        with self._writing() as (db, _):
            _known(db, id_)
            if active:
                turned = db.execute("UPDATE hook SET active = 1, cursor = ? WHERE id = ? AND active = 0", (cursor, id_))
                if turned.rowcount:
                    _forget_behind(db, id_, cursor)
            else:
                db.execute("UPDATE hook SET active = 0 WHERE id = ?", (id_,))

    def remove(self, id_: str) -> None:
        """Forget a webhook, and what came of its deliveries."""
        with self._writing() as (db, _):
            _known(db, id_)
            db.execute("DELETE FROM hook WHERE id = ?", (id_,))

    # -- deliveries --------------------------------------------------------------------------------------------------

    def room(self, hook: Hook) -> int:
        """Return for how many more deliveries there is room."""
        with self._reading() as db:
            return max(0, MOST_WAITING - _count(db, hook.id, "waiting"))

    def waiting(self) -> dict[str, int]:
        """Return how many deliveries wait, by webhook."""
        with self._reading() as db:
            rows = db.execute("SELECT hook, count(*) FROM delivery WHERE state = 'waiting' GROUP BY hook")
            return dict(rows.fetchall())

    def take(self, hook: Hook, events: Sequence[tuple[int, str, str]], cursor: int) -> None:
        """Have events told, each with its number, kind and subject, and note that the log was seen up to ``cursor``."""
        with self._writing() as (db, now):
            rows = [(hook.id, seq, kind, subject, now, now) for seq, kind, subject in events]
            db.executemany(
                "INSERT OR IGNORE INTO delivery VALUES (?, ?, ?, ?, 'waiting', 0, ?, ?, NULL, NULL, '')", rows
            )
            db.execute("UPDATE hook SET cursor = ? WHERE id = ? AND cursor = ?", (cursor, hook.id, hook.cursor))

    def begin_anew(self, hook: Hook, cursor: int) -> None:
        """Tell what happens behind ``cursor``: the log was restored, and ends before what was told of it last."""
        with self._writing() as (db, _):
            db.execute("UPDATE hook SET cursor = ? WHERE id = ? AND cursor = ?", (cursor, hook.id, hook.cursor))
            _forget_behind(db, hook.id, cursor)

    def test(self, id_: str) -> None:
        """Have something told that did not happen."""
        with self._writing() as (db, now):
            _known(db, id_)
            lowest = db.execute("SELECT min(seq) FROM delivery WHERE hook = ?", (id_,)).fetchone()[0]
            db.execute(
                "INSERT INTO delivery VALUES (?, ?, 'Test', '', 'waiting', 0, ?, ?, NULL, NULL, '')",
                (id_, min(0, lowest or 0) - 1, now, now),
            )

    def due(self, hook: Hook, most: int) -> list[Due]:
        """Return what is to be told now: of each subject only the first that waits."""
        with self._reading() as db:
            values = {"hook": hook.id, "now": self._running(), "most": most}
            return [Due(hook, *row) for row in db.execute(_LANES, values)]

    def told(self, due: Due, at: int | None, status: int | None, reason: str) -> None:
        """Note what came of a try: it is done, or tried again later, or given up.

        Args:
            due: what was tried.
            at: the office's time, if anybody knows it.
            status: what the other side answered; None if it did not.
            reason: why it is not done; empty if it is.
        """
        with self._writing() as (db, now):
            found = db.execute(
                "SELECT tries, begun FROM delivery WHERE hook = ? AND seq = ?", (due.hook.id, due.seq)
            ).fetchone()
            if found is None:
                return  # the webhook was removed meanwhile
            tries, begun = found[0] + 1, found[1] if found[0] else now
            wait = BACKOFF[min(tries, len(BACKOFF)) - 1]
            too_late = now + wait - begun > DAY_MS or due.seq < 0
            state = "done" if not reason else "given_up" if too_late else "waiting"
            db.execute(
                "UPDATE delivery SET state = ?, tries = ?, begun = ?, due = ?, at = ?, status = ?, reason = ?"
                " WHERE hook = ? AND seq = ?",
                (state, tries, begun, now + wait, at, status, reason, due.hook.id, due.seq),
            )
            if state != "waiting":
                _forget(db, due.hook.id)

    def again(self, id_: str, seq: int | None = None) -> None:
        """Have told now one event that waits or was given up, or (without ``seq``) all that wait."""
        with self._writing() as (db, now):
            _known(db, id_)
            if seq is None:
                db.execute("UPDATE delivery SET due = ? WHERE hook = ? AND state = 'waiting'", (now, id_))
                return
            db.execute(
                "UPDATE delivery SET state = 'waiting', tries = 0, begun = ?, due = ?"
                " WHERE hook = ? AND seq = ? AND state != 'done'",
                (now, now, id_, seq),
            )

    def fates(self, id_: str, most: int) -> list[Fate]:
        """Return what came of the latest deliveries of a webhook; what waits comes first."""
        with self._reading() as db:
            now = self._running()
            rows = db.execute(
                "SELECT hook, seq, kind, subject, state, tries, at, status, reason, due FROM delivery WHERE hook = ?"
                " ORDER BY state != 'waiting', abs(seq) DESC LIMIT ?",
                (id_, most),
            )
            return [_fate(row, now) for row in rows]

    # -- keys of questions -------------------------------------------------------------------------------------------

    def same_question(self, id_: str, what: bytes) -> bool:
        """Tell whether a key stands with this question alone; from now on it does.

        Args:
            id_: what follows from the key, 32 hexadecimal digits.
            what: what follows from the question.
        """
        key = bytes.fromhex(id_)
        with self._reading() as db:
            found = db.execute("SELECT what FROM question WHERE id = ?", (key,)).fetchone()
        if found is not None:
            return bool(found[0] == what)
        with self._writing() as (db, _):
            db.execute("INSERT OR IGNORE INTO question (id, what) VALUES (?, ?)", (key, what))
            db.execute("DELETE FROM question WHERE number <= (SELECT max(number) FROM question) - ?", (MOST_QUESTIONS,))
            stands = db.execute("SELECT what FROM question WHERE id = ?", (key,)).fetchone()
        return bool(stands[0] == what)

    # -- within ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self._file):
            yield self._database.connection

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        with self._lock, self._database.transaction() as db:
            if self._running.due:
                self._running.save(db)
            yield db, self._running()


def _known(db: sqlite3.Connection, id_: str) -> None:
    if db.execute("SELECT 1 FROM hook WHERE id = ?", (id_,)).fetchone() is None:
        raise NotAccepted("id", "unknown")


def _count(db: sqlite3.Connection, id_: str, state: str) -> int:
    found = db.execute("SELECT count(*) FROM delivery WHERE hook = ? AND state = ?", (id_, state)).fetchone()
    return int(found[0])


def _forget_behind(db: sqlite3.Connection, id_: str, cursor: int) -> None:
    """Forget deliveries of events that the log has no more: their numbers will be those of others."""
    db.execute("DELETE FROM delivery WHERE hook = ? AND seq > ?", (id_, cursor))


def _forget(db: sqlite3.Connection, id_: str) -> None:
    db.execute(
        "DELETE FROM delivery WHERE hook = :hook AND seq IN (SELECT seq FROM delivery WHERE hook = :hook"
        " AND state != 'waiting' ORDER BY abs(seq) DESC LIMIT -1 OFFSET :most)",
        {"hook": id_, "most": MOST_FATES},
    )


def _hook(row: Any) -> Hook:
    return Hook(row[0], row[1], row[2], frozenset(row[3].split()), row[4], bool(row[5]), row[6], row[7])


def _fate(row: Any, now: int) -> Fate:
    hook, seq, kind, subject, state, tries, at, status, reason, due = row
    return Fate(hook, seq, kind, subject, state, tries, at, status, reason, max(0, due - now))
