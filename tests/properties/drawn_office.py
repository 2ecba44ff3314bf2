"""Offices to draw at random: every rule, and a definition that has one of everything."""

from __future__ import annotations

from hypothesis import strategies as st

from appliance.engine.model import Counter, Definition, Journey, Outcome, Reentry, Rules, Satisfaction, Service

SERVICES = ("a", "b", "c")

reentries = st.builds(Reentry, st.sampled_from(["arrival", "after", "end"]), st.integers(1, 4))
rules = st.builds(
    Rules,
    seconds_between_calls=st.sampled_from([0, 2, 30]),
    undo_seconds=st.sampled_from([0, 10, 600]),
    recall_limit=st.integers(2, 4),
    no_show_min_calls=st.integers(1, 2),
    no_show_min_seconds=st.sampled_from([0, 15]),
    priority_share=st.integers(1, 3),
    regular_share=st.integers(1, 3),
    promise_minutes=st.sampled_from([0, 5, 30]),
    booking_grace_minutes=st.sampled_from([0, 15]),
    no_show_returns=reentries,
    parked_returns=reentries,
    transferred_enters=reentries,
    outcomes=st.just((Outcome("done", {"id": "Selesai"}), Outcome("papers", {"id": "Berkas kurang"}))),
    satisfaction=st.builds(Satisfaction, on=st.sampled_from([True, True, False])),
    stop_when_full=st.booleans(),
    outcome_required=st.booleans(),
)


def office(drawn: Rules, quota: int | None) -> Definition:
    """Return an office with three services, of which the last may have a quota, and three counters."""
    services = tuple(Service(i, i.upper(), {"id": i}, digits=2, quota=quota if i == "c" else None) for i in SERVICES)
    counters = (
        Counter("1", {"id": "1"}, ("a", "b")),
        Counter("2", {"id": "2"}, ("b",), helps=("a", "c")),
        Counter("3", {"id": "3"}, ("c",), open_with_day=False),
    )
    journeys = (Journey("trip", {"id": "trip"}, ("a", "c", "b")),)
    kiosks = {"kiosk-1": "X", "kiosk-2": "Y"}
    return Definition({"id": "K"}, services, counters, drawn, journeys=journeys, kiosks=kiosks)
