"""What differs between two offices, and what two people's changes come to: on plain tables, without a hub."""

from __future__ import annotations

import re
import tomllib
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from appliance import texts
from appliance.engine import soundness
from appliance.engine.definition import Rules
from appliance.hub import calendar
from appliance.tools.office.sample_office import office
from appliance.web.admin import checks, typed
from appliance.web.admin.changes import differences, flat, merge, unflat
from appliance.web.admin.keeper import Keeper
from appliance.web.admin.one_file import NotRead, read_office
from appliance.web.admin.toml import office_toml
from appliance.web.admin.wording import Wording
from appliance.wire.staff import StaffOffice

BASE = checks.whole(office(2))


def changed(change):
    one = deepcopy(BASE)
    change(one)
    return one


def renamed(office):
    office["services"][0]["names"]["id"] = "Pendaftaran"


def faster(office):
    office["services"][0]["minutes"] = 4.0


def two_holidays(*dates):
    return lambda office: office.__setitem__("holidays", list(dates))


def without(kind, key):
    return lambda office: office.__setitem__(kind, [one for one in office[kind] if one["id"] != key])


def test_an_office_is_the_same_after_it_was_taken_apart():
    assert checks.whole(unflat(flat(BASE))) == BASE
    assert differences(BASE, deepcopy(BASE)) == []


def test_what_two_changed_in_different_places_comes_together():
    both = merge(BASE, changed(renamed), changed(faster), {})
    assert both.collisions == []
    assert both.office["services"][0]["names"]["id"] == "Pendaftaran"
    assert both.office["services"][0]["minutes"] == 4.0


def test_holidays_and_weekdays_of_two_come_together():
    mine, theirs = changed(two_holidays("2026-08-17")), changed(two_holidays("2026-12-25"))
    mine["hours"]["mon"] = [["08:00", "12:00"]]
    theirs["hours"]["fri"] = [["08:00", "11:00"]]
    both = merge(BASE, mine, theirs, {}).office
    assert both["holidays"] == ["2026-08-17", "2026-12-25"]
    assert (both["hours"]["mon"], both["hours"]["fri"]) == ([["08:00", "12:00"]], [["08:00", "11:00"]])


def test_what_both_changed_is_asked_and_nothing_is_overwritten_meanwhile():
    mine, theirs = changed(renamed), deepcopy(BASE)
    theirs["services"][0]["names"]["id"] = "Registrasi"
    both = merge(BASE, mine, theirs, {})
    assert [(c.path, c.mine, c.theirs) for c in both.collisions] == [
        (("services", "pendaftaran", "names", "id"), "Pendaftaran", "Registrasi")
    ]
    assert both.open
    assert both.office["services"][0]["names"]["id"] == "Registrasi"
    chosen = merge(BASE, mine, theirs, {both.collisions[0].key: "mine"})
    assert not chosen.open
    assert chosen.office["services"][0]["names"]["id"] == "Pendaftaran"


@pytest.mark.parametrize(("taken", "there"), [({}, True), ({"services/pendaftaran": "mine"}, False)])
def test_what_one_removes_and_the_other_changes_is_asked(taken, there):
    both = merge(BASE, changed(without("services", "pendaftaran")), changed(faster), taken)
    assert [collision.path for collision in both.collisions] == [("services", "pendaftaran")]
    assert any(service["id"] == "pendaftaran" for service in both.office["services"]) == there


def test_what_one_removes_and_nobody_touched_goes():
    for mine, theirs in [(without("counters", "2"), renamed), (renamed, without("counters", "2"))]:
        both = merge(BASE, changed(mine), changed(theirs), {})
        assert both.collisions == []
        assert [counter["id"] for counter in both.office["counters"]] == ["1"]
        assert both.office["services"][0]["names"]["id"] == "Pendaftaran"


def test_two_new_services_stand_both_and_an_order_is_kept():
    mine, theirs = deepcopy(BASE), deepcopy(BASE)
    mine["services"].reverse()
    theirs["services"].append({**theirs["services"][0], "id": "kasir", "prefix": "K"})
    both = merge(BASE, mine, theirs, {}).office
    assert [service["id"] for service in both["services"]] == ["pengambilan", "konsultasi", "pendaftaran", "kasir"]


