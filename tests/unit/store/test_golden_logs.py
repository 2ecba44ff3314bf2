"""The log outlives every release: what an older one wrote is read, and means the same, for ever.

One pair of files a release: its events as they stand in the log, and what became of each ticket. Made once and
never edited: a new kind of event, or a new version of one, comes with the next release's pair.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from appliance.engine.events import Entry, Event
from appliance.engine.evolve import evolve
from appliance.engine.model import Day
from appliance.store.event_log import event_of

VERSIONS = {"0.1.0": 1, "0.2.0": 2, "0.3.0": 3}
"""The version of its events that each release wrote."""
GOLDEN = Path(__file__).with_name("golden")
RELEASES = sorted(file.stem.removeprefix("events-") for file in GOLDEN.glob("events-*.jsonl"))


def entries(release):
    for line in (GOLDEN / f"events-{release}.jsonl").read_bytes().splitlines():
        seq, at, fields = msgspec.json.decode(line)
        yield Entry(seq, at, event_of(fields["type"], VERSIONS[release], msgspec.json.encode(fields).decode()))


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_release_wrote_still_means_the_same(release):
    day = Day()
    for entry in entries(release):
        evolve(day, entry)
    states = {number: ticket.state for number, ticket in sorted(day.tickets.items())}
    assert states == msgspec.json.decode((GOLDEN / f"tickets-{release}.json").read_bytes())


def test_the_newest_golden_log_has_every_kind_of_event():
    kinds = {type(entry.event) for entry in entries(RELEASES[-1])}
    assert kinds == set(get_args(Event))
