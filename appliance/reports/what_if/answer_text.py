"""An answer to "what if" in words: sentences for whoever reads, and a table for a terminal (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from appliance.reports.what_if.answer import Answer, Range
from appliance.reports.what_if.textbook import TextbookHour, TextbookOffice
from appliance.texts import text

HARDLY: Final = 0.5
"""Minutes: a smaller difference is none that anybody would notice."""
SURE: Final = 0.95
LIKELY: Final = 0.8
SEEN: Final = 0.05
"""People a day: fewer are not mentioned."""
MOST_DAYS_NAMED: Final = 4


def describe(answer: Answer, language: str) -> list[str]:
    """Return what an answer says, how sure it is, and what the textbook says, one sentence each."""
    return of_plays(answer, language) + of_textbook(answer.textbook, language)


def of_plays(answer: Answer, language: str) -> list[str]:
    """Return what the plays came to and how sure that is, one sentence each."""
    before, after = answer.before, answer.after

    def say(key: str, **values: object) -> str:
        return text(f"what_if.{key}", language, **values)

    def number(value: float) -> str:
        return decimal(value, language)

    sentences = [
        say("played", plays=answer.plays, days=_days(answer.days)),
        say("mean", before=number(before.mean.mean), after=number(after.mean.mean)),
        say(
            "range",
            low=number(after.mean.low),
            high=number(after.mean.high),
            low_before=number(before.mean.low),
            high_before=number(before.mean.high),
        ),
        how_sure(answer, language),
        say(
            "kept",
            promise=f"{answer.promise_minutes:g}",
            before=percent(before.kept.mean, language),
            after=percent(after.kept.mean, language),
        ),
    ]
    if max(before.unserved, after.unserved) >= SEEN:
        sentences.append(say("unserved", count=number(after.unserved), before=number(before.unserved)))
    if after.sent_away >= SEEN:
        sentences.append(say("sent_away", count=number(after.sent_away)))
    if max(before.overtime.mean, after.overtime.mean) >= 1:
        overtime = {"after": number(after.overtime.mean), "before": number(before.overtime.mean)}
        sentences.append(say("overtime", **overtime))
    exactly = answer.exactly
    sentences.append(
        say("exact", before=decimal(exactly.before, language, 2), after=decimal(exactly.after, language, 2))
    )
    if exactly.measured is not None:
        sentences.append(say("measured", measured=number(exactly.measured), before=number(exactly.before)))
    if answer.left_out:
        sentences.append(say("left_out", count=answer.left_out))
    return sentences


def how_sure(answer: Answer, language: str) -> str:
    """Return the sentence that says whether people wait less, and how sure that is."""
    difference = answer.difference.mean
    # Three standard errors: what chance alone makes of the mean difference lies inside.
    if abs(difference) + 3 * answer.error < HARDLY:
        return text("what_if.same", language)
    share, way = (answer.shorter, "shorter") if difference < 0 else (answer.longer, "longer")
    if share < LIKELY:
        return text("what_if.open", language, share=f"{100 * answer.shorter:.0f}")
    key = f"what_if.{'sure' if share >= SURE else 'likely'}_{way}"
    return text(key, language, share=f"{100 * share:.0f}", minutes=decimal(abs(difference), language))


def table(answer: Answer, language: str) -> list[str]:
    """Return the waits by hour as lines: before and after with their ranges, and the textbook's beside them."""
    heads = ("hour", "came", "before", "after", "textbook")
    widths = (6, 7, 22, 22, 24)
    lines = ["".join(f"{text(f'what_if.head_{h}', language):>{w}}" for h, w in zip(heads, widths, strict=True))]
    books = {hour.hour: hour for hour in answer.textbook}
    for hour in answer.hours:
        book = books.get(hour.hour)
        told = f"{_of_book(book.before, language)} → {_of_book(book.after, language)}" if book else ""
        cells = (
            f"{hour.hour:02d}",
            decimal(hour.came, language),
            _range(hour.before, language),
            _range(hour.after, language),
            told,
        )
        lines.append("".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)))
    return lines


def decimal(value: float, language: str, places: int = 1) -> str:
    """Return a number with so many decimals, as the language writes it."""
    written = f"{value:.{places}f}"
    return written if language == "en" else written.replace(".", ",")


def percent(share: float, language: str) -> str:
    """Return a share as a percentage, never 100 or 0 where it is not quite."""
    hundred = 100 * share
    whole = round(hundred)
    exact = whole not in (0, 100) or abs(hundred - whole) < 1e-9
    return str(whole) if exact else decimal(min(max(hundred, 0.1), 99.9), language)


def _range(found: Range | None, language: str) -> str:
    if found is None:
        return "-"
    return f"{decimal(found.mean, language)} ({decimal(found.low, language)}–{decimal(found.high, language)})"


def _of_book(office: TextbookOffice, language: str) -> str:
    return text("what_if.unstable", language) if office.wait_minutes is None else decimal(office.wait_minutes, language)


def of_textbook(hours: Sequence[TextbookHour], language: str) -> list[str]:
    """Return what Erlang C assumes and where it never settles, one sentence each."""
    sentences = [text("what_if.textbook_assumes", language)]
    for key, offices in (("before", [h.before for h in hours]), ("after", [h.after for h in hours])):
        unstable = [f"{hour.hour:02d}" for hour, office in zip(hours, offices, strict=True) if not office.stable]
        if unstable:
            sentences.append(text(f"what_if.textbook_{key}", language, hours=", ".join(unstable)))
        elif key == "after":
            sentences.append(text("what_if.textbook_stable", language))
    return sentences


def _days(days: Sequence[str]) -> str:
    if len(days) <= MOST_DAYS_NAMED:
        return ", ".join(days)
    return f"{days[0]} … {days[-1]} ({len(days)})"
