"""Queues computed by a plain loop, without the engine: what the played waits are compared with."""

from __future__ import annotations

INFINITE = float("inf")


def plain_waits(people, servers):
    """Return each citizen's wait, first come, first served.

    ``people``: arrival and time at the counter, in the order of arrival. ``servers``: from when to when each calls.
    """
    free = [list(server) for server in servers]
    waits = []
    for arrives, busy in people:
        there = [server for server in free if max(server[0], arrives) < server[1]]
        first = min(there, key=lambda server: max(server[0], arrives))
        called = max(first[0], arrives)
        waits.append(called - arrives)
        first[0] = called + busy
    return waits
