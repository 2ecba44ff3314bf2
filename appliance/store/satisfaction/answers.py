"""The file of the answers, as its one writer has it.

The log and this file cannot be written in one transaction. So an answer is put here first, under its request's id, and
counts nowhere; then the log tells that a ticket was rated; then the id is taken off and the answer counts. Whatever
happens in between, the log decides: an answer whose request it does not know is thrown away, for nobody was told that
it had been taken, and whoever asks again under the same id brings it again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from appliance.commands import ELEMENTS, Survey
from appliance.store.database import Database, StorageFault, explain, told

NAME: Final = "satisfaction.db"
MIGRATIONS: Final = Path(__file__).with_name("migrations")
PRAGMAS: Final[dict[str, str | int]] = {
    "journal_mode": "wal",  # whoever reads a report never keeps the hub waiting
    "synchronous": "full",
    "busy_timeout": 500,  # the hub has one thread, and people at counters
    "secure_delete": "on",  # what was erased must not be found in the file
}
_COLUMNS: Final = (
    *("request", "day", "hour", "service", "source"),
    *ELEMENTS,
    *("overall", "sex", "age", "schooling", "occupation", "comment"),
)
_INSERT: Final = (
    f"INSERT OR REPLACE INTO answer ({', '.join(_COLUMNS)}) "  # noqa: S608  # names of our own
    f"VALUES ({', '.join('?' * len(_COLUMNS))})"
)


class Occasion(msgspec.Struct, frozen=True):
    """When and about what somebody was asked.

    ``day``: the business day of the ticket, or the date of the form. ``hour``: of the answer, None for a form on paper.
    ``service``: empty if nobody knows. ``source``: kiosk, keypad or paper.
    """

    day: str
    hour: int | None
    service: str
    source: str


class Answers:
    """What citizens said of the service.

    Args:
        file: made, with its folder, if absent.

    Raises:
        StorageFault: also from every method; then nothing of that call was kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Others of the log's group read reports; the world does not.
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640))
        except OSError as error:
            raise StorageFault(explain(file, error)) from error
        self._database = Database(file, MIGRATIONS, PRAGMAS)

    def hold(self, request_id: str, occasion: Occasion, survey: Survey) -> None:
        """Put an answer on the disk that does not count yet."""
        marks = [survey.elements.get(element) for element in ELEMENTS]
        person = [survey.sex or "", survey.age or "", survey.schooling or "", survey.occupation or ""]
        row = [
            request_id, occasion.day, occasion.hour, occasion.service, occasion.source, *marks, survey.overall, *person,
            " ".join(survey.comment.split()),
        ]  # fmt: skip
        with self._database.transaction() as connection:
            connection.execute(_INSERT, row)

    def settle(self, known: Callable[[str], bool], request_ids: Iterable[str] | None = None) -> None:
        """Have answers count whose requests the log knows, and throw the others away.

        Args:
            known: tells whether the log has what a request caused.
            request_ids: of the answers to look at; None for all that do not count yet.
        """
        held = self._held() if request_ids is None else list(request_ids)
        if not held:
            return
        fates = [(request_id, known(request_id)) for request_id in held]
        with self._database.transaction() as connection:
            for request_id, is_known in fates:
                act = "UPDATE answer SET request = NULL" if is_known else "DELETE FROM answer"
                connection.execute(f"{act} WHERE request = ?", (request_id,))

    def erase_comments(self, before: str) -> int:
        """Erase what was written freely on days before ``before`` (YYYY-MM-DD); return how often there was something.

        It is gone from the file and from what SQLite keeps beside it.
        """
        with self._database.transaction() as connection:
            erased = connection.execute("UPDATE answer SET comment = '' WHERE day < ? AND comment != ''", (before,))
        with told(self._file):  # a report that is being read keeps it there until the next time
            self._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return erased.rowcount

    def _held(self) -> list[str]:
        with told(self._file):
            rows = self._database.connection.execute("SELECT request FROM answer WHERE request IS NOT NULL").fetchall()
        return [request_id for (request_id,) in rows]

    def close(self) -> None:
        """Close the file."""
        self._database.close()
