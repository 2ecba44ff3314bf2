"""The tickets behind a figure: of one day row by row, of a longer span day by day or month by month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from appliance.reports import words
from appliance.store.reports.figures import Figures
from appliance.store.reports.history import MOST_NOT_CALLED, History, NotCalled
from appliance.store.reports.history import Behind as Visit
from appliance.store.reports.spans import Span
from appliance.texts import find
from appliance.units import MINUTE
from appliance.web.reports.asked import Asked, link

A_PAGE: Final = 100
SERVICES: Final = ("served", "transferred", "parked")
"""Endings of a visit before which somebody was served."""


class Row(msgspec.Struct, frozen=True):
    """One call of a ticket in words; ``wait``, ``walk`` and ``service`` are minutes."""

    visit: Visit
    arrived: str
    called: str
    wait: str
    walk: str
    service: str
    service_name: str
    counter_name: str
    channel: str
    ending: str


class Missing(msgspec.Struct, frozen=True):
    """A ticket that nobody called, in words."""

    ticket: NotCalled
    arrived: str
    service_name: str
    channel: str
    state: str


class Behind(msgspec.Struct, frozen=True):
    """What a page of tickets shows. ``of``: what they are of, in words. ``next``: the page that follows."""

    span: Span
    title: str
    of: list[str]
    rows: list[Row] = []
    missing: list[Missing] = []
    steps: list[tuple[str, str, Figures]] = []
    next: str = ""
    first: str = ""


class Tickets:
    """Finds them.

    Args:
        history: the past.
        names: of services and counters.
        clock: writes an instant.
        language: of all words.
    """

    def __init__(
        self,
        history: History,
        names: Callable[[str], dict[str, str]],
        clock: Callable[[int], str],
        language: str,
    ) -> None:
        self._history = history
        self._services, self._counters = names("service"), names("counter")
        self._clock = clock
        self._language = language

    def behind(self, asked: Asked, steps: list[tuple[Span, Figures]], path: str) -> Behind:
        """Return what is behind a figure.

        Args:
            asked: with a span.
            steps: of the span, if it is longer than a day.
            path: of the page.
        """
        span = asked.span
        assert span is not None  # noqa: S101  # as the arguments say
        found = Behind(span, words.span(span, self._language), [self._of(*one) for one in asked.only.items()])
        if span.kind != "day":
            leads = [
                (words.short(one, self._language), link(path, one, **asked.only), figures) for one, figures in steps
            ]
            return msgspec.structs.replace(found, steps=leads)
        visits = self._history.behind(span.first, asked.after, A_PAGE + 1, **asked.only)
        more = len(visits) > A_PAGE
        last = visits[A_PAGE - 1].seq if more else 0
        return msgspec.structs.replace(
            found,
            rows=[self._row(visit) for visit in visits[:A_PAGE]],
            missing=[] if more or "counter" in asked.only or "officer" in asked.only else self._missing(asked, span),
            next=link(path, span, **asked.only, after=last) if more else "",
            first=link(path, span, **asked.only) if asked.after else "",
        )

    def _missing(self, asked: Asked, span: Span) -> list[Missing]:
        return [
            Missing(
                one,
                self._clock(one.arrived_at),
                self._services.get(one.service, one.service),
                self._word("channel", one.channel),
                find(f"reports.state.{one.state}", self._language) or one.state,
            )
            for one in self._history.not_called(span.first, MOST_NOT_CALLED, **asked.only)
        ]

    def _row(self, visit: Visit) -> Row:
        apart = visit.started_at is not None and visit.started_at != visit.ended_at
        walk = visit.started_at - visit.called_at if visit.started_at is not None and apart else None
        began = visit.started_at if visit.started_at is not None and apart else visit.called_at
        return Row(
            visit,
            self._clock(visit.arrived_at),
            self._clock(visit.called_at),
            self._minutes(visit.waited_ms),
            self._minutes(walk),
            self._minutes(visit.ended_at - began if visit.ended_at is not None and visit.ending in SERVICES else None),
            self._services.get(visit.service, visit.service),
            self._counters.get(visit.counter, visit.counter),
            self._word("channel", visit.channel),
            find(f"reports.state.{visit.ending}", self._language) or visit.ending,
        )

    def _of(self, name: str, value: str) -> str:
        if name == "service":
            return self._services.get(value, value)
        if name == "counter":
            return self._counters.get(value, value)
        return self._word(name, value) if name == "channel" else value

    def _word(self, table: str, key: str) -> str:
        return find(f"forms.{table}.{key or 'unknown'}", self._language) or key

    def _minutes(self, span_ms: int | None) -> str:
        return words.NOTHING if span_ms is None else words.number(max(span_ms, 0) / MINUTE, 1, self._language)
