"""What a kiosk may do alone: the lease's hours, breaks, last tickets and quota, with and without the time of day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.wire.messages import Catalogue, Lease, Office, Series, ServiceState
from kiosk.alone import lease as offline
from kiosk.alone.lease import Anchor, Circumstances, Now

HOUR = 3_600_000
EIGHT, NOON, ONE, THREE = 8 * HOUR, 12 * HOUR, 13 * HOUR, 15 * HOUR
LEASE = Lease(
    letters={"kiosk-1": "X", "kiosk-2": "Y"},
    spans=[(EIGHT, NOON), (ONE, THREE)],
    ends_at=23 * HOUR,
    series={"a": Series("A", 3), "b": Series("B", 3, left=5, until=11 * HOUR)},
)
SERVICES = [
    ServiceState("a", "A", {"id": "Satu"}, 0),
    ServiceState("b", "B", {"id": "Dua"}, 0),
    ServiceState("both", "A", {"id": "Keduanya"}, 0),
]
CATALOGUE = Catalogue(1, 10, "2026-04-06", Office({"id": "Kantor"}, "open"), SERVICES, LEASE)


def at(hours, exact=True):
    return Circumstances(int(hours * HOUR), exact)


NINE = at(9)


def hindrance(service="a", time=NINE, used=None, node="kiosk-1", lease=LEASE):
    return offline.hindrance(replace(CATALOGUE, lease=lease), node, service, time, used or {})


@pytest.mark.parametrize(
    ("hours", "phase"),
    [(7, "before"), (8, "open"), (11.99, "open"), (12, "break"), (13, "open"), (15, "after"), (23.5, "closed")],
)
def test_opening_hours_and_breaks_are_kept_without_the_hub(hours, phase):
    assert offline.phase(LEASE, at(hours)) == phase
    assert hindrance(time=at(hours)) == ("no_lease" if phase == "closed" else "")


@pytest.mark.parametrize(("hours", "phase"), [(0, "open"), (7, "open"), (12.5, "open"), (15, "closed"), (23, "closed")])
def test_without_the_time_of_day_whoever_stands_here_gets_a_number_unless_it_is_certainly_too_late(hours, phase):
    assert offline.phase(LEASE, at(hours, exact=False)) == phase


def test_the_business_day_ends_though_a_span_reaches_over_it():
    assert offline.phase(replace(LEASE, spans=[(EIGHT, 25 * HOUR)]), at(23)) == "closed"


def test_a_service_stops_at_its_last_ticket():
    assert hindrance("b", at(10.9)) == ""
    assert hindrance("b", at(11)) == "last_ticket"
    assert hindrance("b", at(11, exact=False)) == "last_ticket"


def test_a_stopped_service_has_no_series():
    assert hindrance("b", lease=replace(LEASE, series={"a": Series("A", 3)})) == "not_offered"


def test_without_a_lease_or_a_letter_there_are_no_numbers():
    assert hindrance(lease=Lease()) == "no_lease"
    assert hindrance(node="kiosk-3") == "no_letter"


def test_a_journey_gives_a_number_of_its_first_service():
    assert offline.service_of(CATALOGUE, "both") == "a"
    assert hindrance("both") == ""


def test_the_quota_is_shared_out_among_the_kiosks_that_may_be_alone():
    assert [hindrance("b", used={"b": used}) for used in (2, 3)] == ["", "quota"]
    assert [hindrance("b", used={"b": used}, node="kiosk-2") for used in (1, 2)] == ["", "quota"]


def test_what_is_shown_alone_has_no_figures_says_when_it_opens_and_why_a_service_gives_none():
    why = {"a": "", "b": "quota", "both": ""}
    shown = offline.shown_alone(CATALOGUE, at(9), why)
    assert [(s.open, s.reason, s.waiting, s.ahead, s.low) for s in shown.services] == [
        (True, "", -1, -1, None),
        (False, "quota", -1, -1, None),
        (True, "", -1, -1, None),
    ]
    shown = offline.shown_alone(CATALOGUE, at(12.5), why)
    assert (shown.office.phase, shown.office.opens_at) == ("break", ONE)
    assert not any(s.open for s in shown.services)
    assert offline.shown_alone(CATALOGUE, at(7, exact=False), why).office.opens_at is None


@given(
    left=st.integers(0, 500),
    letters=st.lists(st.sampled_from("ABCDEFGHXYZ"), min_size=1, max_size=8, unique=True),
)
def test_the_shares_of_all_kiosks_make_up_exactly_what_was_left(left, letters):
    by_node = {f"kiosk-{n}": letter for n, letter in enumerate(letters)}
    shares = [offline.share(left, by_node, node) for node in by_node]
    assert sum(shares) == left
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize(
    ("digits", "count", "number"),
    [(3, 7, "AX07"), (2, 7, "AX07"), (3, 99, "AX99"), (3, 100, "AX100"), (4, 7, "AX007")],
)
def test_a_number_is_as_long_as_the_hubs_and_never_wraps(digits, count, number):
    assert offline.number(Series("A", digits), "X", count) == number
    assert offline.parts(number) == ("AX", count)


def test_within_one_run_of_the_machine_the_time_of_day_is_known():
    anchor = Anchor("boot-1", 1_000, EIGHT)
    assert offline.moment(anchor, Now("boot-1", 61_000)) == Circumstances(EIGHT + 60_000, exact=True)
    assert offline.moment(replace(anchor, rate=60.0), Now("boot-1", 2_000)) == Circumstances(EIGHT + 60_000, exact=True)


def test_after_a_reboot_it_is_later_than_the_machine_has_been_running():
    anchor = Anchor("boot-1", 5_000_000, EIGHT)
    assert offline.moment(anchor, Now("boot-2", 61_000)) == Circumstances(EIGHT + 61_000, exact=False)
    assert offline.moment(None, Now("boot-2", 61_000)) == Circumstances(0, exact=False)
