"""From a call to the sentences that are spoken, and which sentences will be needed next (pure).

Everything comes from the call itself, never from what a counter shows now: a late announcement must not send anyone to
the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import Final, NamedTuple

from appliance.speech.pace import IN_FULL, Manner
from appliance.speech.settings import Sentence, SpeechSettings
from appliance.texts import pick, text
from appliance.texts.numbers import in_words, spell
from appliance.wire.messages import Board, Call, Clock, Emergency, Names, Notices, Paging, Waiting

LONGEST_NAME: Final = 80
"""Characters of a counter's name that are spoken; an office that writes more gets the beginning."""
NEXT_NUMBERS: Final = 3
"""So many of each service's next tickets are prepared: with several counters more than the first may be called soon."""
MOST_FORESEEN: Final = 90
DEFAULTS: Final = SpeechSettings()

Said = Call | Paging | Emergency
"""What can be spoken."""
Heard = Call | Paging | Board | Notices | Clock
"""What comes from the bus and concerns the voice."""
SHORT: Final = ("number", "counter")
"""What is left of a call when it has to be said in a hurry."""


class Phrase(NamedTuple):
    """One sentence, and the language in which it is read."""

    text: str
    language: str


def sentences(call: Call, language: str, settings: SpeechSettings = DEFAULTS) -> list[str]:
    """Return the sentences of one announcement, in order.

    They are separate because most of them come again: the counter's with every call to it, the number's with a
    recall. What has been spoken once need not be synthesised a second time.

    Args:
        call: as it came from the hub.
        language: one of ``appliance.texts.numbers.LANGUAGES``.
        settings: which sentences, their templates, and how numbers are read.

    Raises:
        ValueError: if the language is not known.
    """
    said = (_sentence(name, call, language, settings) for name in settings.sentences)
    return [sentence for sentence in said if sentence]


def announcement(call: Call, language: str, settings: SpeechSettings = DEFAULTS) -> str:
    """Return one announcement as text: "Nomor antrean A, nol, satu, dua. Silakan menuju loket tiga."

    Arguments and errors as for ``sentences``.
    """
    return " ".join(sentences(call, language, settings))


def foreseen(board: Board | None, waiting: Waiting | None, settings: SpeechSettings) -> Iterator[Phrase]:
    """Yield what will probably have to be said soon, the likeliest first: at most ``MOST_FORESEEN`` phrases.

    Args:
        board: as the hub last sent it; None before it has come.
        waiting: who waits, as the hub last sent it. Without it, nobody's number can be foreseen.
        settings: as for ``sentences``.
    """
    calls = chain([_RECALL], _likely(board, waiting) if board is not None else ())
    each = (phrase for call in calls for language in settings.languages for phrase in phrases(call, language, settings))
    yield from islice(dict.fromkeys(each), MOST_FORESEEN)


def phrases(said: Said, language: str, settings: SpeechSettings, manner: Manner = IN_FULL) -> list[Phrase]:
    """Return what is to be spoken in one language: a call's sentences, or what staff wrote. Arguments as above.

    A text that staff wrote in none of our languages is spoken all the same, once. ``manner`` is for calls alone: what
    staff wrote is never shortened.
    """
    if isinstance(said, Call):
        if manner.one_language and language != settings.languages[0]:
            return []
        wanted = _shortened(said, language, settings) if manner.short else sentences(said, language, settings)
        return [Phrase(sentence, language) for sentence in wanted]
    texts, ours = said.text, settings.languages
    if language not in texts and (language != ours[0] or any(each in texts for each in ours)):
        return []
    words = " ".join(_plain(pick(texts, language)).split())
    return [Phrase(words, language)] if words else []


def _shortened(call: Call, language: str, settings: SpeechSettings) -> list[str]:
    """Return the number and the counter, as far as this office says them at all."""
    left = [name for name in settings.sentences if name in SHORT]
    said = [_sentence(name, call, language, settings, short=True) for name in left]
    return [sentence for sentence in said if sentence] or sentences(call, language, settings)


def _likely(board: Board, waiting: Waiting | None) -> Iterator[Call]:
    """Every open counter with the next tickets of every service, as calls that have not happened yet."""
    counters = [counter for counter in board.counters if counter.state != "closed"]
    services = {service.id: service.names for service in board.services}
    turns = waiting.turns if waiting is not None and waiting.day == board.day else {}
    # First the next one of each service, then the second of each, and so on.
    ranks = zip_longest(
        *([(turn.number, service) for turn in queue[:NEXT_NUMBERS]] for service, queue in turns.items())
    )
    numbers = [each for rank in ranks for each in rank if each is not None]
    called = [(call.number, call.service) for call in board.calls[: len(counters)]]  # may be called again
    for place, (number, service) in enumerate([*numbers, *called]):
        counter = counters[place % len(counters)] if counters else None
        yield _call(number, service, services.get(service, {}), counter.names if counter else {})
    for counter in counters:
        yield _call("", "", {}, counter.names)


def _call(number: str, service: str, service_names: Names, counter_names: Names) -> Call:
    return Call(1, 0, 0, number, "", counter_names, service, service_names)


_RECALL: Final = Call(1, 0, 0, "", "", {}, "", {}, recall=True)
"""Only what all recalls have in common."""


def _sentence(name: Sentence, call: Call, language: str, settings: SpeechSettings, *, short: bool = False) -> str:
    """Return one sentence, or nothing if the call has nothing to say in it; ``short``: as in a rush."""
    values = {"service": _spoken_name(call.service_names, language)}
    match name:
        case "recall":
            wanted = call.recall
        case "number":
            style = settings.styles.get(language, settings.style)  # type: ignore[call-overload]  # a known language
            values["number"] = spell(call.number, language, style)
            wanted = bool(call.number)
        case "service":
            wanted = bool(values["service"])
        case "counter":
            values["counter"] = _spoken_name(call.counter_names, language)
            wanted = bool(values["counter"])
    own = settings.templates.get(language, {}).get(name)  # type: ignore[call-overload]  # a known language
    if not wanted:
        return ""
    if short:
        return text(f"voice.{name}_short", language, **values)
    return own.format(**values) if own is not None else text(f"voice.{name}", language, **values)


def _spoken_name(names: Names, language: str) -> str:
    return _mid_sentence(in_words(_plain(pick(names, language)[:LONGEST_NAME]), language))


def _plain(name: str) -> str:
    # Control characters would end or garble what the voice is handed.
    return "".join(sign if sign.isprintable() else " " for sign in name)


def _mid_sentence(name: str) -> str:
    # "Loket tiga" becomes "loket tiga"; "VIP" and a lone letter stay as they are.
    return name[0].lower() + name[1:] if len(name) > 1 and name[1].islower() else name
