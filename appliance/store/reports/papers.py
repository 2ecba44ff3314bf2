"""Numbers of contingency sheets among a day's figures: they were entered afterwards, perhaps on another day (pure)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from appliance.store.reports.figures import Figures
from appliance.store.reports.summary import ALL, Sums
from appliance.units import HOUR, MINUTE

ENDS = {"served": "served", "no_show": "no_show", "expired": "left"}
"""The figure that counts a ticket, by the state of its row."""


class Paper(msgspec.Struct, frozen=True):
    """One number of a sheet; instants in ms since 1970, None for what never came."""

    service: str
    priority: bool
    state: str
    arrived_at: int
    counter: str | None
    called_at: int | None
    ended_at: int | None


def add_papers(sums: Sums, papers: Iterable[Paper], offset_ms: int, promise_minutes: int) -> None:
    """Add them to the sums of their day.

    Args:
        sums: of the day, changed.
        papers: its numbers.
        offset_ms: of the office's wall clock from UTC.
        promise_minutes: the published longest wait; 0 for none.
    """
    for paper in papers:
        hour = f"{(paper.arrived_at + offset_ms) // HOUR % 24:02}"
        kind = "priority" if paper.priority else "regular"
        keys = [(ALL, ""), ("service", paper.service), ("channel", "paper"), ("class", kind), ("hour", hour)]
        keys.append(("service hour", f"{paper.service} {hour}"))
        for key in keys:
            _count_ticket(sums.setdefault(key, Figures()), paper)
        for key in [*keys, *([("counter", paper.counter)] if paper.counter else [])]:
            _count_visit(sums.setdefault(key, Figures()), paper, promise_minutes)


def _count_ticket(figures: Figures, paper: Paper) -> None:
    figures.arrived += 1
    figures.priority += paper.priority
    setattr(figures, ENDS[paper.state], getattr(figures, ENDS[paper.state]) + 1)
    if paper.called_at is not None:
        figures.stays.take(paper.called_at - paper.arrived_at)


def _count_visit(figures: Figures, paper: Paper, promise_minutes: int) -> None:
    """Count a call as any other: a sheet knows no walk, so service begins with it."""
    if paper.called_at is None:
        return
    waited = paper.called_at - paper.arrived_at
    figures.calls += 1
    figures.wait.take(waited)
    if promise_minutes:
        figures.promised += 1
        figures.kept += waited <= promise_minutes * MINUTE
    if paper.state == "served" and paper.ended_at is not None:
        figures.service.take(paper.ended_at - paper.called_at)
