"""A year's report as PDF: how long it takes from the question to the file, and how much memory the largest process."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Final

import msgspec

from appliance.reports.files.orders import Request
from appliance.store.reports.summing import sum_up
from appliance.tools.office import past
from appliance.tools.office.sample_office import DATE, instant

YEAR: Final = str(int(DATE[:4]) - 1)
DAYS: Final = 480
"""From within the year before to the sample office's day."""
TICKETS_A_DAY: Final = 40
"""The document is of sums: how many tickets a day has costs it nothing."""
ROUNDS: Final = 3


def documents(directory: Path) -> dict[str, float]:
    """Return ``report_year_pdf_seconds``, the median, and ``report_year_pdf_mb``, the most of all."""
    directory.mkdir(parents=True)
    hub, reports = directory / "giliran.db", directory / "reports.db"
    usual, past.TICKETS_A_DAY = past.TICKETS_A_DAY, TICKETS_A_DAY  # type: ignore[misc]
    try:
        past.make(hub, DAYS * TICKETS_A_DAY)
    finally:
        past.TICKETS_A_DAY = usual  # type: ignore[misc]
    sum_up(hub, reports)
    request = Request(str(hub), str(reports), YEAR, "pdf", str(directory / "year.pdf"), instant(12 * 3600))
    command = [sys.executable, "-m", "appliance.reports.files.making", msgspec.json.encode(request).decode()]
    seconds = []
    for _ in range(ROUNDS):
        began = perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(perf_counter() - began)
    if not (directory / "year.pdf").read_bytes().startswith(b"%PDF"):
        raise RuntimeError("the year's report was not made")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"report_year_pdf_seconds": sorted(seconds)[ROUNDS // 2], "report_year_pdf_mb": most}
