"""A recorded morning: who came when, and how long serving them took (pure).

The format is CSV with a header: ``applicant`` (any name, once), ``arrived`` (HH:MM or HH:MM:SS), ``service_minutes``
(more than 0, at most 600) and, if there are several services, ``service`` (its id).
"""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import Final

import msgspec

REQUIRED: Final = ("applicant", "arrived", "service_minutes")
OPTIONAL: Final = ("service",)
LONGEST_MINUTES: Final = 600.0
_TIME: Final = re.compile(r"^([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?\Z")


class BadRow(ValueError):
    """A row of the file cannot be used; the sentence names its line."""


class Applicant(msgspec.Struct, frozen=True):
    """One citizen of a recorded morning. ``arrived_s``: seconds since midnight."""

    name: str
    arrived_s: int
    service_minutes: float
    service: str = ""


def read_morning(text: str) -> list[Applicant]:
    """Return the applicants in the order of their arrival, then of their row.

    Raises:
        BadRow: naming the first line that cannot be used, and why.
    """
    reader = csv.reader(StringIO(text))
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in REQUIRED if name not in header]
    unknown = [name for name in header if name not in REQUIRED + OPTIONAL]
    if missing or unknown:
        wrong = f"the column {missing[0]!r} is missing" if missing else f"unknown column {unknown[0]!r}"
        raise BadRow(f"line 1: {wrong}; the columns are {', '.join(REQUIRED)} and, if wanted, service")
    applicants: list[Applicant] = []
    names: set[str] = set()
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise BadRow(f"line {reader.line_num}: {len(row)} values for {len(header)} columns")
        applicant = _applicant(dict(zip(header, (cell.strip() for cell in row), strict=True)), reader.line_num)
        if applicant.name in names:
            raise BadRow(f"line {reader.line_num}: applicant {applicant.name!r} is there twice")
        names.add(applicant.name)
        applicants.append(applicant)
    if not applicants:
        raise BadRow("line 2: nobody comes; give at least one row")
    return sorted(applicants, key=lambda applicant: applicant.arrived_s)


def _applicant(row: dict[str, str], line: int) -> Applicant:
    if not row["applicant"]:
        raise BadRow(f"line {line}: applicant is empty")
    time = _TIME.fullmatch(row["arrived"])
    if time is None:
        raise BadRow(f"line {line}: arrived is {row['arrived']!r}; write a time such as 08:05")
    hours, minutes, seconds = (int(part or 0) for part in time.groups())
    try:
        service_minutes = float(row["service_minutes"])
    except ValueError:
        service_minutes = 0.0
    if not 0 < service_minutes <= LONGEST_MINUTES:
        raise BadRow(f"line {line}: service_minutes is {row['service_minutes']!r}; write minutes from 0.1 to 600")
    return Applicant(row["applicant"], hours * 3600 + minutes * 60 + seconds, service_minutes, row.get("service", ""))
