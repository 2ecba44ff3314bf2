"""What a ticket says, and in which words."""

from __future__ import annotations

from datetime import datetime

import pytest

from appliance.wire.messages import IssuedTicket, Office
from kiosk.ticket import slip as slips
from kiosk.ticket.slip import Qr, Text, slip
from kiosk.ticket.template import LARGEST, parse

TOKEN = "0123456789abcdef" * 2
AT = datetime(2026, 4, 6, 9, 41)  # noqa: DTZ001  # the office's wall clock
OFFICE = Office({"id": "Kantor Pertanahan"}, "open", follow_url="http://10.20.0.1/t/")


def ticket(**changes: object) -> IssuedTicket:
    fields: dict[str, object] = {
        "number": "A012", "service": "berkas", "day": "2026-04-06", "issued_at": 0, "ahead": 7, "low": 20, "high": 30,
    }  # fmt: skip
    return IssuedTicket(**{**fields, **changes})  # type: ignore[arg-type]  # fields of several types in one dict


def lines(issued: IssuedTicket | None = None, **changes: object) -> list[slips.Line]:
    arguments: dict[str, object] = {
        "service_names": {"id": "Pendaftaran Berkas", "en": "File registration"},
        "office": OFFICE,
        "at": AT,
        "token": TOKEN,
    }
    return slip(issued or ticket(), **{**arguments, **changes})  # type: ignore[arg-type]  # as above


def words(printed: list[slips.Line]) -> list[str]:
    return [line.text for line in printed if isinstance(line, Text)]


def test_says_office_service_number_time_and_people_ahead_in_this_order() -> None:
    assert words(lines()) == [
        "Kantor Pertanahan",
        "Pendaftaran Berkas",
        "File registration",
        "A012",
        "Senin, 6 April 2026  09.41",
        "7 orang di depan Anda",
        "± 20–30 menit",
        "7 people ahead of you · ± 20–30 minutes",
        "Pantau antrean di ponsel",
        "Follow the queue on your phone",
        "Terima kasih",
    ]


def test_a_narrow_ticket_says_the_same_with_less() -> None:
    narrow = words(lines(width=384))
    assert "File registration" not in narrow
    assert {"A012", "Pendaftaran Berkas", "7 orang di depan Anda", "± 20–30 menit"} <= set(narrow)


@pytest.mark.parametrize("number", ["A1", "A012", "AB012", "ABC123456", "ABC123456789"])
@pytest.mark.parametrize("width", [576, 512, 384])
def test_the_number_uses_the_paper_but_never_more_than_it(number: str, width: int) -> None:
    line = next(line for line in lines(ticket(number=number), width=width) if isinstance(line, slips.Headline))
    used = len(number) * (slips.CHARACTER_DOTS + line.spacing) * line.width
    assert used <= width
    assert line.width == LARGEST or len(number) * (slips.CHARACTER_DOTS + 1) * (line.width + 1) > width
    assert line.spacing >= 1


def test_priority_is_printed_only_for_priority_tickets() -> None:
    assert " PRIORITAS " in words(lines(ticket(priority=True)))
    assert " PRIORITAS " not in words(lines())


@pytest.mark.parametrize(
    ("changes", "people", "wait"),
    [
        ({"ahead": 0, "low": 0, "high": 5}, "Anda urutan pertama", ""),
        ({"ahead": 1}, "1 orang di depan Anda", "± 20–30 menit"),
        ({"low": None, "high": None}, "7 orang di depan Anda", ""),
        ({"low": 0, "high": 5}, "7 orang di depan Anda", "kurang dari 5 menit"),
        ({"low": 15, "high": 15}, "7 orang di depan Anda", "± 15 menit"),
        ({"ahead": -1}, "", "± 20–30 menit"),
    ],
)
def test_promises_a_range_and_nothing_when_unsure(changes: dict[str, object], people: str, wait: str) -> None:
    issued = ticket(**changes)
    assert (slips.people_text(issued, "id"), slips.window_text(issued, AT, "id")) == (people, wait)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(20, 30, "sekitar pukul 10.00–10.15"), (0, 5, "sekitar pukul 09.40–09.50"), (19, 19, "sekitar pukul 10.00")],
)
def test_a_window_can_be_a_time_of_day_rounded_outwards(low: int, high: int, said: str) -> None:
    assert slips.window_text(ticket(low=low, high=high), AT, "id", "clock") == said


