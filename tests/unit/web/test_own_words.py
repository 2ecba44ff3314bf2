"""The page of the office's own words: pictures of what is typed, what is wrong beside its field, two at once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy

import pytest
from admin_browser import Page, PlainBrowser

from appliance import texts
from appliance.engine.soundness import Problem
from appliance.node.polling import until
from appliance.texts.office_words import LONGEST
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice, office
from appliance.web.admin import checks
from appliance.web.admin.changes import differences, merge
from appliance.web.admin.own_words import HERE, PLACES, typed_texts
from appliance.web.admin.toml import office_toml
from appliance.web.admin.wording import Wording
from appliance.web.browser import Form

BASE = checks.whole(office(2))
BEFORE_OPENING = 6 * 3600.0


def worded(**own: dict[str, str]) -> dict:
    one = deepcopy(BASE)
    one["texts"] = {key.replace("__", "."): said for key, said in own.items()}
    return one


# -- without a server --------------------------------------------------------------------------------------------------


def test_every_text_has_its_place_on_the_page_and_every_picture_its_words() -> None:
    moments = [moment for place in PLACES.values() for moment in place]
    assert [key for moment in moments for key in moment.keys] == list(LONGEST)
    assert all(key.startswith(place) for place, found in PLACES.items() for one in found for key in one.keys)
    for language in ("id", "en"):
        asked = {f"words.moment.{one.name}" for one in moments} | {f"words.place.{place}" for place in PLACES}
        assert asked | {key for one in moments for key in (one.title, one.text) if key} <= texts.keys(language)


def test_what_is_typed_is_tidied_and_the_usual_words_are_left_to_the_catalogues() -> None:
    form = Form(
        [
            ("texts.board.welcome.id", "  Sugeng \u00a0\n rawuh "),
            ("texts.board.welcome.en", texts.text("board.welcome", "en")),
            ("texts.kiosk.refused.id", "Tidak"),
        ]
    )
    before = {"board.welcome": {"jv": "Mangga"}, "ticket.thanks": {"id": "Nuwun"}, "kiosk.of_old": {"id": "Lama"}}
    assert typed_texts(form, before) == {"board.welcome": {"id": "Sugeng rawuh", "jv": "Mangga"}}


def test_a_change_and_a_problem_name_the_text_in_words() -> None:
    after = worded(kiosk__begin={"id": "Mulai di sini", "en": "Start here"})
    words = Wording("en", after, BASE)
    labels = [words.label(change.path) for change in differences(BASE, after)]
    assert labels == ["At the kiosk · The large sentence · Indonesian", "At the kiosk · The large sentence · English"]
    (wrong,) = checks.office_problems(worded(kiosk__begin={"id": "x" * 33}))
    assert words.where(wrong) == labels[0]
    assert words.problem(wrong) == "Too long; 32 letters at most."
    assert words.where(Problem("texts.kiosk.of_old", "unknown_key", "", {})) == "At the kiosk · of_old"
    assert words.where(Problem("texts.odd", "unknown_key", "", {})) == "odd"


def test_two_languages_of_one_text_come_together_and_one_text_collides() -> None:
    mine, theirs = worded(board__welcome={"en": "Hello"}), worded(board__welcome={"id": "Sugeng rawuh"})
    both = merge(BASE, mine, theirs, {})
    assert (both.collisions, both.office["texts"]) == ([], {"board.welcome": {"id": "Sugeng rawuh", "en": "Hello"}})
    (one,) = merge(BASE, mine, worded(board__welcome={"en": "Hi"}), {}).collisions
    assert one.key == "texts/board.welcome/en"


def test_an_office_with_words_of_its_own_goes_through_the_file() -> None:
    after = worded(board__welcome={"id": 'Sugeng "rawuh" \\ أهلا'}, kiosk__photograph={"id": "{number}!"})
    assert checks.whole(tomllib.loads(office_toml(after))["office"]) == after


# -- served ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Rig(tmp_path_factory.mktemp("office"), SampleOffice.nodes(2)) as rig:
        town = SampleOffice(rig, 2, OfficeTime.starting(BEFORE_OPENING, 1.0))
        town.hub()
        town.web(demonstration=True)
        address = town.pages_at()
        assert until(lambda: somebody(address, "administrator").get("/admin").status == 200, 20)
        yield address


def somebody(at: str, role: str) -> PlainBrowser:
    browser = PlainBrowser(at, "en")
    browser.demonstrate(role)
    return browser


@pytest.fixture
def admin(at: str) -> Iterator[PlainBrowser]:
    browser = somebody(at, "administrator")
    yield browser
    page = browser.get(HERE)
    browser.send(page, HERE, **dict.fromkeys((name for name in page.fields(HERE) if name.startswith("texts.")), ""))


def own(browser: PlainBrowser) -> dict[str, dict[str, str]]:
    return dict(json.loads(browser.get("/admin/file/office.json").html)["office"]["texts"])


def said(page: Page, key: str, language: str) -> str:
    """Return what stands beside a field."""
    return page.html.partition(f'id="said-{key}-{language}"')[2].partition("</div>")[0].partition(">")[2]


def test_a_text_that_is_saved_holds_and_an_emptied_field_is_the_usual_words_again(admin: PlainBrowser) -> None:
    page = admin.get(HERE)
    assert page.text.count("Usually:") == 2 * len(LONGEST)
    saved = admin.send(page, HERE, texts__board__welcome__id="Sugeng rawuh", texts__ticket__thanks__en="Thanks a lot")
    assert "Saved" in saved.text
    assert own(admin) == {"board.welcome": {"id": "Sugeng rawuh"}, "ticket.thanks": {"en": "Thanks a lot"}}
    assert "On the board · Welcome · Indonesian" in admin.get("/admin/versions").text
    admin.send(admin.get(HERE), HERE, texts__board__welcome__id="")
    assert own(admin) == {"ticket.thanks": {"en": "Thanks a lot"}}


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(admin: PlainBrowser) -> None:
    wrong = {
        "texts.kiosk.photograph.en": "Take a photo.",
        "texts.board.welcome.id": "x" * 33,
        "texts.board.welcome.en": "Wel\u200bcome",
        "texts.kiosk.begin.id": "Mulai {sini}",
    }
    page = admin.send(admin.get(HERE), HERE, **wrong)
    assert page.status == 422
    assert {name: page.fields(HERE)[name] for name in wrong} == wrong
    assert "It must have {number}" in said(page, "kiosk.photograph", "en")
    assert "Too long; 32 letters" in said(page, "board.welcome", "id")
    assert "a sign that nobody sees" in said(page, "board.welcome", "en")
    assert "Braces mean nothing" in said(page, "kiosk.begin", "id")
    assert own(admin) == {}


def test_the_pictures_show_what_is_typed_and_say_at_once_what_is_wrong(admin: PlainBrowser) -> None:
    fields = admin.get(HERE).fields(HERE)
    typed = {
        "texts.kiosk.begin.id": "أهلا وسهلا",
        "texts.kiosk.photograph.id": "Foto <b> {number}",
        "texts.ticket.thanks.en": "Thanks {",
    }
    seen = admin.post(f"{HERE}/preview", {**fields, **typed})
    first = seen.html.partition('id="picture-first-id"')[2].partition("</figure>")[0]
    assert 'dir="auto">أهلا وسهلا<' in first
    assert "Foto &lt;b&gt; A012" in seen.html
    assert "Thank you" in seen.html.partition('id="picture-ticket-en"')[2].partition("</figure>")[0]
    assert "Braces" in said(seen, "ticket.thanks", "en")
    assert said(seen, "kiosk.begin", "id") == ""
    assert own(admin) == {}


def test_the_second_of_two_is_asked_where_both_worded_the_same_text(at: str, admin: PlainBrowser) -> None:
    head, mine = somebody(at, "head"), admin.get(HERE)
    head.send(
        head.get(HERE), HERE, texts__board__welcome__id="Wilujeng sumping", texts__ticket__thanks__id="Hatur nuhun"
    )
    review = admin.send(mine, HERE, texts__board__welcome__id="Sugeng rawuh")
    assert (review.status, "On the board · Welcome · Indonesian" in review.text) == (409, True)
    admin.send(review, "/admin/whole", **{"take.texts/board.welcome/id": "mine"})
    assert own(admin) == {"board.welcome": {"id": "Sugeng rawuh"}, "ticket.thanks": {"id": "Hatur nuhun"}}


def test_whoever_may_only_look_changes_nothing(at: str, admin: PlainBrowser) -> None:
    technician = somebody(at, "technician")
    page = technician.get(HERE)
    assert (page.status, "<fieldset disabled>" in page.html) == (200, True)
    assert technician.send(page, HERE, texts__board__welcome__id="Halo").status == 403
    assert somebody(at, "officer").get(HERE).status == 403
    assert own(admin) == {}
