"""Opening hours become instants, in the office's zone."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.engine.model import Counter, Definition, Service
from appliance.hub.calendar import opening_of


def office(**more):
    return Definition({"id": "K"}, (Service("a", "A", {"id": "L"}),), (Counter("1", {"id": "1"}, ("a",)),), **more)


def instant(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_hours_of_a_weekday_with_its_break():
    hours = {"mon": (("08:00", "12:00"), ("13:00", "15:00"))}
    opening = opening_of(office(hours=hours), instant("2026-04-06T02:00"))
    assert opening.date == "2026-04-06"
    assert [(s.opens, s.closes) for s in opening.spans] == [
        (instant("2026-04-06T01:00"), instant("2026-04-06T05:00")),
        (instant("2026-04-06T06:00"), instant("2026-04-06T08:00")),
    ]
    assert opening.ends_at == instant("2026-04-06T16:00")


def test_a_weekday_left_out_and_a_holiday_have_no_hours():
    hours = {"mon": (("08:00", "12:00"),)}
    assert opening_of(office(hours=hours), instant("2026-04-07T02:00")).spans == ()
    assert opening_of(office(hours=hours, holidays=("2026-04-06",)), instant("2026-04-06T02:00")).spans == ()


def test_the_business_day_is_that_of_the_offices_zone():
    assert opening_of(office(), instant("2026-04-05T17:30")).date == "2026-04-06"
    assert opening_of(office(zone="Asia/Jayapura"), instant("2026-04-05T15:30")).date == "2026-04-06"


def test_a_daylight_change_does_not_shift_the_hours():
    berlin = office(zone="Europe/Berlin", hours={"sun": (("08:00", "12:00"),)})
    opening = opening_of(berlin, instant("2026-03-29T07:00"))
    assert opening.spans[0].opens == instant("2026-03-29T06:00")


def test_the_next_opening_skips_the_weekend_and_holidays():
    hours = {"fri": (("08:00", "12:00"),), "mon": (("07:30", "12:00"),), "tue": (("09:00", "12:00"),)}
    friday = instant("2026-04-10T02:00")
    assert opening_of(office(hours=hours), friday).next_opens_at == instant("2026-04-13T00:30")
    after_a_holiday = opening_of(office(hours=hours, holidays=("2026-04-13",)), friday)
    assert after_a_holiday.next_opens_at == instant("2026-04-14T02:00")


def test_an_office_without_hours_is_always_open():
    opening = opening_of(office(), instant("2026-04-06T02:00"))
    assert opening.spans[0].opens <= instant("2026-04-06T02:00") < opening.spans[0].closes
