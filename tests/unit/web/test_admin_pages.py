"""The administration as it is served: a real hub, broker and web, and browsers without script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from admin_browser import PlainBrowser

from appliance.node.polling import until
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice
from appliance.wire import messages as m

BEFORE_OPENING = 6 * 3600.0
SECRET = "demonstration of administrator"  # noqa: S105  # the demonstration's door
PASSWORD = "kata sandi panjang"  # noqa: S105
PAGES = [
    "", "/services", "/services/new", "/services/pendaftaran", "/counters", "/counters/new", "/counters/1", "/hours",
    "/holidays", "/holidays?year=2027", "/rules", "/journeys", "/journeys/new", "/office", "/kiosks", "/texts",
    "/lobby", "/day", "/file", "/versions", "/people", "/people/new",
]  # fmt: skip


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("office"), [*SampleOffice.nodes(2), "web-2"]) as running:
        yield running


@pytest.fixture(scope="module")
def office(rig: Rig) -> SampleOffice:
    return SampleOffice(rig, 2, OfficeTime.starting(BEFORE_OPENING, 1.0))


@pytest.fixture(scope="module")
def at(office: SampleOffice) -> str:
    office.hub()
    office.web(demonstration=True)
    at = office.pages_at()
    assert until(lambda: somebody(at, "administrator").get("/admin").status == 200, 20)
    return at


def somebody(at: str, role: str, language: str = "en") -> PlainBrowser:
    browser = PlainBrowser(at, language)
    browser.demonstrate(role)
    return browser


@pytest.fixture
def admin(at: str) -> PlainBrowser:
    return somebody(at, "administrator")


@pytest.fixture
def head(at: str) -> PlainBrowser:
    return somebody(at, "head")


def exported(browser: PlainBrowser):
    return json.loads(browser.get("/admin/file/office.json").html)["office"]


def service_of(browser: PlainBrowser, key: str):
    return next(service for service in exported(browser)["services"] if service["id"] == key)


# -- looking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_served_with_all_its_words(at, language):
    browser = somebody(at, "administrator", language)
    for path in PAGES:
        page = browser.get(f"/admin{path}")
        assert page.status == 200, path
        assert "admin." not in page.text, path


def test_a_technician_may_look_and_change_nothing(at, admin):
    technician = somebody(at, "technician")
    page = technician.get("/admin/services/pendaftaran")
    assert (page.status, "disabled" in page.html, "You can look" in page.text) == (200, True, True)
    before = exported(admin)
    assert technician.send(page, "/admin/services/pendaftaran", minutes="9").status == 403
    assert technician.get("/admin/people").status == 403
    assert exported(admin) == before


def test_an_officer_may_not_even_look(at):
    assert somebody(at, "officer").get("/admin").status == 403


def test_what_is_not_there_is_not_found(admin):
    assert [admin.get(f"/admin/{path}").status for path in ("services/nothing", "versions/1999999", "counters/x")] == [
        404
    ] * 3


# -- changing one thing ------------------------------------------------------------------------------------------------


def test_a_new_service_is_saved_with_its_checklist_and_at_the_counters(admin, rig):
    page = admin.get("/admin/services/new")
    saved = admin.send(
        page, "/admin/services/new", names__id="Loket Kasir", names__en="Cashier", prefix="k", minutes="2,5",
        bring__id="Uang pas\nTanda terima", last_ticket="14.30", at_kiosk="yes", counter="2",
    )  # fmt: skip
    assert (saved.address.endswith("/admin/services"), "Saved" in saved.text) == (True, True)
    service = service_of(admin, "loket-kasir")
    wanted = {"prefix": "K", "minutes": 2.5, "bring": {"id": ["Uang pas", "Tanda terima"]}, "last_ticket": "14:30"}
    assert {name: service[name] for name in wanted} == wanted
    served = {counter["id"]: "loket-kasir" in counter["services"] for counter in exported(admin)["counters"]}
    assert served == {"1": False, "2": True}
    gone = admin.send(admin.get("/admin/services/loket-kasir"), "/admin/services/loket-kasir/remove")
    assert "Removed" in gone.text
    assert "loket-kasir" not in json.dumps(exported(admin))


def test_a_form_that_cannot_be_saved_says_why_beside_each_field_and_keeps_what_was_typed(admin):
    before = exported(admin)
    page = admin.get("/admin/services/pendaftaran")
    again = admin.send(
        page, "/admin/services/pendaftaran", names__id="Nama Yang Panjang", prefix="A1", minutes="lima", quota="0"
    )
    assert again.status == 422
    fields = again.fields("/admin/services/pendaftaran")
    kept = [fields[name] for name in ("names.id", "prefix", "minutes", "quota")]
    assert kept == ["Nama Yang Panjang", "A1", "lima", "0"]
    for field in ("prefix", "minutes", "quota"):
        assert f'id="f-{field}-problem"' in again.html
    assert exported(admin) == before


def test_what_only_the_hub_can_tell_stands_beside_the_field_as_well(admin):
    page = admin.get("/admin/services/pendaftaran")
    again = admin.send(page, "/admin/services/pendaftaran", last_ticket="05.00")
    assert (again.status, "before the office opens" in again.text) == (409, True)
    assert 'id="f-last_ticket-problem"' in again.html
    assert again.fields("/admin/services/pendaftaran")["last_ticket"] == "05.00"
    twice = admin.send(page, "/admin/services/pendaftaran", prefix="B")
    assert (twice.status, "another service" in twice.text) == (422, True)


def test_the_week_holidays_rules_and_letters_are_saved(admin):
    admin.send(admin.get("/admin/hours"), "/admin/hours", hours__fri="7.30-11, 13-15", hours__sun="")
    holidays = admin.get("/admin/holidays?year=2026")
    admin.send(holidays, "/admin/holidays", holiday=["2026-08-17", "2026-12-25", "2027-01-01"])
    admin.send(
        admin.get("/admin/rules"), "/admin/rules", rules__promise_minutes="45", rules__no_show_returns__place="end"
    )
    kiosks = admin.get("/admin/kiosks")
    admin.send(kiosks, "/admin/kiosks", kiosk=["kiosk-1", "kiosk-9"], letter=["x", "z"])
    office = exported(admin)
    assert office["hours"]["fri"] == [["07:30", "11:00"], ["13:00", "15:00"]]
    assert "sun" not in office["hours"]
    assert office["holidays"] == ["2026-08-17", "2026-12-25"]
    assert (office["rules"]["promise_minutes"], office["rules"]["no_show_returns"]["place"]) == (45, "end")
    assert office["kiosks"] == {"kiosk-1": "X", "kiosk-9": "Z"}


def test_services_are_put_in_another_order(admin):
    before = [service["id"] for service in exported(admin)["services"]]
    admin.send(admin.get("/admin/services"), f"/admin/services/{before[1]}/move", to="up")
    assert [service["id"] for service in exported(admin)["services"]] == [before[1], before[0], *before[2:]]


def test_a_counter_and_a_journey_are_made_and_removed(admin):
    page = admin.get("/admin/counters/new")
    assert page.fields("/admin/counters/new")["names.id"] == "Loket 3"
    wrong = admin.send(page, "/admin/counters/new", names__id="Loket 3")
    assert (wrong.status, "serves at least one service" in wrong.text) == (422, True)
    admin.send(
        wrong, "/admin/counters/new",
        **{"does.konsultasi": "serves", "does.pendaftaran": "helps", "roster.mon": "8-12", "keypad_other": "keypad-7"},
    )  # fmt: skip
    counter = next(counter for counter in exported(admin)["counters"] if counter["id"] == "3")
    assert (counter["services"], counter["helps"]) == (["konsultasi"], ["pendaftaran"])
    assert (counter["roster"], counter["keypads"]) == ({"mon": [["08:00", "12:00"]]}, ["keypad-7"])
    page = admin.get("/admin/journeys/new")
    assert admin.send(page, "/admin/journeys/new", names__id="Satu saja", step="konsultasi").status == 422
    admin.send(page, "/admin/journeys/new", names__id="Balik Nama", step=["konsultasi", "pengambilan"])
    assert exported(admin)["journeys"][0]["services"] == ["konsultasi", "pengambilan"]
    admin.send(admin.get("/admin/journeys/balik-nama"), "/admin/journeys/balik-nama/remove")
    admin.send(admin.get("/admin/counters/3"), "/admin/counters/3/remove")
    assert (exported(admin)["journeys"], len(exported(admin)["counters"])) == ([], 2)


def test_sending_the_same_form_twice_changes_the_office_once(admin):
    page = admin.get("/admin/services/new")
    filled = {**page.fields("/admin/services/new"), "names.id": "Sekali", "prefix": "S", "at_kiosk": "yes"}
    assert [admin.post("/admin/services/new", filled).status for _ in range(2)] == [200, 200]
    assert [service["id"] for service in exported(admin)["services"]].count("sekali") == 1
    admin.send(admin.get("/admin/services/sekali"), "/admin/services/sekali/remove")


# -- two at once -------------------------------------------------------------------------------------------------------


def test_the_second_of_two_sees_what_the_first_changed_and_both_are_kept(admin, head):
    mine = admin.get("/admin/services/konsultasi")
    theirs = head.get("/admin/services/konsultasi")
    head.send(theirs, "/admin/services/konsultasi", minutes="12")
    review = admin.send(mine, "/admin/services/konsultasi", names__en="Advice")
    assert (review.status, "Ibu Kartika" in review.text, "Minutes per person" in review.text) == (409, True, True)
    assert service_of(admin, "konsultasi")["names"]["en"] != "Advice"
    done = admin.send(review, "/admin/whole")
    assert "Saved" in done.text
    service = service_of(admin, "konsultasi")
    assert (service["names"]["en"], service["minutes"]) == ("Advice", 12.0)


@pytest.mark.parametrize(("choice", "after"), [("theirs", 21.0), ("mine", 22.0)])
def test_where_two_collide_the_second_is_asked(admin, head, choice, after):
    mine = admin.get("/admin/services/konsultasi")
    head.send(head.get("/admin/services/konsultasi"), "/admin/services/konsultasi", minutes="21")
    review = admin.send(mine, "/admin/services/konsultasi", minutes="22")
    assert "Choose which holds" in review.text
    unanswered = admin.send(review, "/admin/whole")
    assert ("Choose which holds" in unanswered.text, service_of(admin, "konsultasi")["minutes"]) == (True, 21.0)
    admin.send(review, "/admin/whole", **{"take.services/konsultasi/minutes": choice})
    assert service_of(admin, "konsultasi")["minutes"] == after
    admin.send(admin.get("/admin/services/konsultasi"), "/admin/services/konsultasi", minutes="10")


def test_whoever_reviews_while_a_third_changes_reviews_again(admin, head):
    mine = admin.get("/admin/services/konsultasi")
    head.send(head.get("/admin/hours"), "/admin/hours", hours__sat="8-11")
    review = admin.send(mine, "/admin/services/konsultasi", names__en="Land advice now")
    head.send(head.get("/admin/hours"), "/admin/hours", hours__sat="8-10")
    again = admin.send(review, "/admin/whole")
    assert "changed meanwhile" in again.text
    assert "Saved" in admin.send(again, "/admin/whole").text
    assert exported(admin)["hours"]["sat"] == [["08:00", "10:00"]]


def test_a_form_of_before_a_restart_of_the_web_knows_its_base_from_the_log(at, admin, rig):
    page = admin.get("/admin/services/konsultasi")
    fields = page.fields("/admin/services/konsultasi")
    versions = admin.get("/admin/versions")
    oldest = min(int(link.rpartition("/")[2]) for link in versions.links if "/admin/versions/" in link)
    review = admin.post("/admin/services/konsultasi", {**fields, "base": str(oldest), "names.en": "From long ago"})
    assert (review.status, "From long ago" in review.text) == (409, True)


@pytest.mark.parametrize("base", ["", "abc", "1999999"])
def test_a_form_whose_beginning_nobody_knows_is_shown_before_it_is_saved(admin, base):
    page = admin.get("/admin/services/konsultasi")
    fields = {**page.fields("/admin/services/konsultasi"), "base": base, "names.en": "From nowhere"}
    review = admin.post("/admin/services/konsultasi", fields)
    assert (review.status, "From nowhere" in review.text) == (409, True)
    assert service_of(admin, "konsultasi")["names"]["en"] != "From nowhere"


@pytest.mark.parametrize("mine", ["", "[]", "{}", '{"services": [1], "counters": []}', '{"services": 3}', "\\"])
def test_what_no_page_of_ours_carries_is_refused(admin, mine):
    csrf = admin.get("/admin/hours").fields("/admin/hours")["csrf"]
    assert admin.post("/admin/whole", {"csrf": csrf, "mine": mine}).status == 422


# -- one file, versions ------------------------------------------------------------------------------------------------


def test_the_office_goes_out_as_toml_and_comes_in_after_a_look(admin):
    toml = admin.get("/admin/file/office.toml").html
    assert toml.startswith("[office]")
    nothing = admin.send(admin.get("/admin/file"), "/admin/file", office=toml)
    assert "Nothing changes" in nothing.text
    changed = toml.replace("Kantor Pertanahan Kabupaten Contoh", "Kantor Baru")
    review = admin.send(
        nothing if nothing.forms[-1][0] == "/admin/file" else admin.get("/admin/file"), "/admin/file", office=changed
    )
    assert "Kantor Baru" in review.text
    assert exported(admin)["names"]["id"] == "Kantor Pertanahan Kabupaten Contoh"
    assert "Saved" in admin.send(review, "/admin/whole").text
    assert exported(admin)["names"]["id"] == "Kantor Baru"


def test_a_wrong_file_is_refused_in_words_and_kept(admin):
    before = exported(admin)
    wrong = json.dumps({"office": {**before, "zone": 7, "services": [{**before["services"][0], "prefix": "??"}]}})
    page = admin.send(admin.get("/admin/file"), "/admin/file", office=wrong)
    assert (page.status, "Write one or two letters" in page.text) == (422, True)
    assert page.fields("/admin/file")["office"] == wrong
    assert admin.send(admin.get("/admin/file"), "/admin/file", office="services = [").status == 422
    assert exported(admin) == before


def test_every_version_says_who_and_what_and_comes_back(admin):
    admin.send(admin.get("/admin/office"), "/admin/office", names__en="First name")
    admin.send(admin.get("/admin/office"), "/admin/office", names__en="Second name")
    versions = admin.get("/admin/versions")
    assert "Agus Wijaya" in versions.text
    links = [link for link in versions.links if "/admin/versions/" in link]
    one = admin.get(links[1])
    assert ("First name" in one.text, "Name · English" in one.text) == (True, True)
    review = admin.send(one, f"{links[1]}/bring-back")
    assert "Second name" in review.text
    assert "in force again" in admin.send(review, "/admin/whole").text
    assert exported(admin)["names"]["en"] == "First name"


# -- the lobby, the day ------------------------------------------------------------------------------------------------


def test_running_text_and_announcements_reach_the_lobby(admin, head, rig):
    page, other = admin.get("/admin/lobby"), head.get("/admin/lobby")
    shown = admin.send(
        page,
        "/admin/lobby",
        **{"running.id": ["Selamat datang", "", ""], "title.id": ["Libur"], "body.id": ["Senin tutup"]},
    )
    assert "on the screens" in shown.text
    assert "Selamat datang" in admin.get("/admin/lobby").html
    late = head.send(other, "/admin/lobby", **{"running.id": ["Lain", "", ""]})
    assert (late.status, "Selamat datang" in late.text, "Lain" in late.html) == (409, True, True)
    assert (
        admin.send(admin.get("/admin/lobby"), "/admin/lobby", **{"title.id": ["", ""], "body.id": ["tanpa", ""]}).status
        == 422
    )


def test_two_who_post_at_once_do_not_overwrite_each_other(admin, head):
    pages = [(browser, browser.get("/admin/lobby")) for browser in (admin, head)]
    texts = ["Dari admin", "Dari kepala"]

    def post(number: int) -> int:
        browser, page = pages[number]
        return browser.send(page, "/admin/lobby", **{"running.id": [texts[number], "", ""]}).status

    with ThreadPoolExecutor(2) as both:
        came_of = list(both.map(post, range(2)))
    assert sorted(came_of) == [200, 409]
    # Whoever was let through sees at once what they have posted.
    assert texts[came_of.index(200)] in admin.get("/admin/lobby").html


def test_numbers_are_stopped_with_a_reason_and_given_again(admin):
    stopped = admin.send(admin.get("/admin/day"), "/admin/day/stop", reason="Rapat", service="konsultasi")
    assert "No more numbers" in stopped.text
    assert until(lambda: any(action == "/admin/day/resume" for action, _ in admin.get("/admin/day").forms), 10)
    assert "given again" in admin.send(admin.get("/admin/day"), "/admin/day/resume").text


def test_staff_practise_and_no_definition_is_taken_meanwhile(admin):
    assert "practice begins" in admin.send(admin.get("/admin/day"), "/admin/day/practise").text
    assert until(lambda: any(action == "/admin/day/end-practice" for action, _ in admin.get("/admin/day").forms), 20)
    page = admin.get("/admin/services/konsultasi")
    refused = admin.send(page, "/admin/services/konsultasi", names__en="In practice")
    assert refused.status == 409
    assert refused.fields("/admin/services/konsultasi")["names.en"] == "In practice"
    assert "practice is over" in admin.send(admin.get("/admin/day"), "/admin/day/end-practice").text
    assert until(lambda: any(action == "/admin/day/practise" for action, _ in admin.get("/admin/day").forms), 20)


# -- people ------------------------------------------------------------------------------------------------------------


def confirmed(browser, page, action):
    """Give one's secret once more if the page asks for it."""
    return browser.send(page, action, confirm_secret=SECRET) if page.status == 403 else page


