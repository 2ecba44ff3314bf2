"""Wrong tries, counted for each account and each address; each further one costs time, twice as much each time.

A try is counted as a wrong one, and is on the disk, before the secret is looked at: neither a restart nor a pulled plug
gives a free one. An address waits long, an account never does: whoever tries many secrets from one place locks out that
place, not the person.
"""

from __future__ import annotations

import hashlib
import ipaddress
import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.people import same_for
from appliance.units import HOUR, MINUTE, SECOND

FORGOTTEN_MS: Final = HOUR
"""After so long without a wrong try, counting begins anew."""
MOST_ROWS: Final = 2_000
_MOST: Final = 100
_IPV6_SITE: Final = 64
"""Bits of an IPv6 address that belong to the place; a machine makes up the others by itself."""


class Limit(msgspec.Struct, frozen=True):
    """How many wrong tries cost nothing, and the first and the longest wait after them, in milliseconds."""

    free: int
    first_ms: int
    longest_ms: int

    def after(self, wrong: int) -> int:
        """Return for how long nothing is looked at after so many wrong tries in a row."""
        return min(self.longest_ms, self.first_ms << (wrong - self.free)) if wrong >= self.free else 0


ADDRESS: Final = Limit(5, 30 * SECOND, 15 * MINUTE)
ACCOUNT: Final = Limit(10, 5 * SECOND, MINUTE)


class Party(msgspec.Struct, frozen=True):
    """One whose tries are counted; by a hash, since what stands in the field of a name is at times a password."""

    who: bytes
    limit: Limit


def account(name: str) -> Party:
    """Return the one who is called ``name``, whether or not there is such an account."""
    return Party(_hash("account", same_for(name[:100])), ACCOUNT)


def address(text: str) -> Party:
    """Return the place that a request came from."""
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return Party(_hash("address", text), ADDRESS)
    if ip.version == 6:
        text = str(ip.ipv4_mapped or ipaddress.ip_network((ip, _IPV6_SITE), strict=False))
    return Party(_hash("address", text), ADDRESS)


def knock(db: sqlite3.Connection, parties: Sequence[Party], now: int) -> int:
    """Count a try of all parties as a wrong one and return 0; count nothing and return the wait in ms, if one waits."""
    rows = [(party, *_row(db, party, now)) for party in parties]
    wait = max(shut_until - now for _, _, shut_until in rows)
    if wait > 0:
        return wait
    for party, wrong, _ in rows:
        _write(db, party, min(_MOST, wrong + 1), now)
    _tidy(db)
    return 0


def wait_of(db: sqlite3.Connection, parties: Sequence[Party], now: int) -> int:
    """Return for how long, in ms, nothing will be looked at."""
    return max(0, *(_row(db, party, now)[1] - now for party in parties))


def passed(db: sqlite3.Connection, whose: Party, where: Party, now: int) -> None:
    """Note that the try that was counted last was right: the account starts anew, the address gets this one try back.

    It keeps its others: who has an account must not clear with it what they tried on somebody else's.
    """
    forget(db, whose)
    wrong, _ = _row(db, where, now)
    if wrong > 1:
        _write(db, where, wrong - 1, now)
        db.execute("UPDATE try SET shut_until = ? WHERE who = ?", (now, where.who))
    else:
        forget(db, where)


def forget(db: sqlite3.Connection, party: Party) -> None:
    """Begin to count anew."""
    db.execute("DELETE FROM try WHERE who = ?", (party.who,))


def _row(db: sqlite3.Connection, party: Party, now: int) -> tuple[int, int]:
    """Return how many wrong tries there were, and until when nothing is looked at."""
    row = db.execute("SELECT wrong, last, shut_until FROM try WHERE who = ?", (party.who,)).fetchone()
    if row is None or now - row[1] > max(FORGOTTEN_MS, party.limit.longest_ms):
        return 0, now
    # After a power cut the running time may be a minute behind what was written by it: no wait becomes longer by that.
    return row[0], min(row[2], now + party.limit.after(row[0]))


def _write(db: sqlite3.Connection, party: Party, wrong: int, now: int) -> None:
    db.execute("REPLACE INTO try VALUES (?, ?, ?, ?)", (party.who, wrong, now, now + party.limit.after(wrong)))


def _tidy(db: sqlite3.Connection) -> None:
    """Forget those that waited longest ago if they are too many."""
    db.execute(
        "DELETE FROM try WHERE who IN (SELECT who FROM try ORDER BY shut_until DESC, last DESC LIMIT -1 OFFSET ?)",
        (MOST_ROWS,),
    )


def _hash(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind} {text}".encode("utf-8", "replace")).digest()[:16]
