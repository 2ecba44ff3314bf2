"""What citizens say of the service, on its way from a request into the file of the answers (``store/satisfaction``)."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from appliance.commands import TicketNumber
from appliance.engine import commands as c
from appliance.engine import events as e
from appliance.engine.decide import Refusal, decide
from appliance.engine.model import Day
from appliance.node.local import local_time
from appliance.store.database import StorageFault
from appliance.store.satisfaction.answers import NAME, Answers, Occasion
from appliance.store.store import Store
from appliance.units import DEFAULT_ZONE
from appliance.wire.messages import AnyBody, EnterForm, Part, RateServed, RateService

log = logging.getLogger(__name__)

PAPER: Final = "paper"
OLDEST_DAYS: Final = 400
"""Forms on paper of longer ago belong to a report that was handed in."""
CARRIED: Final = (RateService, RateServed, EnterForm)
"""Requests that carry what somebody said."""


class Surveys:
    """Keeps the answers, or (in a practice) does not.

    A file that cannot be opened or written costs the answers alone: the queue goes on, and citizens are told.

    Args:
        folder: where the file is, beside the database; None in a practice.
        store: knows which requests were carried out.
    """

    def __init__(self, folder: Path | None, store: Store) -> None:
        self._file = folder / NAME if folder is not None else None
        self._store = store
        self._answers: Answers | None = None
        self._under_way: list[str] = []
        """Requests whose answers are held, in the batch under way."""
        self._tidied = ""
        self.fault = ""
        """What is wrong with the file; empty if nothing is known to be."""

    def hold(self, request_id: str, body: AnyBody, command: c.Command, day: Day, now: int) -> Refusal | None:
        """Put what somebody said on the disk, before the log says that they did.

        Args:
            request_id: of the request.
            body: one of ``CARRIED``.
            command: the engine's for it; what it refuses is not kept.
            day: the present.
            now: the office's time.

        Returns:
            Why it is not taken; None if it is held, or if nothing was said.
        """
        now = max(now, day.at)
        decision = decide(day, command, now)
        survey = body.survey if isinstance(body, CARRIED) else None
        if isinstance(decision, Refusal) or survey is None:
            return decision if isinstance(decision, Refusal) else None
        if survey.is_empty:
            return Refusal("nothing_answered", "None of the questions was answered.")
        today = local_time(now, _zone(day))
        if isinstance(body, EnterForm) and not _may_be_of(body.date, today.date()):
            return Refusal("wrong_date", f"{body.date} is no date of the last {OLDEST_DAYS} days.")
        occasion = _occasion(body, decision, day, today.hour)
        try:
            if (answers := self._opened()) is not None:
                answers.hold(request_id, occasion, survey)
                self._under_way.append(request_id)
        except StorageFault as error:
            log.critical("what a citizen said of the service could not be kept: %s", error)
            self._answers, self.fault = None, str(error)
            return Refusal("survey_storage", str(error))
        self.fault = ""
        return None

    def settle(self) -> None:
        """Have the answers of the batch that has ended count if the log knows of them, and forget them otherwise."""
        held, self._under_way = self._under_way, []
        if held:
            self._settle(held)

    def tidy(self, day: Day) -> None:
        """Once a business day, and at the start: settle what was left, erase what was written freely long ago.

        Not while staff may still take back what they said of the time: what a wrong year erased would be gone.
        """
        if not day.date or day.date == self._tidied or day.before_vouch is not None:
            return
        if self._file is None or not self._file.exists():
            return
        self._tidied = day.date
        self._settle(None)
        keep = timedelta(days=day.rules.satisfaction.comment_days)
        try:
            if (answers := self._opened()) is not None:
                answers.erase_comments((date.fromisoformat(day.date) - keep).isoformat())
        except StorageFault as error:
            log.critical("what citizens wrote could not be erased: %s", error)
            self._answers, self.fault = None, str(error)

    @property
    def parts(self) -> list[Part]:
        """Return the health of the file, if anything is wrong with it."""
        return [Part("satisfaction", "fault", "cannot_write", {"error": self.fault})] if self.fault else []

    def close(self) -> None:
        """Close the file."""
        if self._answers is not None:
            self._answers.close()

    def _settle(self, request_ids: list[str] | None) -> None:
        try:
            if (answers := self._opened()) is not None:
                answers.settle(lambda request_id: self._store.answer_of(request_id) is not None, request_ids)
        except StorageFault as error:
            # The answers are on the disk, and are settled at the next start or with the next business day.
            log.critical("answers of citizens do not count yet: %s", error)
            self._answers, self.fault = None, str(error)

    def _opened(self) -> Answers | None:
        if self._answers is None and self._file is not None:
            self._answers = Answers(self._file)
        return self._answers


def _occasion(body: AnyBody, decision: list[e.Event], day: Day, hour: int) -> Occasion:
    """Return when and about what somebody was asked."""
    if isinstance(body, EnterForm):
        return Occasion(body.date, None, body.service or "", PAPER)
    rated = next(event for event in decision if isinstance(event, e.TicketRated))
    return Occasion(rated.date, hour, _service(day, rated.number), rated.source)


def _service(day: Day, number: TicketNumber) -> str:
    ticket = day.tickets.get(number)
    return ticket.service if ticket is not None else day.rateable.get(number, "")


def _may_be_of(text: str, today: date) -> bool:
    try:
        return timedelta() <= today - date.fromisoformat(text) <= timedelta(days=OLDEST_DAYS)
    except ValueError:
        return False


def _zone(day: Day) -> str:
    return day.definition.zone if day.definition else DEFAULT_ZONE
