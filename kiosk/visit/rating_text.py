"""What the screens say while somebody rates the service (pure)."""

from __future__ import annotations

from typing import Any, Final

from appliance import texts
from appliance.wire.messages import ABOUT
from kiosk.visit import rating
from kiosk.visit.state import Flow

_SHORTEST: Final = 2


def values(flow: Flow, language: str) -> dict[str, Any]:
    """Return what QML shows of a rating: the question, what may be answered, and what was."""
    said: dict[str, Any] = {
        "asksRatings": flow.asks_ratings,
        "rateComplete": len(flow.code) >= _SHORTEST and bool(rating.full_number(flow.code, {})),
        "rateAnswered": rating.has_answers(flow),
        "rateQuestion": "",
        "rateStep": "",
        "rateFaces": True,
        "rateAnswer": "",
        "rateOptions": [],
    }
    if flow.screen != "rating":
        return said
    asked = rating.question(flow)
    of = len(rating.questions(flow.survey or "short"))
    return {
        **said,
        "rateQuestion": _question(asked, language),
        "rateStep": texts.text("kiosk.rate_step", language, at=flow.asked_at + 1, of=of),
        "rateFaces": asked not in ABOUT,
        "rateAnswer": dict(flow.answers).get(asked, ""),
        "rateOptions": [{"value": value, "label": _answer(asked, value, language)} for value in rating.options(asked)],
    }


def _question(asked: str, language: str) -> str:
    if asked == "overall":
        return texts.text("survey.overall", language)
    return texts.text(f"survey.{'about' if asked in ABOUT else 'question'}.{asked}", language)


def _answer(asked: str, value: str, language: str) -> str:
    return texts.text(f"survey.{asked}.{value}" if asked in ABOUT else f"survey.answer.{asked}.{value}", language)