def test_a_person_is_added_changed_and_let_go_and_each_dangerous_act_asks_again(at):
    admin = somebody(at, "administrator")
    page = admin.get("/admin/people/new")
    asked = admin.send(page, "/admin/people/new", name="Rina Sari", role="officer", password=PASSWORD, pin="")
    assert asked.status == 403
    added = confirmed(admin, asked, "/admin/people/new")
    assert ("Rina Sari" in added.text, added.status) == (True, 200)
    path = added.address[added.address.index("/admin") :]
    rina = PlainBrowser(at, "en")
    assert rina.post("/sign-in", {"name": "rina sari", "secret": PASSWORD}).address.endswith("/counter")
    changed = confirmed(admin, admin.send(admin.get(path), f"{path}/role", role="desk"), f"{path}/role")
    assert "role is changed" in changed.text
    assert rina.get("/counter").address.endswith("/sign-in?then=/counter")
    gone = confirmed(
        admin,
        admin.post(f"{path}/active", {**admin.get(path).fields(f"{path}/active"), "active": "no"}),
        f"{path}/active",
    )
    assert "no more" in gone.text
    assert "do not match" in rina.post("/sign-in", {"name": "Rina Sari", "secret": PASSWORD}).text.lower()


def test_a_person_that_cannot_be_added_says_why_beside_the_field(at):
    admin = somebody(at, "administrator")
    page = admin.get("/admin/people/new")
    for fields, field in [
        ({"password": "short"}, "password"),
        ({"pin": "123456", "password": ""}, "pin"),
        ({"password": ""}, "password"),
    ]:
        asked = admin.send(page, "/admin/people/new", **{"name": "Orang Baru", "role": "desk", **fields})
        wrong = confirmed(admin, asked, "/admin/people/new")
        assert (wrong.status, f'id="{field}-problem"' in wrong.html) == (422, True)
        assert wrong.fields("/admin/people/new")["name"] == "Orang Baru"


