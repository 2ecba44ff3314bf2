"""An office with ten closed days behind it, what may happen to its file, and days that go on after them."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import date, timedelta

import pytest

from appliance.engine import commands as c
from appliance.engine.model import Span
from appliance.store import checkup
from appliance.tools.office import past
from appliance.tools.office.clerk import Clerk
from appliance.tools.office.sample_office import DATE, instant

LAST_DAY = "2026-04-05"
TICKETS, A_DAY = 300, 30
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A log of ten closed days."""
    file = tmp_path_factory.mktemp("past") / "giliran.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "TICKETS_A_DAY", A_DAY)
        past.make(file, TICKETS)
    return file


class Writer(Clerk):
    """Carries out commands on a real file on the days after the past."""

    def play(self, number, tickets=2, *, closed=True):
        """Let a business day pass, the ``number``-th after the past."""
        nine = instant(9 * 3600) + number * DAY_MS
        day = (date.fromisoformat(DATE) + timedelta(days=number)).isoformat()
        self.do(c.OpenDay(day, (Span(nine, nine + DAY_MS // 2),), nine + DAY_MS // 2), nine)
        for place in range(tickets):
            self.do(c.IssueTicket("pendaftaran"), nine + place)
        self.do(c.CallNext("1"), nine + 100)
        if closed:
            self.do(c.CloseDay(), nine + 1000)


def live(database, number, tickets=2, *, closed=True):
    writer = Writer(database)
    writer.play(number, tickets, closed=closed)
    writer.close()


def night(backups, day="2026-04-06"):
    return checkup.check(backups, day, 0)


def names(backups):
    return [file.name for file in backups.files()]


def content(folder):
    return sorted(file.name for file in folder.iterdir())


def rows(file, table="event"):
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608


def place_of(file, seq):
    """Return where a record's body and its hash begin in the file: the two last fields, one behind the other."""
    body, digest = {row[0]: row[8:] for row in rows(file)}[seq]
    data = file.read_bytes()
    assert data.count(digest) == 1
    return data.index(digest) - len(body.encode()), data.index(digest)


def flip(file, offset, bit=0x01):
    """Flip one bit of a byte."""
    overwrite(file, offset, bytes([file.read_bytes()[offset] ^ bit]))


def page_of(database, name):
    """Return the offset of the root page of a table or an index."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return (page - 1) * size


def overwrite(file, offset, data):
    with file.open("r+b") as handle:
        handle.seek(offset)
        handle.write(data)


@contextlib.contextmanager
def slip(writer, days):
    """Mistype the time by so many days after the first day that was played; give the date that opens, void at last."""
    right, wrong = instant(20 * 3600), instant(9 * 3600) + days * DAY_MS
    void = (date.fromisoformat(DATE) + timedelta(days=days)).isoformat()
    writer.do(c.VouchTime(wrong, "siti", sure=True), wrong)
    writer.do(c.OpenDay(void, (Span(wrong, wrong + DAY_MS // 2),), wrong + DAY_MS // 2), wrong)
    yield void
    writer.do(c.VouchTime(right, "siti", sure=True), right)
