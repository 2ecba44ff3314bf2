"""Telling other systems what happens: what is new in the log is given to webhooks, and sent until it has arrived.

The log is the outbox: a webhook that is behind has its place in it, and only a bounded part is taken out at a time.
A restart begins where it was; what was under way is sent again, under the same id.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import msgspec

from appliance.node.daemon import Clock, HubClock
from appliance.store.database import StorageFault
from appliance.store.webhooks import Due, Hook, Webhooks
from appliance.web.api.feed import Feed
from appliance.web.api.outgoing import NotSent, Sent, post
from appliance.web.api.signing import signed
from appliance.web.api.telling import Happened

log = logging.getLogger(__name__)

SECONDS: Final = 10.0
"""For one try, from the look-up of the name to the last byte of the answer."""
MOST_ANSWER: Final = 64 * 1024
AT_ONCE: Final = 4
"""Tries of one webhook at a time; one, while it has failed so often in a row."""
FAILING: Final = 5
LONGEST_REST_MS: Final = 60_000
"""A webhook that fails again and again is left alone between two tries, twice as long each time, up to this."""
ROUND_SECONDS: Final = 1.0
AFTER_A_FAULT_SECONDS: Final = 5.0


class Deliveries:
    """Sends.

    Args:
        webhooks: where, and what came of it.
        feed: what happens.
        hub_clock: the office's time.
        clock: of this box, for where nobody knows the office's.
    """

    def __init__(self, webhooks: Webhooks, feed: Feed, hub_clock: HubClock, clock: Clock) -> None:
        self._webhooks = webhooks
        self._feed = feed
        self._hub_clock = hub_clock
        self._clock = clock
        self._under_way: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._failures: dict[str, int] = {}
        self._rests: dict[str, int] = {}
        self._news = asyncio.Event()

    def wake(self, hook: str) -> None:
        """Look at once what there is to be sent to a webhook, also if it has failed so far."""
        self._failures.pop(hook, None)
        self._rests.pop(hook, None)
        self._news.set()

    async def keep(self) -> None:
        """Send, for ever."""
        try:
            while True:
                pause = ROUND_SECONDS
                try:
                    await self._round()
                except StorageFault as error:
                    log.warning("%s; webhooks wait", error)
                    pause = AFTER_A_FAULT_SECONDS
                await self._rest(pause)
        finally:
            for task in self._under_way.values():
                task.cancel()

    async def _rest(self, seconds: float) -> None:
        """Wait until something has happened, has been sent, or is due."""
        waits = [
            asyncio.create_task(self._news.wait()),
            asyncio.create_task(self._feed.newer(self._feed.last, seconds)),
        ]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._news.clear()

    async def _round(self) -> None:
        for hook in await asyncio.to_thread(self._webhooks.hooks):
            if not hook.active:
                continue
            if self._feed.readable:
                await self._take_in(hook)
            free = (1 if self._failures.get(hook.id, 0) >= FAILING else AT_ONCE) - self._busy(hook)
            if free <= 0 or self._clock.monotonic_ms() < self._rests.get(hook.id, 0):
                continue
            for due in await asyncio.to_thread(self._webhooks.due, hook, AT_ONCE):
                if free > 0 and (hook.id, due.seq) not in self._under_way:
                    free -= 1
                    self._begin(due)

    def _busy(self, hook: Hook) -> int:
        return sum(id_ == hook.id for id_, _ in self._under_way)

    async def _take_in(self, hook: Hook) -> None:
        """Give a webhook what is new in the log, as far as there is room."""
        if hook.cursor >= self._feed.last:
            newest = await self._feed.newest() if hook.cursor > self._feed.last else hook.cursor
            if hook.cursor > newest:  # the log was restored and is shorter: what comes from now on is told
                await asyncio.to_thread(self._webhooks.begin_anew, hook, newest)
            return
        room = await asyncio.to_thread(self._webhooks.room, hook)
        events = await self._feed.after(hook.cursor, max(1, room)) if room else []
        if events:
            wanted = [(event.seq, event.type, event.subject) for event in events if hook.wants(event.type)]
            await asyncio.to_thread(self._webhooks.take, hook, wanted, events[-1].seq)
            self._news.set()

    def _begin(self, due: Due) -> None:
        key = due.hook.id, due.seq
        task = self._under_way[key] = asyncio.create_task(self._send(due))

        def over(task: asyncio.Task[None]) -> None:
            self._under_way.pop(key, None)
            self._news.set()
            if not task.cancelled() and (error := task.exception()) is not None:
                # Sent again at once, it would be sent for ever.
                self._rests[due.hook.id] = self._clock.monotonic_ms() + LONGEST_REST_MS
                log.error("%s of webhook %s could not be noted: %s", due.seq, due.hook.id, error)

        task.add_done_callback(over)

    async def _send(self, due: Due) -> None:
        event = await self._event(due.seq)
        if event is not None and event.type != due.kind:
            event = None  # the log was restored, and the number is another's
        status: int | None = None
        if event is None:
            reason = "not_in_log"
        else:
            try:
                status, reason = _judged(await self._sent(due.hook, event))
            except NotSent as error:
                reason = error.code
        self._count(due.hook.id, failed=bool(reason))
        at = self._hub_clock.office_ms()
        await asyncio.to_thread(self._webhooks.told, due, at, status, reason)

    async def _event(self, seq: int) -> Happened | None:
        if seq < 0:
            return Happened(seq, "Test", 0, "", {})
        try:
            return await self._feed.event(seq)
        except StorageFault:
            return None

    def _count(self, hook: str, *, failed: bool) -> None:
        failures = self._failures[hook] = self._failures.get(hook, 0) + 1 if failed else 0
        if failures >= FAILING:
            rest = min(LONGEST_REST_MS, 1000 << min(failures - FAILING, 10))
            self._rests[hook] = self._clock.monotonic_ms() + rest

    async def _sent(self, hook: Hook, event: Happened) -> Sent:
        body = msgspec.json.encode(event)
        now = self._hub_clock.office_ms() or self._clock.office_ms()
        id_ = f"{hook.id}.{event.at}.{event.seq}"  # in a log that was restored, the number alone is given twice
        headers = signed(hook.secret, id_, now // 1000, body)
        return await post(hook.address, body, headers, seconds=SECONDS, most=MOST_ANSWER)


def _judged(sent: Sent) -> tuple[int, str]:
    if 200 <= sent.status < 300:
        return sent.status, ""
    return sent.status, "redirect" if 300 <= sent.status < 400 else "status"