def test_the_last_administrator_stays_one(at):
    admin = somebody(at, "administrator")
    people = admin.get("/admin/people")
    path = next(link for link in people.links if link.startswith("/admin/people/1"))
    person = admin.get(path)
    assert "Agus Wijaya" in person.text
    refused = confirmed(admin, admin.send(person, f"{path}/role", role="viewer"), f"{path}/role")
    assert (refused.status, "last administrator" in refused.text) == (422, True)


def test_everybody_changes_their_own_secret_and_stays_signed_in(at):
    viewer = somebody(at, "viewer")
    page = viewer.get("/me")
    old, new = "demonstration of viewer", "sebuah sandi baru"
    assert viewer.send(page, "/me", secret=PASSWORD, password=new, again=new, pin="").status == 422
    assert viewer.send(page, "/me", secret=old, password=new, again="another one", pin="").status == 422
    done = viewer.send(page, "/me", secret=old, password=new, again=new, pin="")
    assert (done.status, "changed" in done.text) == (200, True)
    assert viewer.get("/me").status == 200
    back = viewer.send(viewer.get("/me"), "/me", secret=new, password=old, again=old, pin="")
    assert back.status == 200


def test_the_hub_decides_the_race_itself(admin, rig):
    """Not only the pages: whoever asks with an older version is refused."""
    asker = rig.asker("web-2")
    try:
        asker.wait_for_hub(20)
        reply = asker.ask(m.Define(exported(admin), "siti", 1))
        assert reply.code == "changed_meanwhile"
    finally:
        asker.close()


def test_while_the_hub_is_away_a_form_is_kept_and_saved_when_it_is_back(admin, office, rig):
    page = admin.get("/admin/services/konsultasi")
    rig.process("hub-1").kill()
    away = admin.send(page, "/admin/services/konsultasi", names__en="Kept meanwhile")
    assert (away.status, "hub" in away.text) == (409, True)
    assert away.fields("/admin/services/konsultasi")["names.en"] == "Kept meanwhile"
    office.hub()
    assert until(lambda: "Saved" in admin.send(away, "/admin/services/konsultasi").text, 20)
    assert service_of(admin, "konsultasi")["names"]["en"] == "Kept meanwhile"
