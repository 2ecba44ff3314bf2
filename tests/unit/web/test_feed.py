"""The log as it is followed: in order and whole from memory and from the file, also when the file is another one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.commands import CounterId
from appliance.engine.events import CounterClosed, CounterOpened, Entry
from appliance.store.database import Database
from appliance.store.event_log import EventLog
from appliance.web.api import feed as module
from appliance.web.api.feed import Feed


class Quiet:
    """A bus on which nothing is said: the log is looked at by itself."""

    version = 0

    def __init__(self) -> None:
        self.now = SimpleNamespace(hub_is_there=True)

    async def change(self, seen: int) -> int:
        await asyncio.Event().wait()
        return seen


class Log:
    def __init__(self, file: Path) -> None:
        self.database = Database(file)
        self.log = EventLog(self.database)

    def write(self, count: int) -> None:
        with self.database.transaction():
            for _ in range(count):
                seq = self.log.seq + 1
                event = CounterOpened(CounterId("1"), "Siti") if seq % 2 else CounterClosed(CounterId("1"))
                self.log.append([Entry(seq, seq, event)], "2026-04-06", "hub", None)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)


def nobody_has(file: Path) -> bool:
    """Tell whether a backup could be put in a file's place; asked by another process, as locks are each process's."""
    script = (
        "import sys, pathlib\nfrom appliance.store.restoring import RestoreFault, _alone\n"
        "try:\n  with _alone(pathlib.Path(sys.argv[1])): pass\nexcept RestoreFault: sys.exit(1)"
    )
    return subprocess.run([sys.executable, "-c", script, str(file)]).returncode == 0


def run(file: Path, story: Callable[[Feed, Quiet], Awaitable[None]]) -> None:
    async def whole() -> None:
        live: Any = Quiet()
        feed = Feed(file, live)
        following = asyncio.create_task(feed.keep())
        try:
            async with asyncio.timeout(60):
                await story(feed, live)
        finally:
            following.cancel()
            feed.close()

    asyncio.run(whole())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


async def everything(feed: Feed, after: int, most: int = 3) -> list[int]:
    seen: list[int] = []
    while events := await feed.after(after, most):
        seen += [event.seq for event in events]
        after = seen[-1]
    return seen


def test_whoever_is_far_behind_reads_from_the_file_and_then_from_memory(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 5)
    log = Log(tmp_path / "log.db")
    log.write(4)

    async def story(feed: Feed, _: Quiet) -> None:
        feed._recent = type(feed._recent)(maxlen=5)
        await until(lambda: feed.readable)
        assert feed.last == 4
        waiting = asyncio.create_task(feed.newer(4, 30))
        log.write(9)
        assert await waiting
        await until(lambda: feed.last == 13)
        for start in range(14):
            assert await everything(feed, start) == list(range(start + 1, 14))
        assert not await feed.newer(13, 0.01)
        event = await feed.event(1)
        assert event is not None
        assert event.data == {"counter": "1"}
        assert await feed.event(99) is None

    run(tmp_path / "log.db", story)


def test_a_file_that_was_restored_in_its_place_is_followed(tmp_path: Path, quick: None) -> None:
    file = tmp_path / "log.db"
    long, short = Log(file), Log(tmp_path / "backup.db")
    long.write(8)
    short.write(3)
    short.database.close()

    async def story(feed: Feed, bus: Quiet) -> None:
        await until(lambda: feed.last == 8)
        bus.now.hub_is_there = False  # it wrote one more before it went
        long.write(1)
        await until(lambda: feed.last == 9)
        long.database.close()
        await until(lambda: nobody_has(file))
        for side in (file.with_name("log.db-wal"), file.with_name("log.db-shm")):
            side.unlink(missing_ok=True)
        (tmp_path / "backup.db").replace(file)
        restored = Log(file)
        bus.now.hub_is_there = True
        await until(lambda: feed.last == 3)
        assert await everything(feed, 0) == [1, 2, 3]
        restored.write(2)
        await until(lambda: feed.last == 5)
        assert await everything(feed, 3) == [4, 5]

    run(tmp_path / "log.db", story)


def test_a_file_that_was_restored_and_written_on_is_not_taken_for_the_one_before(tmp_path: Path, quick: None) -> None:
    file = tmp_path / "log.db"
    lost, backup = Log(file), Log(tmp_path / "backup.db")
    lost.write(5)
    backup.write(3)
    with backup.database.transaction():
        entries = [Entry(seq, 900 + seq, CounterClosed(CounterId("9"))) for seq in (4, 5, 6)]
        backup.log.append(entries, "2026-04-06", "hub", None)
    backup.database.close()

    async def story(feed: Feed, bus: Quiet) -> None:
        await until(lambda: feed.last == 5)
        generation = feed.generation
        bus.now.hub_is_there = False
        lost.database.close()
        await until(lambda: nobody_has(file))
        for side in (file.with_name("log.db-wal"), file.with_name("log.db-shm")):
            side.unlink(missing_ok=True)
        (tmp_path / "backup.db").replace(file)
        bus.now.hub_is_there = True
        await until(lambda: feed.last == 6)
        assert feed.generation == generation + 1
        assert [event.at for event in await feed.after(3)] == [904, 905, 906]

    run(file, story)


@pytest.mark.expects_log("no such file")
def test_a_log_that_is_not_there_yet_is_followed_when_it_is(tmp_path: Path, quick: None) -> None:
    async def story(feed: Feed, _: Quiet) -> None:
        await until(lambda: feed._reader is None and feed.last == 0)
        assert not feed.readable
        log = Log(tmp_path / "log.db")
        log.write(2)
        await until(lambda: feed.readable and feed.last == 2)
        log.write(1)
        await until(lambda: feed.last == 3)
        (tmp_path / "log.db").unlink()
        await until(lambda: not feed.readable)

    run(tmp_path / "log.db", story)
