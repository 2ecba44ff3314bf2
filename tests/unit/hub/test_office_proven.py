"""The office's definition is tried out before it is believed, from the file and from the bus alike."""

from __future__ import annotations

import msgspec
import pytest
from hub_bench import NOW, OFFICE, ask, founded, tick

from appliance.engine import commands as c
from appliance.engine.model import Service
from appliance.hub.calendar import opening_of, problems
from appliance.node.config import ConfigError
from appliance.texts.parts import LOGGED, of_part
from appliance.wire import messages as m

HOURS = {"mon": (("08:00", "12:00"), ("13:00", "15:00"))}


def office(**more):
    return msgspec.structs.replace(OFFICE, **more)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"zone": "Asia/Bekasi"}, "zone"),
        ({"zone": "../Asia/Jakarta"}, "zone"),
        ({"zone": "Asia"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"day_closes_at": "00:00"}, "day_closes_at"),
        ({"day_closes_at": "02:00", "hours": HOURS}, "day_closes_at"),
        ({"day_closes_at": "14:59", "hours": HOURS}, "day_closes_at"),
        ({"holidays": ("17 Agustus",)}, "holidays"),
        ({"holidays": ("2026-02-30",)}, "holidays"),
        ({"holidays": ("20260817",)}, "holidays"),
        ({"hours": {"mon": ()}}, "hours"),
        (
            {"hours": HOURS, "services": (msgspec.structs.replace(OFFICE.services[0], last_ticket="07:00"),)},
            "services.a.last_ticket",
        ),
        ({"services": tuple(Service(f"s{n}", p, {"id": "x" * 900}) for n, p in enumerate(["A", "B"] * 1)),
          "counters": tuple(msgspec.structs.replace(OFFICE.counters[0], id=str(n), names={"id": "L" * 3000},
                                                    services=("s0",)) for n in range(60))}, "services"),
    ],
)  # fmt: skip
def test_what_could_not_open_is_refused_with_its_key(hub, wrong, key):
    definition = office(**wrong)
    assert str(problems(definition, NOW)[0]).startswith(f"{key}:")
    before = hub.handler.day.definition
    reply = ask(hub, m.Define(msgspec.to_builtins(definition), "siti"))
    assert reply.code == "wrong_definition"
    assert key in reply.advice
    assert hub.handler.day.definition == before
    tick(hub)


@pytest.mark.parametrize(
    "right",
    [{}, {"hours": HOURS}, {"holidays": ("2026-08-17",)}, {"zone": "Asia/Jayapura"}, {"day_closes_at": "23:59"}],
)
def test_what_can_open_is_taken(hub, right):
    assert problems(office(**right), NOW) == []
    assert isinstance(ask(hub, m.Define(msgspec.to_builtins(office(**right)), "siti")), m.Accepted)


def test_a_week_of_holidays_is_no_mistake():
    week = tuple(f"2026-04-{day:02d}" for day in range(4, 18))
    assert problems(office(hours=HOURS, holidays=week), NOW) == []


def test_a_holiday_closes_an_office_without_hours_as_well():
    assert opening_of(office(holidays=("2026-04-06",)), NOW).spans == ()


@pytest.mark.expects_log("waits to be taken over")
def test_a_changed_file_waits_for_the_citizen_at_the_counter_and_says_so(tmp_path, caplog):
    hub = founded(tmp_path / "giliran.db")
    tick(hub)
    ask(hub, m.Issue("a"), node="kiosk-1")
    ask(hub, m.CallNext("1"), node="keypad-1")
    changed = office(names={"id": "Kantor Baru"}, counters=OFFICE.counters[1:])
    hub.house.adopt(changed)
    assert (hub.house.office_part.state, hub.handler.day.definition) == ("fault", OFFICE)
    assert "Finish the tickets" in of_part(hub.house.office_part, LOGGED)
    for _ in range(5):
        tick(hub)
    assert caplog.text.count("waits to be taken over") == 1
    ask(hub, m.Finish("1"), node="keypad-1")
    tick(hub)
    assert (hub.house.office_part.state, hub.handler.day.definition) == ("ok", changed)
    hub.store.close()


@pytest.mark.expects_log("the office goes on as it was")
def test_a_wrong_file_does_not_close_an_office(hub):
    hub.house.keep_office(ConfigError("/etc/giliran/hub.toml: office.zone: there is no time zone 'Asia/Bekasi'"))
    assert "goes on as it was" in of_part(hub.house.office_part, LOGGED)
    assert isinstance(ask(hub, m.Issue("a"), node="kiosk-1"), m.Accepted)


def test_a_booking_whose_service_is_gone_is_refused_and_nothing_stops(hub):
    """However it came about: an older log may hold such a booking."""
    ask(hub, m.Book("CODE1", "a", hub.clock.office_ms() + 60_000))
    hub.handler.day.services.pop("a")
    assert hub.handler.execute(c.IssueBooked("CODE1"), "hub").code == "unknown_service"
