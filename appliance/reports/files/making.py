"""Makes one report as a file: ``python -m appliance.reports.files.making REQUEST``, a process behind all others.

It prints lines of JSON: how far it is, and at the end what came of it. Days that are not summed yet are summed first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from appliance.node import job
from appliance.reports.files import documents, exports, xlsx
from appliance.reports.files.documents import TypesettingFailed
from appliance.reports.files.orders import Failed, Form, Made, Progress, Request, Told, Writing
from appliance.reports.report import Gatherer, Report, office_of
from appliance.store.database import StorageFault
from appliance.store.reports.history import History
from appliance.store.reports.progress import Progress as DaySummed
from appliance.store.reports.spans import Span, parse
from appliance.store.reports.summing import sum_up


def gather(request: Request, span: Span, tell: Callable[[Told], None]) -> Report:
    """Sum what is missing, and gather a report. Raises ``StorageFault``."""
    hub, reports = Path(request.hub), Path(request.reports)

    def summed(progress: DaySummed) -> None:
        tell(Progress(progress.days, progress.of))

    sum_up(hub, reports, summed)
    gatherer = Gatherer(History(hub, reports), office_of(hub), request.language, officers=request.officers)
    return gatherer.gather(span, request.made_at)


def make(request: Request, tell: Callable[[Told], None]) -> Made | Failed:
    """Make a file and return what came of it; what is on the way to it is told."""
    span = parse(request.span)
    if span is None:
        return Failed(request.span, "no_span", {"text": request.span})
    try:
        report = gather(request, span, tell)
        tell(Writing())
        write(report, request.form, Path(request.out), by=request.by, logo=request.logo)
    except TypesettingFailed as error:
        return Failed(str(error), error.code, {name: str(value) for name, value in error.values.items()})
    except (StorageFault, OSError) as error:
        return Failed(str(error))
    return Made(request.out)


def write(report: Report, form: Form, out: Path, *, by: str = "service", logo: str = "") -> None:
    """Write a report as a file; whoever looks meanwhile sees the old one or the whole new one.

    Raises:
        TypesettingFailed: if there is no PDF.
        OSError: if the file cannot be written.
    """
    if form == "pdf":
        documents.pdf(report, out, logo)
        return
    if form == "xlsx":
        content = xlsx.book(report)
    elif form == "json":
        content = exports.as_json(report, report.all_tables)
    else:
        content = exports.as_csv(next((one for one in report.all_tables if one.key == by), report.compared)).encode()
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(content)
    part.replace(out)


def main(argument: str) -> int:
    """Make what the request asks for; return the exit code."""
    return job.run(lambda: job.say(make(msgspec.json.decode(argument, type=Request), job.say)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
