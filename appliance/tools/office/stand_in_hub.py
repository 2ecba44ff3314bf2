"""A scripted hub for pictures and tests of the screens: it says what it is told to, and answers as it is told to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from appliance.commands import ServiceId
from appliance.node.config import BrokerSettings
from appliance.node.link import Link
from appliance.node.polling import limit
from appliance.wire import topics
from appliance.wire.messages import (
    Accepted,
    AnyReply,
    Board,
    Call,
    Catalogue,
    CheckIn,
    Clock,
    Issue,
    IssuedTicket,
    Notices,
    Paging,
    Request,
    Waiting,
    decode,
    encode,
)

log = logging.getLogger(__name__)

NINE_41: Final = 1_775_443_260_000
"""Monday, 6 April 2026, 09.41 in Jakarta."""
SECOND: Final = 1.0
Script = Callable[[Request], AnyReply | None]


class StandInHub:
    """The hub's place on the bus.

    Args:
        password: of ``hub-1``.
        broker: where to connect.
        rate: office seconds in a real second.
    """

    def __init__(self, password: str, broker: BrokerSettings, rate: float = 1.0) -> None:
        self.requests: list[Request] = []
        self.rate = rate
        self.at: int | None = NINE_41
        self.script: Script = self.issue
        self._count = 11
        self._clock_lock = threading.Lock()
        self._tick = 1000
        self._there = threading.Event()
        self._leaving = threading.Event()
        self._clock_thread = threading.Thread(target=self._tell_time, name="stand-in clock", daemon=True)
        self.link = Link("hub-1", password, broker, "pictures")
        self.link.on_commands(self._take)
        self.link.on_connection(self._connection)

    def start(self, seconds: float = 10.0) -> None:
        """Connect, and tell the time every second from now on."""
        self.link.start()
        if not self._there.wait(limit(seconds)):
            raise TimeoutError("the broker did not accept the stand-in hub")
        self._clock_thread.start()

    def stop(self) -> None:
        """Leave; the presence turns to offline."""
        self._leaving.set()
        self._clock_thread.join()
        self.link.stop()

    def clock(self) -> None:
        """Tell the time now; it is told every second anyway."""
        with self._clock_lock:
            self._tick += 1
            self.link.publish(topics.CLOCK, Clock(1, "boot-1", self._tick, self.at, self.rate, "Asia/Jakarta"))

    def say(self, message: Catalogue | Waiting | Board | Call | Notices | Paging) -> None:
        """Publish a snapshot (retained) or a call (not retained)."""
        topic = {
            Catalogue: topics.CATALOGUE,
            Waiting: topics.WAITING,
            Board: topics.BOARD,
            Call: topics.CALL,
            Notices: topics.NOTICES,
            Paging: topics.PAGING,
        }[type(message)]
        self.link.publish(topic, message, retain=not isinstance(message, Call | Paging))

    def issue(self, request: Request) -> AnyReply | None:
        """Answer like a hub would: the next number, seven people ahead; a booking is for the first service."""
        match request.body:
            case Issue():
                service, priority = request.body.service, request.body.priority
            case CheckIn():
                service, priority = ServiceId("s0"), False
            case _:
                return None
        known = {r.id for r in self.requests[:-1]}
        if request.id not in known:
            self._count += 1
        number = f"A{self._count:03d}"
        ticket = IssuedTicket(number, service, "2026-04-06", NINE_41, 7, priority, 20, 30)
        return Accepted(1, request.id, self._count, number, ticket)

    def _tell_time(self) -> None:
        while True:
            self.clock()
            if self._leaving.wait(SECOND):
                return

    def _connection(self, up: bool) -> None:  # noqa: FBT001  # the link hands over one value
        if up:
            self._there.set()

    def _take(self, _sender: str, payload: bytes, reply_to: str, correlation: bytes) -> None:
        request = decode(payload, Request)
        self.requests.append(request)
        reply = self.script(request)
        if reply is not None:
            self.link.answer(reply_to, correlation, encode(reply))
