"""The visit's controller: touches, messages and time go into the flow; what changed comes out on glass."""

from __future__ import annotations

import base64
import logging
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from appliance import texts
from appliance.node import trace
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.texts.office_words import CATALOGUES, OfficeWords
from appliance.ui import bridge
from appliance.ui.bridge import Bridge
from appliance.ui.values import Rows, Values
from appliance.wire.messages import Board, Catalogue, Lease, Waiting
from kiosk.alone.worker import OfflineWorker
from kiosk.printer.latest import Latest
from kiosk.printer.spooler import Printing
from kiosk.settings import KioskSettings
from kiosk.ticket.slip import qr_content
from kiosk.visit import events as e
from kiosk.visit import rating, scan, screen_text, service_cards
from kiosk.visit.course import Course
from kiosk.visit.effects import Effects, PrintTicket
from kiosk.visit.events import Effect, Event
from kiosk.visit.hub_client import HubClient
from kiosk.visit.state import Flow

log = logging.getLogger(__name__)

MODES: Final = ("low", "large", "contrast")


class VisitScreen(QObject):
    """Serves one citizen after the other.

    Args:
        settings: of this kiosk.
        link: not started yet; the topics are subscribed here.
        hub_clock: the one that the link feeds.
        print_ticket: starts printing on another thread and tells the outcome on any thread.
        expect_ticket: has the printer asked how it is, while the hub is asked for the number.
        qr_png: draws what a QR code says as a PNG.
        offline: this kiosk's own series, for when the hub is away.
    """

    changed = Signal()
    """The screen says something else than before."""

    def __init__(
        self,
        settings: KioskSettings,
        link: Link,
        hub_clock: HubClock,
        print_ticket: PrintTicket,
        expect_ticket: Callable[[], None],
        qr_png: Callable[[str], bytes],
        offline: OfflineWorker,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._clock = hub_clock
        self._now = SystemClock().monotonic_ms
        self._qr_png = qr_png
        self._offline = offline
        self._latest = Latest(Path(settings.folder))
        self._hub = HubClient(link, expect_ticket)
        self._effects = Effects(
            self._hub, offline, print_ticket, self._latest, self._happen_at_once, self._happen_later
        )
        home = settings.languages[0]
        self._course = Course(
            settings.services, lambda: offline.view, self._do, self._now, lambda: hub_clock.rate, home
        )
        self._waiting: Waiting | None = None
        self._board: Board | None = None
        self._qr = ("", "")
        """What the latest code was made from, and its picture."""
        self._shown: tuple[object, ...] = ()
        self._worded: tuple[str, OfficeWords] = self.flow.language, CATALOGUES
        """The language and the office's words in which the screens' fixed texts stand."""
        self._bridge = Bridge()
        self.rows = Rows(service_cards.ROW, self)
        self.texts = Values(bridge.table("kiosk", self.flow.language), self)
        self.values = Values(
            {
                **self._values(),
                "languages": list(settings.languages),
                "languageNames": {code: texts.text("common.language", code) for code in settings.languages},
                "bookings": settings.bookings,
                "scanner": settings.scanner.kind != "none",
                "outputs": list(settings.guidance.outputs),
                "qr": "",
                "longestName": 0,
            },
            self,
        )
        self._hub.listen(
            self._bridge,
            self._take_catalogue,
            self._take_waiting,
            self._take_board,
            lambda wish: self._effects.reprint(wish, self._course.catalogue),
            lambda order: self._effects.print_for_staff(order, self._course.catalogue),
        )

    def tick(self) -> None:
        """Let time go by; call it several times a second."""
        self._hub.expire()
        self._course.tick(hub=self._clock.hub_is_there())
        self._show()

    @property
    def flow(self) -> Flow:
        """The present moment."""
        return self._course.flow

    @property
    def latency_ms(self) -> int | None:
        """How long the hub took to answer last; None before the first answer."""
        return self._hub.latency_ms

    @property
    def printed(self) -> list[Printing]:
        """The latest tickets, the last one first, for staff who print one again."""
        return self._latest.of(self._course.catalogue)

    @property
    def staff_numbers(self) -> bool:
        """Whether the hub is there and knows staff by numbers and PINs of their own."""
        catalogue = self._course.catalogue
        return self.flow.connected and catalogue is not None and catalogue.staff_numbers

    def scanned(self, text: str) -> None:
        """A scanner has read something; may be called on any thread."""
        self._bridge.call(self._take_scan, text)

    def begin_guidance(self, output: str) -> None:
        """Switch the spoken guidance on."""
        self.setMode(output, True)

    # -- touches ---------------------------------------------------------------------------------------------------

    @Slot()
    def touched(self) -> None:
        """Somebody is there: the screen stays."""
        if self.flow.screen != "attract" or self.flow.access:
            self._happen(e.Touched())

    @Slot()
    def begin(self) -> None:
        """The first screen was touched."""
        self._happen(e.Touched())

    @Slot(str)
    def open(self, group: str) -> None:
        """A group's card was touched."""
        self._happen(e.ChoseGroup(group))

    @Slot(str, bool)
    def choose(self, service: str, papers: bool) -> None:  # noqa: FBT001  # Qt calls with positions
        """A service's card was touched."""
        self._happen(e.Chose(service, uuid.uuid4().hex, papers))

    @Slot()
    def openPapers(self) -> None:  # noqa: N802  # QML's style
        """Somebody wants to read everything that is to be brought."""
        self._happen(e.PapersOpened())

    @Slot()
    def openAccess(self) -> None:  # noqa: N802  # QML's style
        """Somebody wants the screen, or the voice, another way."""
        self._happen(e.AccessOpened())

    @Slot()
    def closeAccess(self) -> None:  # noqa: N802  # QML's style
        """The panel for that is not needed any more."""
        self._happen(e.AccessClosed())

    @Slot()
    def proceed(self) -> None:
        """On to the next question."""
        self._happen(e.Continued())

    @Slot(bool)
    def setPriority(self, on: bool) -> None:  # noqa: N802, FBT001  # QML's style; Qt calls with positions
        """The question about priority was answered."""
        self._happen(e.PrioritySet(on))

    @Slot()
    def take(self) -> None:
        """The button that takes the number was touched."""
        trace.mark("take", self.flow.request_id)
        self._happen(e.Took())

    @Slot()
    def openPhone(self) -> None:  # noqa: N802  # QML's style
        """Somebody wants a message when it is nearly their turn."""
        self._happen(e.PhoneOpened())

    @Slot()
    def givePhone(self) -> None:  # noqa: N802  # QML's style
        """The telephone number is complete."""
        self._happen(e.PhoneGiven())

    @Slot()
    def openCheckIn(self) -> None:  # noqa: N802  # QML's style
        """Somebody has a booking."""
        self._happen(e.CheckInOpened())

    @Slot(str)
    def type(self, sign: str) -> None:
        """One sign of a booking's code, or one digit of a telephone number."""
        self._happen(e.Typed(sign))

    @Slot()
    def erase(self) -> None:
        """The last sign was wrong."""
        self._happen(e.Erased())

    @Slot()
    def checkIn(self) -> None:  # noqa: N802  # QML's style
        """The code is complete."""
        self._happen(e.CheckedIn(uuid.uuid4().hex))

    @Slot()
    def openRate(self) -> None:  # noqa: N802  # QML's style
        """Somebody wants to say what they think of the service; who has just shown a ticket need not do so again."""
        if self.flow.screen == "turn":
            self._give_rate(self.flow.turn)
        else:
            self._happen(e.RateOpened())

    @Slot()
    def giveRate(self) -> None:  # noqa: N802  # QML's style
        """The ticket's number is complete."""
        self._give_rate(self._typed_number())

    @Slot(str)
    def answerRate(self, value: str) -> None:  # noqa: N802  # QML's style
        """A face, or one of several answers, was touched."""
        self._happen(e.RateAnswered(value))

    @Slot()
    def skipRate(self) -> None:  # noqa: N802  # QML's style
        """The question stays unanswered."""
        self._happen(e.RateSkipped())

    @Slot()
    def sendRate(self) -> None:  # noqa: N802  # QML's style
        """Nothing more is to be asked."""
        self._happen(e.RateFinished())

    @Slot()
    def retry(self) -> None:
        """Ask the hub once more."""
        self._happen(e.Retried())

    @Slot()
    def back(self) -> None:
        """One screen back."""
        self._happen(e.Back())

    @Slot()
    def done(self) -> None:
        """The citizen has the ticket."""
        self._happen(e.Done())

    @Slot(str)
    def setLanguage(self, language: str) -> None:  # noqa: N802  # QML's style
        """A language was chosen."""
        if language in self._settings.languages:
            self._happen(e.LanguageSet(language))

    @Slot(str, bool)
    def setMode(self, mode: str, on: bool) -> None:  # noqa: N802, FBT001  # QML's style; Qt calls with positions
        """A way to show or to speak was switched on or off."""
        if mode in MODES or mode in self._settings.guidance.outputs:
            self._happen(e.ModeSet(mode, on))  # type: ignore[arg-type]  # just checked

    # -- the bus and the scanner, on the screen's thread -----------------------------------------------------------

    def _take_catalogue(self, catalogue: Catalogue) -> None:
        self._offline.learn(catalogue)
        self._course.learn(catalogue)
        self._show()

    def _take_waiting(self, waiting: Waiting) -> None:
        self._waiting = waiting
        if self.flow.screen == "turn":
            self._show()

    def _take_board(self, board: Board) -> None:
        self._board = board
        if self.flow.screen == "turn":
            self._show()

    def _take_scan(self, text: str) -> None:
        found = scan.read(text)
        log.info("scanned: %s", found.kind)
        if self.flow.screen == "rate" and found.kind == "ticket":
            self._give_rate(found.value)
        elif found.kind == "booking" and self._settings.bookings:
            self._happen(e.CheckedIn(uuid.uuid4().hex, found.value))
        else:
            self._happen(e.AskedTurn(found.value if found.kind == "ticket" else ""))

    def _give_rate(self, number: str) -> None:
        self._happen(e.RateGiven(number, uuid.uuid4().hex, uuid.uuid4().hex))

    def _typed_number(self) -> str:
        lease = self._course.catalogue.lease if self._course.catalogue else Lease()
        own = ("", *lease.letters.values())
        digits = {series.prefix + letter: series.digits for series in lease.series.values() for letter in own}
        return rating.full_number(self.flow.code, digits)

    # -- what follows ----------------------------------------------------------------------------------------------

    def _happen(self, event: Event) -> None:
        """Let something happen, on the screen's thread."""
        self._course.happen(event)
        self._show()

    def _happen_at_once(self, event: Event) -> None:
        """Let something happen on any thread: the ticket prints though the screen is busy drawing."""
        self._course.happen(event)
        self._effects.give_head_start()  # Python computes on one thread at a time
        self._bridge.call(lambda _: self._show(), None)

    def _happen_later(self, event: Event) -> None:
        self._bridge.call(self._happen, event)

    def _do(self, effect: Effect) -> None:
        self._effects.do(effect, self.flow.language, self._course.catalogue)

    def _values(self) -> dict[str, object]:
        office_ms, zone = self._clock.office_ms(), self._clock.zone
        catalogue, rate = self._course.catalogue, self._clock.rate
        moment = screen_text.Surroundings(catalogue, self._waiting, office_ms, zone, self._now(), rate, self._board)
        return screen_text.values(self.flow, moment)

    def _show(self) -> None:
        state = self.flow
        shown = (state.language, self._course.catalogue, state.group, state.available)
        if shown != self._shown:
            self._shown = shown
            office = self._course.catalogue.office if self._course.catalogue else None
            worded = state.language, OfficeWords(office.texts) if office else CATALOGUES
            if worded != self._worded:
                self._worded = worded
                self.texts.set(bridge.table("kiosk", *worded))
            notice = office.notice if office else {}
            offer = service_cards.Offer(self._course.offered, state.available, notice)
            rows = service_cards.rows(offer, state.group, state.language)
            self.values.set({"longestName": max((len(row["name"]) for row in rows), default=0)})
            self.rows.set(rows)
        self.values.set({**self._values(), "qr": self._qr_code()})
        self.changed.emit()

    def _qr_code(self) -> str:
        """The code that the paper would carry, for a telephone; drawn once a ticket."""
        ticket, catalogue, minted = self.flow.ticket, self._course.catalogue, self.flow.minted
        if ticket is None or catalogue is None:
            return ""
        if self._qr[0] != minted:
            self._qr = (minted, self._drawn(qr_content(ticket, catalogue.office, minted)))
        return self._qr[1]

    def _drawn(self, content: str) -> str:
        try:
            return "data:image/png;base64," + base64.b64encode(self._qr_png(content)).decode()
        except Exception:  # the number is on the screen, with its code or without
            log.exception("the code on the screen cannot be drawn; is the office's follow_url too long?")
            return ""
