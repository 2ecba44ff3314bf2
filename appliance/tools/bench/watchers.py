"""A crowd that watches: many open event streams in one process, which says when each of them hears something.

``python -m appliance.tools.bench.watchers ADDRESS SESSION COUNT`` prints ``open`` when all have heard the first word,
and then, about once in 50 ms, the moments (nanoseconds of the machine's monotonic clock) at which streams heard more.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Final
from urllib.parse import urlsplit

SAY_SECONDS: Final = 0.05
TOGETHER: Final = 50
"""So many connect at a time."""


async def main(address: str, session: str, count: int) -> None:
    """Open them, and listen until ended."""
    parts = urlsplit(address)
    heard: list[int] = []
    opened = asyncio.Semaphore(TOGETHER)
    ready = asyncio.Event()
    there = 0

    async def watch() -> None:
        nonlocal there
        async with opened:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(
                f"GET /wall/live HTTP/1.1\r\nhost: {parts.netloc}\r\ncookie: giliran={session}\r\n\r\n".encode()
            )
            while b"event: regions" not in await reader.readline():
                pass
        there += 1
        if there == count:
            ready.set()
        while line := await reader.readline():
            if line.startswith(b"event: regions"):
                heard.append(time.monotonic_ns())

    watching = [asyncio.create_task(watch()) for _ in range(count)]
    await ready.wait()
    print("open", flush=True)
    while not all(task.done() for task in watching):
        await asyncio.sleep(SAY_SECONDS)
        if heard:
            told, heard[:] = list(heard), []
            print(*told, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
