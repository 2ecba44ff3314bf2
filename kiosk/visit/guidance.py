"""What the spoken guidance says (pure): each screen in a few sentences, made for the ear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from appliance.texts import DEFAULT, text
from appliance.texts.numbers import LANGUAGES, in_words, spell

_SAID: Final = ("screen", "question", "group", "slip", "trouble", "language", "voice", "turnNumber", "rateStep")


def language_of(language: str) -> str:
    """Return the language that the voice speaks for one that is shown."""
    return language if language in LANGUAGES else DEFAULT


def place(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what must differ for a screen to be told again."""
    return tuple(values[name] for name in _SAID)


def sentences(values: Mapping[str, Any], services: int) -> list[str]:
    """Return what is said when a screen appears.

    Args:
        values: as ``words.values`` made them.
        services: how many cards there are.
    """
    language = language_of(values["language"])
    said = [speakable(sentence, language) for sentence in _screen(values, services, language) if sentence]
    return said if not values["training"] else [text("guidance.training", language), *said]


def speakable(sentence: str, language: str) -> str:
    """Return a text of the screen as it is read aloud: signs and numbers in words."""
    language = language_of(language)
    said = sentence.replace("±", text("guidance.about", language)).replace("–", f" {text('guidance.to', language)} ")
    said = in_words(said.replace("·", ",").strip(), language)
    return said if said.endswith((".", "?", "!", ":")) else f"{said}."


def _screen(values: Mapping[str, Any], services: int, language: str) -> list[str]:
    match values["screen"]:
        case "attract":
            welcome = text("guidance.attract", language, office=values["office"])
            return [welcome, values["hours"], text("guidance.keys", language)]
        case "services":
            return [values["title"], text("guidance.choices", language, count=services)]
        case "confirm":
            return _confirm(values, language)
        case "phone":
            return [text("kiosk.phone_hint", language), text("kiosk.phone_privacy", language)]
        case "check_in":
            return [text("kiosk.check_in_hint", language)]
        case "ticket":
            number = text("guidance.number", language, number=spell(values["number"], language))
            return [number, values["slipTitle"], values["slipText"], values["ticketAhead"], values["ticketWait"]]
        case "turn":
            number = text("guidance.number", language, number=spell(values["turnNumber"], language))
            return [number if values["turnNumber"] else "", values["turnTitle"], values["turnWait"], values["turnText"]]
        case "rate":
            return [text("kiosk.rate_hint", language)]
        case "rating":
            answers = ", ".join(option["label"] for option in values["rateOptions"])
            return [values["rateQuestion"], text("guidance.rate_choices", language, answers=answers)]
        case "issuing":
            return [text("kiosk.issuing", language)]
    return [values["messageTitle"], values["messageTime"], values["messageText"]]


def _confirm(values: Mapping[str, Any], language: str) -> list[str]:
    papers = [text("kiosk.bring_question", language), ", ".join(values["bring"])] if values["bring"] else []
    service = [values["service"], values["ahead"], values["wait"]]
    priority = [text("kiosk.priority", language), values["priorityWho"]]
    take = [text("guidance.take", language)]
    match values["question"]:
        case "papers":
            return papers
        case "priority":
            return priority
        case "take":
            return service + take
    return service + papers + priority + take
