"""From a call to sentences, and which sentences will be needed next."""

from __future__ import annotations

import re

import msgspec
import pytest

from appliance.speech.phrases import MOST_FORESEEN, announcement, foreseen, sentences
from appliance.speech.settings import SpeechSettings
from appliance.wire.messages import Board, Call, CounterState, Office, ServiceState, Turn, Waiting

NAMES = {"id": "Loket 3", "en": "Counter 3"}


def call(number: str = "A012", names: dict[str, str] | None = None, *, recall: bool = False) -> Call:
    return Call(1, 7, 0, number, "l3", NAMES if names is None else names, "s", {"id": "Pembayaran"}, recall)


def test_an_announcement_in_indonesian() -> None:
    assert announcement(call(), "id") == "Nomor antrean A, nol, satu, dua. Silakan menuju loket tiga."


def test_an_announcement_in_english() -> None:
    assert announcement(call(), "en") == "Ticket number A, zero, one, two. Please go to counter three."


def test_a_recall_says_so_first() -> None:
    assert announcement(call(recall=True), "id").startswith("Panggilan ulang. Nomor antrean A,")


def test_the_sentences_of_a_recall_are_those_of_the_call_and_one_more() -> None:
    assert sentences(call(recall=True), "id")[1:] == sentences(call(), "id")


def test_whole_numbers_on_request() -> None:
    assert (
        announcement(call(), "id", SpeechSettings(style="number"))
        == "Nomor antrean A dua belas. Silakan menuju loket tiga."
    )


@pytest.mark.parametrize(
    ("name", "said"), [("VIP 2", "VIP dua"), ("Kasir", "kasir"), ("A", "A"), ("Meja\n1\0", "meja satu")]
)
def test_counter_names_in_mid_sentence(name: str, said: str) -> None:
    assert announcement(call(names={"id": name}), "id").endswith(f"Silakan menuju {said}.")


def test_a_counter_without_a_name_is_left_out() -> None:
    assert announcement(call(names={}), "id") == "Nomor antrean A, nol, satu, dua."


def test_each_language_may_read_numbers_in_its_own_way() -> None:
    settings = SpeechSettings(style="number", styles={"en": "digits"})
    assert sentences(call(), "id", settings)[0] == "Nomor antrean A dua belas."
    assert sentences(call(), "en", settings)[0] == "Ticket number A, zero, one, two."


def test_an_office_chooses_its_sentences_and_their_words() -> None:
    settings = SpeechSettings(
        sentences=("number", "service", "counter"),
        templates={"id": {"number": "Nomor {number}.", "counter": "Ke {counter}, {service}."}},
    )
    assert sentences(call(), "id", settings) == [
        "Nomor A, nol, satu, dua.", "Untuk layanan pembayaran.", "Ke loket tiga, pembayaran.",
    ]  # fmt: skip
    assert sentences(call(recall=True), "id", settings) == sentences(call(), "id", settings)


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("Nomor.", "needs {number}"),
        ("Nomor {number} {name}.", "needs {number}"),
        ("Nomor {number", "expected '}'"),
        ("Nomor {number:02d}.", "its name alone, {number}"),
        ("Nomor {number!x}.", "its name alone, {number}"),
        ("Nomor {number:>999999999}.", "its name alone, {number}"),
        ("Nomor {number.real}.", "needs {number}"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_its_name(template: str, reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"templates\.id\.number.*" + re.escape(reason)):
        msgspec.convert({"templates": {"id": {"number": template}}}, SpeechSettings)


@pytest.mark.parametrize(
    ("minute", "percent"), [(0, 90), (6 * 60 + 59, 90), (7 * 60, 70), (12 * 60 + 30, 40), (23 * 60, 70), (None, 90)]
)
def test_the_volume_follows_the_time_of_day(minute: int | None, percent: int) -> None:
    settings = SpeechSettings(volume=90, volume_from={"12:00": 40, "07:00": 70, "13:00": 70})
    assert settings.volume_at(minute) == percent


def board(*counters: str, day: str = "d") -> Board:
    services = [ServiceState(each, each.upper(), {"id": f"Layanan {each}"}, 3) for each in "ab"]
    states = [CounterState(1, 1, each, {"id": f"Loket {each}"}, "free") for each in counters]
    closed = CounterState(1, 1, "9", {"id": "Loket 9"}, "closed")
    return Board(1, 5, day, Office({"id": "Kantor"}, "open"), [call("A001")], [*states, closed], services)


def waiting(day: str = "d") -> Waiting:
    queues = {each.lower(): [Turn(f"{each}{n:03d}", n) for n in range(2, 30)] for each in "AB"}
    return Waiting(1, 5, day, 0, queues)


def test_what_will_probably_be_said_is_foreseen_the_likeliest_first() -> None:
    phrases = list(foreseen(board("1", "2"), waiting(), SpeechSettings()))
    texts = [phrase.text for phrase in phrases]
    assert len(phrases) <= MOST_FORESEEN
    assert texts[0] == "Panggilan ulang."
    for said in ("A, nol, nol, dua", "B, nol, nol, dua", "A, nol, nol, empat", "A, nol, nol, satu"):
        assert f"Nomor antrean {said}." in texts
    assert texts.index("Nomor antrean B, nol, nol, dua.") < texts.index("Nomor antrean A, nol, nol, tiga.")
    assert "Silakan menuju loket satu." in texts
    assert "Silakan menuju loket dua." in texts
    assert "Silakan menuju loket sembilan." not in texts


def test_a_call_that_comes_as_foreseen_needs_nothing_new() -> None:
    settings = SpeechSettings(languages=("id", "en"), sentences=("recall", "number", "service", "counter"))
    ready = {phrase.text for phrase in foreseen(board("1", "2"), waiting(), settings)}
    next_one = Call(1, 8, 0, "B002", "2", {"id": "Loket 2"}, "b", {"id": "Layanan b"})
    for language in settings.languages:
        assert set(sentences(next_one, language, settings)) <= ready


def test_without_the_queue_or_with_that_of_another_day_the_counters_are_foreseen() -> None:
    for others in (None, waiting("yesterday")):
        texts = [phrase.text for phrase in foreseen(board("1"), others, SpeechSettings())]
        assert "Silakan menuju loket satu." in texts
        assert "Nomor antrean A, nol, nol, dua." not in texts
    assert [phrase.text for phrase in foreseen(None, None, SpeechSettings())] == ["Panggilan ulang."]
