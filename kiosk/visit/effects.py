"""Carries out what the flow asks for: requests to the hub, numbers of the kiosk's own, tickets on paper."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from appliance.wire.messages import (
    Catalogue,
    CheckIn,
    Issue,
    IssuedTicket,
    RateService,
    Reprinting,
    ServiceId,
    TicketNumber,
    TicketToPrint,
)
from kiosk.alone.worker import OfflineWorker
from kiosk.printer.latest import Latest
from kiosk.printer.spooler import OnPrinted, Printing
from kiosk.visit import events as e
from kiosk.visit.hub_client import HubClient

log = logging.getLogger(__name__)

HEAD_START_SECONDS: Final = 0.02
"""So long the screen waits for the ticket: nobody sees it, and the printer has begun."""

ORDERS_REMEMBERED: Final = 100
"""Tickets that the desk had printed, by their ids: the hub may send the latest ones again after a restart."""

PrintTicket = Callable[[Printing, OnPrinted], None]
"""Starts printing on another thread, and tells how it went on any thread."""


class Effects:
    """The hands of a visit.

    Args:
        hub: to ask.
        offline: this kiosk's own series, for when the hub is away.
        print_ticket: puts a ticket on paper.
        latest: remembers what can be printed again.
        happen: takes what followed, on any thread, at once.
        happen_later: takes what followed, on the screen's thread.
    """

    def __init__(
        self,
        hub: HubClient,
        offline: OfflineWorker,
        print_ticket: PrintTicket,
        latest: Latest,
        happen: Callable[[e.Event], None],
        happen_later: Callable[[e.Event], None],
    ) -> None:
        self._hub = hub
        self._offline = offline
        self._print_ticket = print_ticket
        self._latest = latest
        self._happen = happen
        self._happen_later = happen_later
        self._reprinted = -1
        """The last wish from a counter; the broker may deliver one twice."""
        self._ordered: deque[str] = deque(maxlen=ORDERS_REMEMBERED)
        self._on_paper = threading.Event()
        self._on_paper.set()

    def do(self, effect: e.Effect, language: str, catalogue: Catalogue | None) -> None:
        """Begin what the flow asks for; it answers later with an event."""
        match effect:
            case e.SendIssue():
                issue = Issue(ServiceId(effect.service), effect.priority, effect.phone or None)
                self._ask(issue, effect.request_id)
            case e.SendCheckIn():
                self._ask(CheckIn(effect.code), effect.request_id)
            case e.AskMayRate():
                self._ask_about_rating(RateService(TicketNumber(effect.number)), effect.request_id)
            case e.SendRating():
                body = RateService(TicketNumber(effect.number), effect.survey)
                self._ask_about_rating(body, effect.request_id)
            case e.IssueAlone():
                self._issue_alone(effect)
            case e.Print() if catalogue is not None:
                self._print(effect, language, catalogue)

    def reprint(self, wish: Reprinting, catalogue: Catalogue | None) -> None:
        """Print a ticket once more, if it is one of ours."""
        printing = self._latest.find(wish.number, wish.day, catalogue)
        if printing is not None and wish.seq != self._reprinted:
            self._reprinted = wish.seq
            log.info("%s is printed again, as a counter or the desk asks", wish.number)
            self._print_ticket(replace(printing, request_id="reprint", reprinted=True), lambda *_: None)

    def print_for_staff(self, order: TicketToPrint, catalogue: Catalogue | None) -> None:
        """Print a ticket that the desk wants here, which may be of any origin; each order once, also over a restart."""
        number = order.ticket.number
        if catalogue is None:
            log.warning("%s is not printed for the desk: the hub has not told what the office offers", number)
            return
        if order.id in self._ordered or self._latest.has(order.id, catalogue):
            return
        self._ordered.append(order.id)
        known = self._latest.find(number, order.ticket.day, catalogue)
        language = known.language if known else ""
        log.info("%s is printed, as the desk asks", number)
        printing = Printing(order.id, order.ticket, order.minted, catalogue, order.copy, language)
        self._latest.add(printing)
        self._print_ticket(printing, lambda *_: None)
        self._remember(printing)

    def give_head_start(self) -> None:
        """Wait a moment for the ticket that is about to be printed: the paper first, then the new screen."""
        self._on_paper.wait(HEAD_START_SECONDS)

    def _ask(self, body: Issue | CheckIn, request_id: str) -> None:
        self._hub.ask(body, request_id, lambda reply: self._happen(e.Replied(request_id, reply)))

    def _ask_about_rating(self, body: RateService, request_id: str) -> None:
        self._hub.ask(body, request_id, lambda reply: self._happen_later(e.RateReplied(request_id, reply)))

    def _issue_alone(self, effect: e.IssueAlone) -> None:
        def told(ticket: IssuedTicket | None) -> None:
            self._happen(e.IssuedAlone(effect.request_id, ticket, effect.request_id))

        asked, priority = effect.asked, effect.priority
        self._offline.issue(effect.request_id, effect.service, priority=priority, asked=asked, told=told)

    def _print(self, effect: e.Print, language: str, catalogue: Catalogue) -> None:
        printing = Printing(effect.request_id, effect.ticket, effect.minted, catalogue, language=language)
        self._latest.add(printing)
        self._on_paper.clear()
        self._print_ticket(printing, self._printed)
        self._remember(printing)

    def _remember(self, printing: Printing) -> None:
        """Keep over a power cut that this number is on paper; numbers of practice are nobody's."""
        if not printing.catalogue.office.training:
            self._offline.given(printing.ticket)
            self._offline.later(self._latest.save)

    def _printed(self, request_id: str, failure: str) -> None:
        self._on_paper.set()
        self._happen_later(e.PrintFailed(request_id, failure) if failure else e.Printed(request_id))
