"""Sending what happens: bounded whatever the other side, the disk or the log does; over a real log and receiver."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.commands import TicketNumber
from appliance.engine.events import Entry, TicketCancelled
from appliance.node.daemon import HubClock, SystemClock
from appliance.store.database import Database, StorageFault
from appliance.store.event_log import EventLog
from appliance.store.webhooks import Webhooks
from appliance.store.webhooks import webhooks as store
from appliance.web.api import deliveries as module
from appliance.web.api import feed as feed_module
from appliance.web.api.deliveries import Deliveries
from appliance.web.api.feed import Feed
from tests.api_client import Receiver
from tests.unit.web.test_feed import Quiet

DEAD = "http://127.0.0.1:9/"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.02)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


class Office:
    def __init__(self, folder: Path, feed: Feed, webhooks: Webhooks, deliveries: Deliveries, log: EventLog) -> None:
        self.folder, self.feed, self.webhooks, self.deliveries, self.log = folder, feed, webhooks, deliveries, log

    def happen(self, count: int, database: Database) -> None:
        with database.transaction():
            for _ in range(count):
                seq = self.log.seq + 1
                entry = Entry(seq, seq, TicketCancelled(TicketNumber(f"A{seq}")))
                self.log.append([entry], "2026-04-06", "hub", None)


def run(folder: Path, story: Callable[[Office, Database], Awaitable[None]]) -> None:
    async def whole() -> None:
        database = Database(folder / "log.db")
        clock = SystemClock()
        webhooks = Webhooks(folder / "webhooks.db", clock.monotonic_ms)
        live: Any = Quiet()
        feed = Feed(folder / "log.db", live)
        deliveries = Deliveries(webhooks, feed, HubClock(clock), clock)
        tasks = [asyncio.create_task(feed.keep()), asyncio.create_task(deliveries.keep())]
        try:
            async with asyncio.timeout(60):
                await story(Office(folder, feed, webhooks, deliveries, EventLog(database)), database)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            feed.close()
            webhooks.close()
            database.close()

    asyncio.run(whole())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def test_what_there_is_no_room_for_stays_in_the_log_and_is_told_later(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_WAITING", 5)

    async def story(office: Office, database: Database) -> None:
        office.webhooks.add("Situs", receiver.address, [], "Siti", 0)
        office.happen(40, database)
        most = 0
        while len(receiver.messages) < 40:
            most = max(most, *office.webhooks.waiting().values(), 0)
            await asyncio.sleep(0.005)
        assert most <= 5
        ids = [headers["webhook-id"].rpartition(".")[2] for headers, _ in receiver.messages]
        assert sorted(ids, key=int) == [str(seq) for seq in range(1, 41)]

    run(tmp_path, story)


ROUNDS = 10


async def rounds_pass(office: Office, database: Database, receiver: Receiver) -> None:
    """Let so many things happen, and another webhook hear of each: all others had their turn as often."""
    other = office.webhooks.add("Pembanding", receiver.address, [], "Siti", office.log.seq)
    for _ in range(ROUNDS):
        office.happen(1, database)
        heard = f"{other.id}.{office.log.seq}.{office.log.seq}"
        await until(lambda heard=heard: any(h["webhook-id"] == heard for h, _ in receiver.messages))  # type: ignore[misc]


def test_one_that_is_not_there_is_left_alone_for_a_while(tmp_path: Path, receiver: Receiver) -> None:
    async def story(office: Office, database: Database) -> None:
        hook = office.webhooks.add("Situs", DEAD, [], "Siti", 0)
        office.happen(100, database)

        def tries() -> int:
            return sum(fate.tries for fate in office.webhooks.fates(hook.id, 200))

        await until(lambda: tries() >= module.FAILING)
        before = tries()
        await rounds_pass(office, database, receiver)
        assert tries() - before <= module.AT_ONCE
        assert {fate.reason for fate in office.webhooks.fates(hook.id, 200) if fate.tries} == {"connect"}
        office.deliveries.wake(hook.id)
        await until(lambda: tries() > before)

    run(tmp_path, story)


@pytest.mark.expects_log("could not be noted")
def test_what_cannot_be_noted_is_not_sent_for_ever(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(office: Office, database: Database) -> None:
        hook, told = office.webhooks.add("Situs", receiver.address, [], "Siti", 0), office.webhooks.told

        def full(due: Any, *what: Any) -> None:
            if due.hook.id == hook.id:
                raise StorageFault("the disk is full")
            told(due, *what)

        monkeypatch.setattr(office.webhooks, "told", full)
        office.happen(1, database)
        await until(lambda: len(receiver.messages) == 1)
        await rounds_pass(office, database, receiver)
        assert sum(headers["webhook-id"].startswith(hook.id) for headers, _ in receiver.messages) == 1

    run(tmp_path, story)


def test_a_log_that_became_shorter_is_told_from_its_end_on(tmp_path: Path, receiver: Receiver) -> None:
    async def story(office: Office, database: Database) -> None:
        office.happen(3, database)
        hook = office.webhooks.add("Situs", receiver.address, [], "Siti", 50)
        await until(lambda: office.webhooks.hooks()[0].cursor == 3)
        office.happen(2, database)
        await until(lambda: len(receiver.messages) == 2)
        assert {headers["webhook-id"] for headers, _ in receiver.messages} == {f"{hook.id}.4.4", f"{hook.id}.5.5"}

    run(tmp_path, story)


def test_one_of_many_kinds_is_told_and_the_others_move_the_cursor(tmp_path: Path, receiver: Receiver) -> None:
    async def story(office: Office, database: Database) -> None:
        office.webhooks.add("Situs", receiver.address, ["TicketCalled"], "Siti", 0)
        office.happen(7, database)
        await until(lambda: office.webhooks.hooks()[0].cursor == 7)
        assert receiver.messages == []

    run(tmp_path, story)


def test_after_the_log_was_restored_what_comes_is_told_though_its_numbers_were_told_before(
    tmp_path: Path, receiver: Receiver
) -> None:
    async def story(office: Office, database: Database) -> None:
        hook = office.webhooks.add("Situs", receiver.address, [], "Siti", 0)
        office.happen(9, database)
        await until(lambda: len(receiver.messages) == 9)
        before = {headers["webhook-id"] for headers, _ in receiver.messages}
        await until(lambda: not office.webhooks.waiting())
        database.close()
        for file in tmp_path.glob("log.db*"):
            file.unlink()
        restored = Database(tmp_path / "log.db")
        office.log = EventLog(restored)
        office.happen(3, restored)
        await until(lambda: office.webhooks.hooks()[0].cursor == 3)
        with restored.transaction():
            entries = [Entry(seq, 1_000 + seq, TicketCancelled(TicketNumber("B1"))) for seq in (4, 5)]
            office.log.append(entries, "2026-04-06", "hub", None)
        await until(lambda: len(receiver.messages) == 11)
        assert len(before | {headers["webhook-id"] for headers, _ in receiver.messages}) == 11
        assert [fate.seq for fate in office.webhooks.fates(hook.id, 20)] == [5, 4, 3, 2, 1]
        restored.close()

    run(tmp_path, story)
