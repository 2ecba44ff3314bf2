"""The kiosk's controller: touches, messages and time go into the flow; requests, tickets and pictures come out."""

from __future__ import annotations

import base64
import logging
import time
import uuid
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Slot

from appliance.node import trace
from appliance.node.daemon import HubClock
from appliance.node.link import Link
from appliance.ui import bridge
from appliance.ui.bridge import Bridge
from appliance.ui.values import Rows, Values
from appliance.wire import topics
from appliance.wire.messages import AnyReply, Catalogue, Clock, Issue, IssuedTicket, Presence
from kiosk import flow, words
from kiosk.flow import Effect, Event, Flow
from kiosk.settings import KioskSettings
from kiosk.slip import qr_content

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 2.5
"""Real time that one sending of the request may take; the flow repeats it."""
SILENT_MS: Final = 12_000
"""Real time without the hub's clock, which comes every 5 s, after which the hub is away."""

Outcome = Callable[[str, str], None]
"""Told the request id and an empty string, or why the ticket is not on paper."""
PrintTicket = Callable[[str, IssuedTicket, Catalogue, Outcome], None]


class Visit(QObject):
    """Serves one citizen after the other.

    Args:
        settings: of this kiosk.
        link: not started yet; the topics are subscribed here.
        hub_clock: the one that the link feeds.
        print_ticket: starts printing on another thread and tells the outcome on any thread.
        qr_png: draws what a QR code says as a PNG.
    """

    def __init__(
        self,
        settings: KioskSettings,
        link: Link,
        hub_clock: HubClock,
        print_ticket: PrintTicket,
        qr_png: Callable[[str], bytes],
    ) -> None:
        super().__init__()
        self._settings = settings
        self._link = link
        self._clock = hub_clock
        self._print_ticket = print_ticket
        self._qr_png = qr_png
        self._flow = Flow(language=flow.HOME_LANGUAGE, away_since=_now())
        self._catalogue: Catalogue | None = None
        self._hub_online = True
        self._qr = ""
        self._shown: tuple[str, Catalogue | None] = ("", None)
        self._bridge = Bridge()
        self.rows = Rows(words.ROW, self)
        self.texts = Values(bridge.table("kiosk", self._flow.language), self)
        self.values = Values({**self._values(), "languages": list(settings.languages), "qr": ""}, self)
        self._bridge.listen(link, topics.CATALOGUE, Catalogue, self._take_catalogue)
        self._bridge.listen(link, topics.presence(settings.hub), Presence, self._take_presence)
        link.on(topics.CLOCK, Clock, self._hear_clock)
        link.on_connection(lambda up: self._bridge.call(self._connection_changed, up))

    def tick(self) -> None:
        """Let time go by; call it several times a second."""
        self._link.expire()
        self._look_for_hub()
        self._happen(flow.Tick())

    # -- touches ---------------------------------------------------------------------------------------------------

    @Slot()
    def touched(self) -> None:
        """Somebody is there: the screen stays."""
        if self._flow.screen != "attract":
            self._happen(flow.Touched())

    @Slot()
    def begin(self) -> None:
        """The first screen was touched."""
        self._happen(flow.Touched())

    @Slot(str)
    def choose(self, service: str) -> None:
        """A service's card was touched."""
        self._happen(flow.Chose(service, uuid.uuid4().hex))

    @Slot(bool)
    def setPriority(self, on: bool) -> None:  # noqa: N802, FBT001  # QML's style; Qt calls with positions
        """The question about priority was answered."""
        self._happen(flow.PrioritySet(on))

    @Slot()
    def take(self) -> None:
        """The button that takes the number was touched."""
        trace.mark("take", self._flow.request_id)
        self._happen(flow.Took())

    @Slot()
    def retry(self) -> None:
        """Ask the hub once more."""
        self._happen(flow.Retried())

    @Slot()
    def back(self) -> None:
        """One screen back."""
        self._happen(flow.Back())

    @Slot()
    def done(self) -> None:
        """The citizen has the ticket."""
        self._happen(flow.Done())

    @Slot(str)
    def setLanguage(self, language: str) -> None:  # noqa: N802  # QML's style
        """A language was chosen."""
        if language in self._settings.languages:
            self._happen(flow.LanguageSet(language))

    # -- the bus, on the screen's thread ---------------------------------------------------------------------------

    def _take_catalogue(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        offers = frozenset(s.id for s in words.offered(catalogue, self._settings.services) if s.open)
        self._happen(flow.CatalogueArrived(catalogue.office.phase, offers))

    def _take_presence(self, presence: Presence) -> None:
        self._hub_online = presence.state == "online"
        self._look_for_hub()

    def _hear_clock(self, clock: Clock) -> None:
        # On the network's thread: the time since then counts from now.
        self._clock.observe(clock)
        self._bridge.call(self._take_clock, clock)

    def _take_clock(self, _clock: Clock) -> None:
        self._hub_online = True
        self._look_for_hub()

    def _connection_changed(self, _up: bool) -> None:  # noqa: FBT001  # the bridge hands over one value
        self._look_for_hub()

    def _look_for_hub(self) -> None:
        seen = self._clock.seen()
        alive = self._link.connected and self._hub_online and bool(seen.boot) and seen.since < SILENT_MS
        if alive != self._flow.connected:
            self._happen(flow.Connection(alive))

    # -- what follows ----------------------------------------------------------------------------------------------

    def _happen(self, event: Event) -> None:
        before = self._flow
        self._flow, effects = flow.step(before, event, _now(), self._clock.rate)
        if self._flow.screen != before.screen:
            log.info("%s -> %s", before.screen, self._flow.screen)
        for effect in effects:
            self._do(effect)
        self._show()

    def _do(self, effect: Effect) -> None:
        if isinstance(effect, flow.SendIssue):
            request_id = effect.request_id

            def answer(reply: AnyReply | None) -> None:
                self._bridge.call(self._happen, flow.Replied(request_id, reply))

            body = Issue(effect.service, effect.priority)
            self._link.request(body, answer, deadline=ANSWER_SECONDS, request_id=request_id)
            return
        if self._catalogue is not None:
            self._print_ticket(effect.request_id, effect.ticket, self._catalogue, self._printed)

    def _printed(self, request_id: str, failure: str) -> None:
        event = flow.PrintFailed(request_id, failure) if failure else flow.Printed(request_id)
        self._bridge.call(self._happen, event)

    def _values(self) -> dict[str, object]:
        return words.values(
            self._flow, self._catalogue, self._clock.office_ms(), self._clock.zone, _now(), self._clock.rate
        )

    def _show(self) -> None:
        language = self._flow.language
        if (language, self._catalogue) != self._shown:
            self._shown = (language, self._catalogue)
            self.texts.set(bridge.table("kiosk", language))
            self.rows.set(words.rows(words.offered(self._catalogue, self._settings.services), language))
        self.values.set({**self._values(), "qr": self._qr_code()})

    def _qr_code(self) -> str:
        """The code that the paper would carry, for a telephone; drawn once a ticket."""
        ticket, catalogue = self._flow.ticket, self._catalogue
        if ticket is None or catalogue is None:
            self._qr = ""
        elif not self._qr:
            png = self._qr_png(qr_content(ticket, catalogue.office, self._flow.request_id))
            self._qr = "data:image/png;base64," + base64.b64encode(png).decode()
        return self._qr


def _now() -> int:
    return time.monotonic_ns() // 1_000_000