def test_a_kiosk_that_prints_alone_promises_nothing_about_the_queue() -> None:
    said = words(lines(ticket(ahead=-1, low=None, high=None)))
    assert not any("orang" in each or "people" in each or "menit" in each for each in said)
    assert "A012" in said


@pytest.mark.parametrize(
    ("at", "indonesian"),
    [
        (datetime(2026, 8, 16, 0, 5), "Minggu, 16 Agustus 2026  00.05"),  # noqa: DTZ001  # wall clock
        (datetime(2027, 1, 1, 15, 0), "Jumat, 1 Januari 2027  15.00"),  # noqa: DTZ001  # wall clock
    ],
)
def test_writes_date_and_time_as_people_do(at: datetime, indonesian: str) -> None:
    assert slips.when(at, "id") == indonesian


def test_the_code_opens_the_phone_page_if_the_office_has_one() -> None:
    code = next(line for line in lines() if isinstance(line, Qr))
    assert code.content == f"http://10.20.0.1/t/A012-{TOKEN[:12]}"


def test_without_a_phone_page_the_code_names_the_ticket_and_promises_no_phone() -> None:
    printed = lines(office=Office({"id": "Kantor"}, "open"))
    code = next(line for line in printed if isinstance(line, Qr))
    assert code.content == f"A012-{TOKEN[:12]}"
    assert not any("ponsel" in each for each in words(printed))


def test_what_does_not_fit_in_one_row_stands_in_two() -> None:
    printed = words(lines(ticket(ahead=128, low=110, high=150), width=384))
    assert printed[printed.index("128 people ahead of you") + 1] == "± 110–150 minutes"


def test_lists_what_to_bring() -> None:
    printed = words(lines(bring={"id": ["KTP asli", "Sertifikat"]}))
    assert printed[-4:] == ["Berkas yang perlu dibawa:", "- KTP asli", "- Sertifikat", "Terima kasih"]
    narrow = words(lines(bring={"id": ["KTP asli", "Sertifikat"]}, width=384))
    assert narrow[-2:] == ["Berkas: KTP asli, Sertifikat", "Terima kasih"]


def test_what_to_bring_is_said_in_the_offices_language_if_it_is_said_in_no_other() -> None:
    for said in ({"en": ["Identity card"]}, {"id": [], "en": ["Identity card"]}, {"jv": ["Identity card"]}):
        assert "- Identity card" in words(lines(bring=said))
    assert "- KTP" in words(lines(bring={"id": ["KTP"], "en": ["Identity card"]}))


def test_while_staff_practise_every_ticket_says_so_whatever_the_layout() -> None:
    template = parse('[[block]]\nshow = "number"')
    practice = Office({"id": "Kantor"}, "open", training=True)
    printed = words(lines(office=practice, template=template))
    assert printed == [" LATIHAN - BUKAN NOMOR ANTREAN ", "A012"]


def test_a_ticket_that_is_printed_again_says_so() -> None:
    assert words(lines(reprinted=True))[-1] == "Cetak ulang"
    assert "Cetak ulang" not in words(lines())


def test_the_air_above_a_block_is_there_only_if_the_block_is() -> None:
    template = parse('[[block]]\nshow = "number"\n[[block]]\nshow = "class"\nabove = 4\n')
    assert [type(line) for line in lines(template=template)] == [slips.Headline, slips.Cut]
    assert lines(ticket(priority=True), template=template)[1] == slips.Feed(32)


def test_english_first_for_those_who_chose_it() -> None:
    printed = words(lines(languages=("en", "id")))
    assert printed[1:3] == ["File registration", "Pendaftaran Berkas"]
    assert "Monday, 6 April 2026  09:41" in printed


def test_an_address_too_long_for_a_code_is_left_out_and_not_promised() -> None:
    office = Office({"id": "Kantor"}, "open", follow_url="http://10.20.0.1/" + "t" * 3000 + "/")
    assert slips.qr_content(ticket(), office, "0" * 32) == slips.qr_content(ticket(), Office({}, "open"), "0" * 32)
    printed = lines(office=office)
    assert "Pindai" not in " ".join(words(printed))
    assert slips.follow_url(Office({}, "open", follow_url="http://10.20.0.1/t/")) == "http://10.20.0.1/t/"
