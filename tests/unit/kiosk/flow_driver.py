"""Drives the kiosk's flow as the controller does."""

from __future__ import annotations

from appliance.wire.messages import Accepted, IssuedTicket
from kiosk.visit import flow
from kiosk.visit.events import (
    CatalogueArrived,
    Chose,
    Connection,
    Effect,
    Event,
    Print,
    Replied,
    SendIssue,
    Tick,
    Took,
    Touched,
)
from kiosk.visit.state import Flow

ID = "0123456789abcdef" * 2
TICKET = IssuedTicket("A012", "files", "2026-04-06", 0, 7)


class Kiosk:
    """Drives the flow like the controller does, and keeps what it was asked to do."""

    def __init__(self, rate: float = 1.0) -> None:
        self.now = 1_000
        self.rate = rate
        self.state = Flow(started_at=self.now)
        self.done: list[Effect] = []

    def do(self, *events: Event) -> Kiosk:
        for event in events:
            self.state, effects = flow.step(self.state, event, self.now, self.rate)
            self.done += effects
        return self

    def wait(self, milliseconds: int) -> Kiosk:
        """Tick five times a second."""
        end = self.now + milliseconds
        while self.now < end:
            self.now = min(end, self.now + 200)
            self.do(Tick())
        return self

    @property
    def screen(self) -> str:
        return self.state.screen

    @property
    def sent(self) -> list[SendIssue]:
        return [effect for effect in self.done if isinstance(effect, SendIssue)]

    @property
    def prints(self) -> list[Print]:
        return [effect for effect in self.done if isinstance(effect, Print)]


def ready(rate: float = 1.0) -> Kiosk:
    return Kiosk(rate).do(Connection(True), CatalogueArrived("open", frozenset({"files", "advice"})))


def choosing(rate: float = 1.0) -> Kiosk:
    return ready(rate).do(Touched())


def confirming(rate: float = 1.0) -> Kiosk:
    return choosing(rate).do(Chose("files", ID))


def asking() -> Kiosk:
    return confirming().do(Took())


def holding(rate: float = 1.0) -> Kiosk:
    kiosk = confirming(rate).do(Took())
    return kiosk.do(Replied(ID, Accepted(1, ID, 5, "A012", TICKET)))
