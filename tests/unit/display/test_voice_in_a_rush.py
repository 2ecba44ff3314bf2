"""A rush on virtual time: how old a call is when it is spoken, by the lengths that the real voice has."""

from __future__ import annotations

import heapq
import statistics
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count

import pytest
from msgspec.structs import replace

from appliance.speech import waveform
from appliance.speech.announcer import APART_MS
from appliance.speech.pace import Manner, Now
from appliance.speech.phrases import Said, phrases
from appliance.speech.settings import SpeechSettings
from appliance.speech.sound_card import LAG_S
from appliance.speech.voice import EspeakVoice
from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Board, Call, CounterState, Office, Paging
from display.announcements import Announcements

NINE = 1_775_440_800_000
COUNTERS = 12
CALLS = 300
SERVED_MS = 25_000
"""So long after a call its citizen stands at the counter."""
OFFICE = Office({"id": "Kantor"}, "open")
SPOKEN = "an announcement has come to its end"


@pytest.fixture(scope="module")
def length_ms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Said, Manner, SpeechSettings], int]]:
    """What the real voice takes: measured once for each sentence, chime and silences as the announcer has them."""
    file = tmp_path_factory.mktemp("voice") / "sentence.wav"
    voice = EspeakVoice(SpeechSettings().words_per_minute)

    @cache
    def words(text: str, language: str) -> int:
        voice.synthesise(text, language, file)
        return len(waveform.trimmed(waveform.read(file)))

    def length(said: Said, manner: Manner, settings: SpeechSettings) -> int:
        said = replace(said, number="A012") if isinstance(said, Call) else said  # others take about as long
        spoken = [
            [bytes(2 * words(phrase.text, phrase.language)) for phrase in phrases(said, language, settings, manner)]
            for language in settings.languages
        ]
        samples = [[waveform.array("h", each) for each in sentences] for sentences in spoken]
        signal = waveform.chime() if manner.signal else None
        whole = sum(map(len, waveform.pieces(samples, signal=signal, lead_in_ms=0 if manner.signal else APART_MS)))
        return round(1000 * (whole / waveform.RATE + LAG_S))

    yield length
    voice.close()


class Rush:
    """A lobby in virtual time: officers call at a steady pace, and the voice speaks what its queue gives it."""

    def __init__(
        self, every_ms: int, settings: SpeechSettings, length_ms: Callable[[Said, Manner, SpeechSettings], int]
    ):
        self.queue = Announcements(settings.max_age_s, settings.repeats)
        self.ages: list[float] = []
        """Seconds, of calls, when the first word of each was due."""
        self.page_ages: list[float] = []
        self.spoken: list[int] = []
        self._settings = settings
        self._length_ms = length_ms
        self._calls: list[Call] = []
        self._order = count()
        self._events: list[tuple[int, int, object]] = []
        for place in range(CALLS):
            counter = str(place % COUNTERS + 1)
            call = Call(
                1, place + 1, NINE + place * every_ms, f"A{place + 1:03d}", counter, {"id": f"Loket {counter}"}, "s", {}
            )
            self._at(place * every_ms, call)
            self._at(place * every_ms + SERVED_MS, None)
        for minute in range(1, CALLS * every_ms // 60_000):
            page = Paging(1, 10_000 + minute, NINE + minute * 60_000, {"id": "Pemilik mobil harap ke depan."})
            self._at(minute * 60_000, page)

    def run(self) -> None:
        now = 0
        while self._events:
            now, _, what = heapq.heappop(self._events)
            self._happen(what, now)
            said = self.queue.next(self._now(now))
            if said is not None:
                ages = self.page_ages if isinstance(said, Paging) else self.ages
                ages.append((now - (said.at - NINE)) / 1000)
                self.spoken.append(said.seq)
                self._speak(said, now)
        assert not self.queue.waiting

    def _speak(self, said: Said, now: int) -> None:
        self._at(now + self._length_ms(said, self.queue.manner, self._settings), SPOKEN)

    def _happen(self, what: object, now: int) -> None:
        if isinstance(what, Call):
            self._calls.append(what)
        if isinstance(what, Call | Paging):
            self.queue.add(what, self._now(now))
        if what is SPOKEN and self.queue.finished(self._now(now)) and self.queue.current is not None:
            self._speak(self.queue.current, now)
        self.queue.add(self._board(now), self._now(now))

    def _board(self, now: int) -> Board:
        latest = {call.counter: call for call in self._calls}
        counters = [
            CounterState(1, 1, counter, {}, "called" if NINE + now - call.at < SERVED_MS else "serving", call.number)
            for counter, call in latest.items()
        ]
        seq = self._calls[-1].seq if self._calls else 0
        return Board(1, seq, "2026-04-06", OFFICE, self._calls[:-13:-1], counters, [])

    def _at(self, ms: int, what: object) -> None:
        heapq.heappush(self._events, (ms, next(self._order), what))

    @staticmethod
    def _now(ms: int) -> Now:
        return Now(NINE + ms, ms)


@pytest.mark.parametrize("languages", [("id",), ("id", "en")])
@pytest.mark.parametrize("repeats", [1, 2])
@pytest.mark.parametrize("every_s", [20, 7, 6])
def test_a_call_every_few_seconds_is_spoken_soon_and_each_of_them(
    length_ms: Callable[..., int], every_s: int, languages: tuple[str, ...], repeats: int
) -> None:
    rush = Rush(every_s * 1000, SpeechSettings(languages=languages, repeats=repeats), length_ms)  # type: ignore[arg-type]
    rush.run()
    assert sorted(seq for seq in rush.spoken if seq <= CALLS) == list(range(1, CALLS + 1))
    assert (rush.queue.dropped, rush.queue.part(rush._now(0))) == (0, None)
    assert max(rush.ages) < 20
    assert max(rush.page_ages) < 20


@pytest.mark.parametrize("languages", [("id",), ("id", "en")])
def test_of_more_calls_than_can_be_spoken_the_newest_are_and_the_others_are_named(
    length_ms: Callable[..., int], languages: tuple[str, ...]
) -> None:
    rush = Rush(3_000, SpeechSettings(languages=languages), length_ms)  # type: ignore[arg-type]
    rush.run()
    calls = [seq for seq in rush.spoken if seq <= CALLS]
    assert statistics.median(rush.ages) < 3
    assert statistics.quantiles(rush.ages, n=10)[-1] < 5
    assert max(rush.page_ages) < 10
    assert len(calls) > CALLS / 2
    assert len(set(calls)) == len(calls) == CALLS - rush.queue.dropped
    part = rush.queue.part(rush._now(CALLS * 3_000))
    assert part is not None
    assert (part.name, part.state) == ("announcements", "fault")
    assert int(of_part(part, LOGGED).partition("in time: ")[2].partition(",")[0]) > 60, "two thirds of fifteen minutes"
