"""What the screens say: groups, reasons, turns; and what is said to the ear."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.tools.shots import scenes
from appliance.wire.messages import Catalogue, ServiceState, Turn, Waiting
from kiosk.visit import guidance, screen_text, service_cards
from kiosk.visit.state import Flow

NINE_41 = 1_775_443_260_000


def cards(services: list[ServiceState], group: str = "", language: str = "id") -> list[dict[str, Any]]:
    available = frozenset(service.id for service in services if service.open)
    return service_cards.rows(service_cards.Offer(services, available), group, language)


def values(flow: Flow, waiting: Waiting | None = None, catalogue: Catalogue | None = None) -> dict[str, Any]:
    catalogue = catalogue or scenes.catalogue(1, scenes.USUAL)
    return screen_text.values(flow, screen_text.Surroundings(catalogue, waiting, NINE_41, "Asia/Jakarta", 0, 1.0))


def test_a_card_tells_who_waits_and_for_how_long() -> None:
    first, _, third, _ = cards(scenes.USUAL)
    assert (first["people"], first["wait"], first["reason"]) == ("7 menunggu", "± 20–30 menit", "")
    assert (third["people"], third["wait"]) == ("tidak ada antrean", "")


def test_a_card_that_gives_no_numbers_tells_why() -> None:
    reasons = [card["reason"] for card in cards(scenes.STOPPED)]
    assert reasons == [
        "",
        "Nomor untuk hari ini sudah habis",
        "Nomor terakhir hari ini sudah diberikan",
        "Petugas sedang rapat sampai 10.30",
    ]


@pytest.mark.parametrize(("language", "why"), [("id", "Penuh untuk hari ini"), ("en", "Full for today")])
def test_a_service_that_is_full_for_today_says_so(language: str, why: str) -> None:
    full = ServiceState("a", "A", {"id": "Satu"}, 9, open=False, reason="full")
    (row,) = service_cards.rows(service_cards.Offer([full], frozenset()), "", language)
    assert row["reason"] == why


def test_a_service_that_this_kiosk_cannot_give_alone_is_closed_for_now() -> None:
    first, second, *_ = service_cards.rows(service_cards.Offer(scenes.USUAL, frozenset({"s0"})), "", "id")
    assert (first["open"], second["open"]) == (True, False)
    assert second["reason"] == "Sedang tidak tersedia"


def test_an_office_that_was_stopped_says_why() -> None:
    stopped = [scenes.replace(s, open=False, reason="stopped") for s in scenes.USUAL]
    notice = {"id": "Listrik padam, mohon menunggu"}
    offer = service_cards.Offer(stopped, frozenset(), notice)
    assert {card["reason"] for card in service_cards.rows(offer, "", "en")} == {notice["id"]}
    office = scenes.replace(scenes.OFFICE, notice=notice)
    first = values(Flow(screen="attract", connected=True), catalogue=scenes.catalogue(1, stopped, office))
    assert first["hours"] == notice["id"]


def test_many_services_are_offered_by_their_groups() -> None:
    groups = cards(scenes.GROUPED)
    assert [card["kind"] for card in groups] == ["group"] * 5
    assert (groups[0]["name"], groups[0]["people"]) == ("Pertanahan", "5 layanan")
    inside = cards(scenes.GROUPED, "Pertanahan", "en")
    assert {card["kind"] for card in inside} == {"service"}
    assert [card["name"] for card in inside][:2] == ["Land 1", "Land 2"]


def test_a_service_without_a_group_stands_beside_the_groups() -> None:
    alone = scenes.replace(scenes.GROUPED[0], id="alone", group={})
    assert [card["kind"] for card in cards([alone, *scenes.GROUPED[1:]])].count("service") == 1


def test_few_services_need_no_groups() -> None:
    assert {card["kind"] for card in cards(scenes.GROUPED[:6])} == {"service"}


def test_a_group_whose_services_all_rest_is_closed() -> None:
    resting = [scenes.replace(s, open=s.group["en"] != "Land") for s in scenes.GROUPED]
    assert [card["open"] for card in cards(resting)] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("number", "title", "wait"),
    [
        ("A012", "7 orang di depan Anda", "± 20–30 menit"),
        ("A009", "Giliran Anda berikutnya", "kurang dari 5 menit"),
        ("B003", "Giliran Anda berikutnya", ""),
        ("C001", "Nomor ini tidak sedang menunggu", ""),
        ("", "Kode ini tidak dikenali", ""),
    ],
)
def test_a_shown_ticket_is_told_its_turn(number: str, title: str, wait: str) -> None:
    said = values(Flow(screen="turn", turn=number), scenes.WAITING)
    assert (said["turnTitle"], said["turnWait"], said["turnAsOf"]) == (title, wait, "")


def test_a_turn_that_is_not_known_is_not_invented() -> None:
    assert values(Flow(screen="turn", turn="A012"))["turnTitle"] == "Giliran belum diketahui"


def test_an_old_turn_is_told_with_its_time() -> None:
    old = Waiting(1, 1, "2026-04-06", NINE_41 - 120_000, {"s0": [Turn("A012", 3)]})
    assert values(Flow(screen="turn", turn="A012"), old)["turnAsOf"] == "Keadaan pukul 09.39"


def test_people_ahead_that_nobody_knows_are_left_out() -> None:
    assert screen_text.ahead(-1, "id") == ""


def test_javanese_falls_back_to_indonesian_where_it_has_no_words() -> None:
    said = values(Flow(screen="refused", refusal="quota", language="jv"))
    assert said["messageTitle"] == "Nomor belum dapat diberikan"
    assert values(Flow(screen="services", language="jv"))["title"] == "Pilih paladosan"


# -- for the ear -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "language", "said"),
    [
        ("± 20–30 menit", "id", "kira-kira dua puluh sampai tiga puluh menit."),
        ("7 orang di depan Anda", "id", "tujuh orang di depan Anda."),
        ("Got everything?", "en", "Got everything?"),
        ("7 menunggu", "jv", "tujuh menunggu."),
    ],
)
def test_signs_and_numbers_are_said_in_words(shown: str, language: str, said: str) -> None:
    assert guidance.speakable(shown, language) == said


@pytest.mark.parametrize(
    "screen", ["attract", "services", "confirm", "check_in", "issuing", "ticket", "turn", "closed"]
)
@pytest.mark.parametrize("language", ["id", "en", "jv"])
def test_every_screen_is_told(screen: Any, language: str) -> None:
    flow = Flow(screen=screen, language=language, service="s0", phase="after", turn="A012")
    said = guidance.sentences(values(flow, scenes.WAITING), 4)
    assert said
    assert all(sentence.strip(" .") for sentence in said)


def test_the_number_is_spelt() -> None:
    said = guidance.sentences(values(Flow(screen="turn", turn="A012"), scenes.WAITING), 4)
    assert said[0] == "Nomor antrean Anda A, nol, satu, dua."


def test_training_is_told_as_well() -> None:
    catalogue = scenes.catalogue(1, scenes.USUAL, scenes.TRAINING)
    said = guidance.sentences(values(Flow(screen="services"), catalogue=catalogue), 4)
    assert said[0] == "Ini latihan. Nomor tidak berlaku."


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("A008", "Nomor Anda dipanggil: Loket 2"),
        ("C007", "Nomor Anda dipanggil: Loket 1"),
        ("B002", "Sudah dipanggil di Loket 1"),
        ("C001", "Nomor ini tidak sedang menunggu"),
        ("A012", "7 orang di depan Anda"),
    ],
)
def test_a_ticket_that_is_shown_is_told_where_it_was_called(number: str, title: str) -> None:
    assert turn(Flow(screen="turn", turn=number, connected=True)) == title


def test_what_was_called_before_the_hub_went_is_not_told_as_if_it_were_now() -> None:
    assert turn(Flow(screen="turn", turn="A008")) == "Nomor ini tidak sedang menunggu"


def turn(flow: Flow) -> str:
    catalogue = scenes.catalogue(1, scenes.USUAL)
    moment = screen_text.Surroundings(catalogue, scenes.WAITING, NINE_41, "Asia/Jakarta", 0, 1.0, scenes.CALLED)
    return str(screen_text.values(flow, moment)["turnTitle"])


def test_only_the_end_of_a_telephone_number_stays_beside_the_ticket() -> None:
    flow = Flow(screen="ticket", phone="081234567890", connected=True, messages=True)
    assert values(flow)["ticketPhone"] == "Pesan akan dikirim ke …890"
    assert values(flow)["phoneTo"] == "Pesan akan dikirim ke 0812 3456 7890"


@pytest.mark.parametrize("question", ["", "papers"])
@pytest.mark.parametrize("language", ["id", "en", "jv"])
def test_papers_that_are_told_in_another_language_only_are_shown_in_that(question: str, language: str) -> None:
    bring = {"id": [], "en": ["Identity card", "Map"]}
    catalogue = scenes.catalogue(1, [scenes.replace(scenes.USUAL[0], bring=bring)])
    assert [card["papers"] for card in cards(catalogue.services, language=language)] == [True]
    flow = Flow(screen="confirm", language=language, service="s0", papers=True, question=question)
    said = values(flow, catalogue=catalogue)
    assert said["bring"] == bring["en"]
    assert "Map" in " ".join(guidance.sentences(said, 1))


@pytest.mark.parametrize("bring", [{}, {"id": []}, {"en": []}])
def test_where_nothing_is_to_be_brought_nobody_is_asked_for_it(bring: dict[str, list[str]]) -> None:
    catalogue = scenes.catalogue(1, [scenes.replace(scenes.USUAL[0], bring=bring)])
    assert [card["papers"] for card in cards(catalogue.services)] == [False]


def test_what_does_not_fit_can_be_opened_and_is_all_there_then() -> None:
    eight = [f"Berkas nomor {count}" for count in range(1, 9)]
    catalogue = scenes.catalogue(1, [scenes.replace(scenes.USUAL[0], bring={"id": eight})])
    flow = Flow(screen="confirm", service="s0", papers=True)
    said = values(flow, catalogue=catalogue)
    assert said["bringMore"]
    assert (len(said["bring"]), said["bring"][-1]) == (5, "dan 4 berkas lain")
    opened = values(scenes.replace(flow, question="papers"), catalogue=catalogue)
    assert (opened["bring"], opened["bringMore"]) == (eight, False)