def test_every_wrong_field_is_named_not_only_the_first():
    wrong = deepcopy(BASE)
    wrong["services"][1] |= {"prefix": "a1", "minutes": "abc", "names": {}}
    wrong["hours"]["mon"] = "siang"
    wrong["rules"]["promise_minutes"] = 9000
    wrong["kiosks"]["kiosk-1"] = "XX"
    wrong["colour"] = "green"
    found = {problem.path: problem.code for problem in checks.office_problems(wrong)}
    assert found == {
        "services.konsultasi.prefix": "shape",
        "services.konsultasi.minutes": "range",
        "services.konsultasi.names": "needed",
        "hours.mon": "shape",
        "rules.promise_minutes": "range",
        "kiosks.kiosk-1": "shape",
        "colour": "unknown_key",
    }
    for language in ("id", "en"):
        words = Wording(language, wrong)
        sentences = [words.problem(problem) for problem in checks.office_problems(wrong)]
        assert not any("Expected" in sentence for sentence in sentences), sentences


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("8-12", [["08:00", "12:00"]]),
        ("08.00–12.00, 13:00 - 15.30", [["08:00", "12:00"], ["13:00", "15:30"]]),
        ("7.30 s/d 11; 13 – 15", [["07:30", "11:00"], ["13:00", "15:00"]]),
        ("pagi", "pagi"),
        ("8-25", "8-25"),
    ],
)
def test_opening_hours_are_read_as_people_write_them(text, spans):
    assert typed.spans(text) == spans


def test_a_number_that_is_none_stays_as_it_was_typed():
    assert [typed.number(text) for text in ("", "7", "2,5", "2.5", "tujuh", "-1")] == [None, 7, 2.5, 2.5, "tujuh", -1]


def test_a_new_id_is_like_the_name_and_nobodys():
    assert typed.new_id("Pendaftaran Berkas", (), "x") == "pendaftaran-berkas"
    assert typed.new_id("Pendaftaran Berkas", {"pendaftaran-berkas"}, "x") == "pendaftaran-berkas-2"
    assert typed.new_id("中文", (), "service") == "service"
    assert len(typed.new_id("x" * 80, (), "y")) <= 32


def test_an_office_written_as_toml_is_read_as_the_same():
    odd = deepcopy(BASE)
    odd["names"]["id"] = 'Kantor "Utama" \\ \u202b \x7f 中'
    odd["services"][0]["quota"] = 50
    odd["counters"][0]["roster"] = {"mon": [["08:00", "12:00"]]}
    odd["journeys"] = [{"id": "lengkap", "names": {"id": "Lengkap"}, "services": ["pendaftaran", "pengambilan"]}]
    written = office_toml(odd)
    assert checks.whole(tomllib.loads(written)["office"]) == odd
    assert checks.whole(read_office(written)) == odd
    assert office_toml({**odd, "journeys": []}).count("[office]") == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *(("", "empty"), ("{", "unreadable"), ("a=", "unreadable"), ("a=1", "no_office"), ("[]", "unreadable")),
        *(('{"services": ' + "9" * 5_000 + "}", "unreadable"), ("services = " + "9" * 5_000, "unreadable")),
        *(('{"services": [], "names": {"id": "\\ud800"}}', "unreadable"), ("a=" + "[" * 5_000, "unreadable")),
    ],
)
def test_a_file_that_is_no_office_says_why(text, key):
    with pytest.raises(NotRead) as told:
        read_office(text)
    assert told.value.key == key


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_change_has_words(language):
    other = changed(renamed)
    other["rules"]["promise_minutes"] = 30
    other["rules"]["no_show_returns"] = {"place": "end", "calls": 3}
    other["hours"]["fri"] = [["08:00", "11:30"]]
    other["counters"].pop()
    other["services"].reverse()
    words = Wording(language, other, BASE)
    lines = [
        f"{words.label(c.path)}: {words.value(c.path, c.before)} > {words.value(c.path, c.after)}"
        for c in differences(BASE, other)
    ]
    assert len(lines) == 6
    assert not any("admin." in line or "{" in line for line in lines), lines


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_rule_has_its_name_its_meaning_and_an_example(language):
    rules = [field.name for field in msgspec.structs.fields(Rules)]
    missing = {f"admin.rule.{rule}.{part}" for rule in rules for part in ("name", "what", "example")} - texts.keys(
        language
    )
    assert missing == set()


def test_every_problem_that_a_definition_can_have_has_its_sentence():
    sources = [Path(module.__file__).read_text(encoding="utf-8") for module in (soundness, calendar, checks)]
    codes = {code for source in sources for code in re.findall(r'Problem\(\s*[^,]+,\s*"(\w+)"', source)}
    assert len(codes) > 15
    assert {f"admin.problem.{code}" for code in codes - {"shape"}} <= texts.keys("id")


def test_a_version_whose_number_was_given_anew_is_the_one_that_holds_now():
    """A log that was restored, or begun anew, gives the numbers of versions once more."""
    now = SimpleNamespace(office=StaffOffice(1, 1, 5, BASE, "Siti"))
    site: Any = SimpleNamespace(live=SimpleNamespace(now=now))
    keeper = Keeper(site)
    assert keeper.current().office == BASE
    other = {**deepcopy(BASE), "names": {"id": "Kantor lain"}}
    now.office = StaffOffice(1, 1, 9, other, "Budi")
    assert keeper.current().office == other
    assert keeper.version(1) == keeper.current()
