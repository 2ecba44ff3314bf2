"""A keypad acts at the counters that the office gives it, and in nobody's name."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import OFFICE, ask, founded, tick

from appliance.wire import messages as m


@pytest.fixture
def hub(tmp_path):
    first, second = OFFICE.counters
    counters = (
        msgspec.structs.replace(first, keypads=("keypad-1",)),
        msgspec.structs.replace(second, open_with_day=True),
    )
    bench = founded(tmp_path / "giliran.db", office=msgspec.structs.replace(OFFICE, counters=counters))
    tick(bench)
    ask(bench, m.Issue("a"), node="kiosk-1")
    yield bench
    bench.store.close()


def code(hub, node, counter, officer=""):
    reply = ask(hub, m.CallNext(counter, officer), node=node)
    return reply.code if isinstance(reply, m.Refused) else "accepted"


def test_its_own_counter_and_no_other(hub):
    assert code(hub, "keypad-1", "2") == "not_its_counter"
    assert code(hub, "keypad-1", "1") == "accepted"


def test_a_counter_that_names_its_keypads_hears_no_other(hub):
    assert code(hub, "keypad-2", "1") == "not_its_counter"
    assert code(hub, "keypad-2", "2") == "accepted"


def test_it_speaks_for_no_officer(hub):
    assert code(hub, "keypad-1", "1", "siti") == "not_allowed"
    assert code(hub, "web-1", "1", "siti") == "accepted"


def test_a_counter_that_is_not_there_is_named_as_such(hub):
    assert code(hub, "keypad-2", "9") == "unknown_counter"
