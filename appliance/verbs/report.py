"""``giliran report SPAN``: the figures of a day, week, month, year or any span, on the terminal or as a file.

Days that are not summed yet are summed first. What comes out is what the office's pages offer.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from appliance.hub.settings import HubSettings
from appliance.node.daemon import SystemClock
from appliance.reports import charts_of, words
from appliance.reports.files import documents, exports, making
from appliance.reports.files.documents import TypesettingFailed
from appliance.reports.files.orders import Progress, Request, Told
from appliance.reports.report import BY, Gatherer, Report, office_of
from appliance.reports.tables import Table
from appliance.store.database import StorageFault
from appliance.store.reports.history import History
from appliance.store.reports.spans import Span, parse
from appliance.texts import pick, text

REPORTS: Final = Path("/var/lib/giliran-accounts/reports.db")
STEPS: Final = ("day", "week", "month", "year")
FORMATS: Final = ("text", "csv", "json", "xlsx", "pdf")
BINARY: Final = ("xlsx", "pdf")


def main(argv: list[str]) -> int:
    """Make the report; return the exit code: 1 if it could not be made, 3 if the span holds no business day."""
    parser = _parser()
    asked = parser.parse_args(argv)
    if asked.format in BINARY and asked.out is None and sys.stdout.isatty():
        parser.error(f"--format {asked.format} is nothing for a terminal: name a file with --out")
    if asked.plot is not None and asked.plot.suffix.lower() not in (".svg", ".png"):
        parser.error(f"--plot {asked.plot}: name a file that ends in .svg or .png")
    try:
        return _make(asked)
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (StorageFault, TypesettingFailed, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _make(asked: argparse.Namespace) -> int:
    span: Span = asked.span
    made_at = SystemClock().office_ms()
    request = Request(
        str(asked.database), str(asked.reports), str(span), "json", "", made_at, asked.language, asked.officers
    )
    report = making.gather(request, span, _tell)
    if asked.plot is not None:
        _plot(report, asked.plot)
    history = History(asked.database, asked.reports)
    gatherer = Gatherer(history, office_of(asked.database), asked.language, officers=asked.officers)
    table = gatherer.table(asked.by, span) if asked.by else None
    _put(_content(report, table, asked), asked.out, asked.format)
    if not report.days:
        ends = history.ends()
        there = f"; the log has {ends[0]} to {ends[1]}" if ends else "; the log has no business day yet"
        sys.stderr.write(f"{span}: no business day{there}\n")
        return 3
    return 0


def _content(report: Report, table: Table | None, asked: argparse.Namespace) -> str | bytes:
    match asked.format:
        case "text":
            return as_text(report, table)
        case "csv":
            return exports.as_csv(table or report.compared)
        case "json":
            return exports.as_json(report, [table] if table else report.all_tables)
    with tempfile.TemporaryDirectory(prefix="giliran-report-") as folder:
        file = Path(folder) / f"report.{asked.format}"
        making.write(report, asked.format, file, logo=str(asked.logo or ""))
        return file.read_bytes()


def as_text(report: Report, table: Table | None) -> str:
    """Return a report for a terminal: its main figures beside those of two other spans, or one table."""
    language = report.language
    head = f"{report.title}, {report.when}\n{pick(report.office.names, language)}\n"
    notes = [text("forms.page.days", language, count=report.days) if report.days else text("forms.page.none", language)]
    if report.is_open:
        time = words.clock(report.made_at, report.office.zone, language)
        notes.append(text("forms.page.still_open", language, time=time))
    remarks = [f"- {remark}" for remark in report.remarks]
    body = exports.as_text(table or report.compared, language) if report.days else ""
    return "\n".join([head, *notes, "", body, *remarks]).rstrip() + "\n"


def _put(content: str | bytes, out: Path | None, form: str) -> None:
    raw = content.encode() if isinstance(content, str) else content
    if out is None:
        sys.stdout.buffer.write(raw.removeprefix("\ufeff".encode()) if form == "csv" else raw)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(raw)
        sys.stderr.write(f"{out}: written\n")


def _plot(report: Report, file: Path) -> None:
    """Write the first chart of a report as a picture."""
    charts = charts_of.drawn(report)
    if not charts:
        sys.stderr.write(f"{file}: not written, for there is nothing to draw in {report.span}\n")
    elif file.suffix.lower() == ".svg":
        file.write_text(charts[0], encoding="utf-8")
    else:
        documents.png(charts[0], file)


def _tell(told: Told) -> None:
    if isinstance(told, Progress) and sys.stderr.isatty():
        sys.stderr.write(f"\rsumming day {told.days} of {told.of}{chr(10) if told.days == told.of else ''}")
    elif isinstance(told, Progress) and (told.days == told.of or not told.days % 100):
        sys.stderr.write(f"summing day {told.days} of {told.of}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="giliran report",
        description="The figures of a span; what they mean: docs/reports.md.",
        allow_abbrev=False,
    )
    parser.add_argument("span", type=_span, metavar="SPAN", help="2026-11-27, 2026-W48, 2026-11, 2026, FIRST..LAST")
    parser.add_argument("--by", choices=(*BY, *STEPS), help="one table by this, instead of the main figures")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: %(default)s")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="also the first chart, as .svg or .png")
    parser.add_argument("--language", choices=("id", "en"), default="id", help="default: %(default)s")
    parser.add_argument(
        "--officers", action="store_true", help="with a table of single officers; for whoever may see it"
    )
    parser.add_argument("--logo", type=Path, metavar="FILE", help="a picture for the letterhead of a PDF")
    parser.add_argument(
        "--database", type=Path, default=Path(HubSettings().database), metavar="FILE", help="default: %(default)s"
    )
    parser.add_argument("--reports", type=Path, default=REPORTS, metavar="FILE", help="the sums; default: %(default)s")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to; default: the terminal")
    return parser


def _span(written: str) -> Span:
    span = parse(written)
    if span is None:
        raise argparse.ArgumentTypeError(text("forms.making.no_span", "en", text=written))
    return span
