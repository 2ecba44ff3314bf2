"""What an office wants to be told is raised once and stays until somebody takes it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from appliance.units import MINUTE
from appliance.web import alerts
from appliance.web.alerts import OF_BOXES, OF_QUEUE, Book, Finding, Limits
from appliance.wire.messages import Part, Presence
from appliance.wire.staff import StaffCounter, StaffQueue, StaffService

NOW = 100 * MINUTE
LIMITS = Limits(waiting=10, wait=30, idle=5, box=2)


def queue(waiting=0, oldest=None):
    oldest_at = None if oldest is None else NOW - oldest * MINUTE
    return StaffQueue(1, 1, "2026-04-06", NOW, [StaffService("a", waiting, oldest_at)])


def counter(free_for=None):
    since = None if free_for is None else NOW - free_for * MINUTE
    return StaffCounter(1, 1, "1", {"id": "Loket 1"}, "free", 0, free_since=since)


def raised(book):
    return [(one.kind, one.about) for one in book.open]


def look(book, *found, judged=OF_QUEUE | OF_BOXES, at=NOW):
    return alerts.step(book, found, judged, at)


FULL = Finding("waiting", "a", 11, 10)
NEAR = replace(FULL, value=9, over=False)


@pytest.mark.parametrize(
    ("state", "over"),
    [
        ((queue(10), []), []),
        ((queue(11), []), [("waiting", "a")]),
        ((queue(1, 30), []), []),
        ((queue(1, 31), []), [("wait", "a")]),
        ((queue(), [counter(5)]), []),
        ((queue(), [counter(6)]), [("idle", "1")]),
        ((queue(), [counter()]), []),
    ],
)
def test_a_limit_is_exceeded_only_beyond_it(state, over):
    found = alerts.in_queue(LIMITS, *state, NOW)
    assert [(one.kind, one.about) for one in found if one.over] == over


def test_nothing_is_raised_by_a_limit_of_nothing():
    none = Limits(0, 0, 0, 0, paper=False)
    nodes = {"kiosk-1": Presence(1, "kiosk-1", "online", parts=[Part("printer", "fault", "paper_out")])}
    assert alerts.in_queue(none, queue(500, 90), [counter(90)], NOW) == []
    assert alerts.in_boxes(none, nodes, {"kiosk-2": NOW}, at_work=True) == []


def test_paper_that_is_low_is_told_of_a_box_that_is_there():
    low = Presence(1, "kiosk-1", "online", parts=[Part("printer", "ok", "near_end")])
    gone = Presence(1, "kiosk-2", "offline", parts=[Part("printer", "fault", "paper_out")])
    found = alerts.in_boxes(LIMITS, {"kiosk-1": low, "kiosk-2": gone}, {}, at_work=True)
    assert [(one.kind, one.about) for one in found] == [("paper", "kiosk-1")]


def test_a_box_is_missed_while_the_office_is_open_and_not_at_once():
    def over(minutes, *, at_work):
        (found,) = alerts.in_boxes(LIMITS, {}, {"kiosk-1": minutes * MINUTE}, at_work=at_work)
        return found.over

    assert not over(1, at_work=True)
    assert over(2, at_work=True)
    assert not over(600, at_work=False)


def test_an_alert_is_raised_once_and_stays_until_it_is_taken():
    book = look(Book(), FULL)
    assert look(book, FULL) == book
    over = look(book, at=NOW + 1)
    assert raised(over) == [("waiting", "a")]
    assert over.open[0].over_at == NOW + 1
    taken = alerts.take(over, 1, "siti", NOW + 2)
    assert taken.open == ()
    assert [(one.taken_by, one.taken_at, one.over_at) for one in taken.past] == [("siti", NOW + 2, NOW + 1)]


def test_a_taken_alert_stays_as_long_as_what_it_tells_of_and_is_raised_anew_only_after_that():
    book = alerts.take(look(Book(), FULL), 1, "siti", NOW)
    assert look(book, FULL).open == book.open
    ended = look(book)
    assert (ended.open, len(ended.past)) == ((), 1)
    assert look(ended, FULL).open[0].id == 2


def test_who_is_first_has_it():
    book = alerts.take(look(Book(), FULL), 1, "siti", NOW)
    assert alerts.take(book, 1, "budi", NOW + 1) == book
    assert alerts.take(book, 7, "budi", NOW + 1) == book


def test_what_swings_around_its_limit_raises_no_second_alert():
    book = alerts.take(look(Book(), FULL), 1, "siti", NOW)
    for found in (NEAR, FULL, NEAR, FULL):
        book = look(book, found)
    assert (book.latest, len(book.open)) == (1, 1)
    assert look(Book(), NEAR).open == ()


def test_what_is_over_and_comes_again_untaken_is_the_same_alert():
    book = look(look(Book(), FULL), at=NOW + 1)
    again = look(book, FULL, at=NOW + 2)
    assert (again.latest, again.open[0].over_at) == (1, None)
    assert look(book, NEAR, at=NOW + 2).open[0].over_at == NOW + 1


def test_what_cannot_be_looked_at_stays_as_it_is():
    book = alerts.take(look(Book(), FULL), 1, "siti", NOW)
    assert look(book, judged=OF_BOXES) == book


def test_the_past_is_bounded():
    book = Book()
    for number in range(1, 80):
        book = look(alerts.take(look(book, FULL), number, "siti", NOW))
    assert (len(book.past), book.past[-1].id) == (alerts.MOST_PAST, 79)
