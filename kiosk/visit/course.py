"""The course of things at one kiosk: one event after the other, and what is offered now.

No screen, no bus, no thread, no clock of its own: the kiosk's controller stands on this, and so do whole hours that
pass on a virtual clock.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from appliance.texts import DEFAULT
from appliance.wire.messages import Catalogue, ServiceState
from kiosk.alone.desk import View
from kiosk.visit import events as e
from kiosk.visit import flow, service_cards
from kiosk.visit.state import Flow

log = logging.getLogger(__name__)


class Course:
    """Holds the flow. ``happen`` may be called from any thread, the rest from one.

    Args:
        services: this kiosk offers only these; empty for all.
        alone: tells what it may give while the hub is away.
        do: carries out what follows; nothing else happens meanwhile.
        now: tells real milliseconds of a monotonic clock.
        rate: tells how many office seconds pass in a real one.
        home: the language that every visit begins with.
    """

    def __init__(
        self,
        services: tuple[str, ...],
        alone: Callable[[], View],
        do: Callable[[e.Effect], None],
        now: Callable[[], int],
        rate: Callable[[], float],
        home: str = DEFAULT,
    ) -> None:
        self._services = services
        self._alone = alone
        self._do = do
        self._now = now
        self._rate = rate
        self._heard: Catalogue | None = None
        self._moving = threading.RLock()
        self.flow = Flow(home=home, language=home, started_at=now())
        """The present moment."""
        self.catalogue: Catalogue | None = None
        """What is shown: the hub's latest or, while it is away, what this kiosk may do alone."""

    @property
    def offered(self) -> list[ServiceState]:
        """The services that this kiosk shows, open or not."""
        return service_cards.offered(self.catalogue, self._services)

    def happen(self, event: e.Event) -> None:
        """Let one thing happen."""
        with self._moving:
            before = self.flow
            self.flow, effects = flow.step(before, event, self._now(), self._rate())
            if self.flow.screen != before.screen:
                log.info("%s -> %s", before.screen, self.flow.screen)
            for effect in effects:
                self._do(effect)

    def learn(self, catalogue: Catalogue) -> None:
        """Take in what the hub offers."""
        self._heard = catalogue
        self._offer()

    def tick(self, *, hub: bool) -> None:
        """Let time go by. ``hub``: whether it is there."""
        if hub != self.flow.connected:
            self.happen(e.Connection(hub))
        self._offer()
        self.happen(e.Tick())

    def _offer(self) -> None:
        alone = self._alone()
        if alone.services != self.flow.alone:
            self.happen(e.AloneChanged(alone.services))
        catalogue = self._heard if self.flow.connected else alone.catalogue or self._heard
        if catalogue is None or catalogue is self.catalogue:
            return
        self.catalogue = catalogue
        offers = frozenset(service.id for service in self.offered if service.open)
        office = catalogue.office
        self.happen(e.CatalogueArrived(office.phase, offers, office.messages, catalogue.day, office.survey))
