"""The daily reports of days that have closed: ``python -m appliance.reports.files.closing REQUEST``, behind all others.

It sums the days, makes the PDF of each closed day that has none yet, and prints a line of JSON: for each day the
words of its closing slip and of its mail. A day that was opened and closed once more is made anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from appliance.node import job
from appliance.reports import words
from appliance.reports.files import documents
from appliance.reports.files.closing_orders import DayMade, Done, Request
from appliance.reports.files.documents import TypesettingFailed
from appliance.reports.files.orders import Failed
from appliance.reports.report import Gatherer, Report, office_of
from appliance.reports.tables import MEASURES, measure
from appliance.store.database import StorageFault
from appliance.store.reports.history import History
from appliance.store.reports.spans import of
from appliance.store.reports.summary import Summary
from appliance.store.reports.summing import sum_up
from appliance.texts import pick, text

MOST_AT_ONCE: Final = 31
"""Days that are made up for, after a box was off or on its first day; older ones are there on demand."""
MOST_FAILURES: Final = 3
"""After so many days that cannot be set it is the tool that fails, which takes its time for each."""
HASH_ON_A_SLIP: Final = 16
LONGEST_LINE: Final = 300
"""What a line of a slip may hold (``commands.SlipLine``)."""


def make_up(request: Request) -> Done:
    """Make every report that is missing. A day that cannot be set keeps no other from its report."""
    hub = Path(request.hub)
    day = ""
    made: list[DayMade] = []
    failed: list[Failed] = []
    try:
        sum_up(hub, Path(request.reports))
        history = History(hub, Path(request.reports))
        gatherer = Gatherer(history, office_of(hub), request.language)
        for summary in _missing(history, request):
            day = summary.date
            report = gatherer.gather(of("day", date.fromisoformat(day)), request.made_at)
            try:
                documents.pdf(report, Path(request.folder) / f"{day}.pdf", request.logo)
            except TypesettingFailed as error:
                values = {name: str(value) for name, value in error.values.items()}
                failed.append(Failed(str(error), error.code, {"day": day, **values}))
                if len(failed) == MOST_FAILURES:
                    break
            else:
                made.append(DayMade(day, _closed_at(summary), slip(report), *_letter(report)))
    except (StorageFault, OSError) as error:
        return Done(made, Failed(str(error), "", {"day": day}))
    return Done(made, failed[0] if failed else None)


def slip(report: Report) -> list[tuple[str, str]]:
    """Return the closing slip of a day: what each line shows (``wire.SlipLine``), and its text."""
    language, said = report.language, _said(report)
    lines = [
        ("title", text("forms.slip.title", language)),
        ("text", pick(report.office.names, language) or "Giliran"),
        ("text", report.when),
        ("text", text("forms.slip.figures", language, **said)),
        ("text", text("forms.slip.waits", language, **said)),
        ("text", text("forms.slip.kept", language, **said)),
    ]
    if report.day and report.day.last_hash:
        lines.append(("text", text("forms.slip.hash", language, hash=report.day.last_hash[:HASH_ON_A_SLIP])))
    lines.append(("text", text("forms.slip.sign", language)))
    return [(show, said[:LONGEST_LINE]) for show, said in lines]


def _letter(report: Report) -> tuple[str, str]:
    """Return subject and text of the mail."""
    language = report.language
    office = pick(report.office.names, language) or "Giliran"
    values = {"title": report.title, "office": office, "span": report.when, **_said(report)}
    return text("forms.mail.subject", language, **values), text("forms.mail.body", language, **values)


def _said(report: Report) -> dict[str, str]:
    names = {
        "arrived": "arrived",
        "served": "served",
        "abandoned": "abandoned",
        "left": "left",
        "median": "wait_median",
        "nine": "wait_nine",
        "longest": "wait_longest",
        "kept": "within_promise",
    }
    return {
        name: words.cell(measure(one, report.total), MEASURES[one][0], report.language) for name, one in names.items()
    }


def _missing(history: History, request: Request) -> Iterator[Summary]:
    """Yield the closed days that have no report, the oldest first."""
    ends = history.ends()
    if ends is None:
        return
    found: list[Summary] = []
    for back in range(MOST_AT_ONCE):
        day = date.fromordinal(ends[1].toordinal() - back)
        if day < ends[0] or day.isoformat() < request.after:
            break
        summary = history.day(day)
        if summary is None or not _is_over(summary):
            continue
        if request.known.get(summary.date) != _closed_at(summary):
            found.append(summary)
        if not request.after:
            break
    yield from reversed(found)


def _is_over(summary: Summary) -> bool:
    """Tell whether a day has ended: it was closed, or another one has begun since."""
    return summary.closed_at is not None or any(one.kind in ("not_closed", "unreadable") for one in summary.special)


def _closed_at(summary: Summary) -> int:
    return summary.closed_at or 0


def main(argument: str) -> int:
    """Make what is missing; return the exit code."""
    return job.run(lambda: job.say(make_up(msgspec.json.decode(argument, type=Request))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
