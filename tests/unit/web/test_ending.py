"""What watches the present for ever ends when it is told to, also in the moment in which something changes."""

from __future__ import annotations

import asyncio

import pytest

from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.web.live import Live
from appliance.web.stream import Streams, View
from appliance.web.watch import Watch

pytestmark = pytest.mark.parametrize("turns", range(4))


def present():
    clock = HubClock(SystemClock())
    live = Live(Link("web-1", "", BrokerSettings(), "0", clock), clock)
    live.begin(asyncio.get_running_loop())
    return live


async def ends(live, watching, turns):
    """Tell whether what watches the present ends when it is told to, so many turns of the loop after a change."""
    task = asyncio.create_task(watching)
    while not live._news._waiters:
        await asyncio.sleep(0)  # a turn of the loop
    live._tell()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=1)
    task.cancel()
    return bool(done)


def test_the_walls_eye_ends_in_the_moment_of_a_change(tmp_path, turns):
    async def look():
        live = present()
        watch = Watch(tmp_path / "watch.json", live)
        watch.look()
        return await ends(live, watch.keep(), turns)

    assert asyncio.run(look())


def test_a_page_that_is_left_in_the_moment_of_a_change_is_told_nothing_more(turns):
    async def listen():
        live = present()
        streams = Streams(live)
        answer = streams.answer(View(("x",), lambda: {"x": "<p>1</p>"}), lambda: True)

        async def read():
            async for _ in answer.body_iterator:
                pass

        return await ends(live, read(), turns)

    assert asyncio.run(listen())
