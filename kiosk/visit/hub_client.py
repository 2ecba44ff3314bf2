"""The visit's way to the hub and back: what it publishes reaches the screen's thread, requests get their answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.node import trace
from appliance.node.daemon import SystemClock
from appliance.node.link import Link
from appliance.ui.bridge import Bridge
from appliance.wire import topics
from appliance.wire.messages import AnyBody, AnyReply, Board, Catalogue, Reprinting, TicketToPrint, Waiting

ANSWER_SECONDS: Final = 2.5
"""Real time that one sending of a request may take; the flow repeats it."""


class HubClient:
    """Asks the hub.

    Args:
        link: not started yet; the topics are subscribed in ``listen``.
        expect_ticket: has the printer asked how it is, while the hub is asked for a number.
    """

    def __init__(self, link: Link, expect_ticket: Callable[[], None]) -> None:
        self._link = link
        self._clock = SystemClock()
        self._expect_ticket = expect_ticket
        self.latency_ms: int | None = None
        """How long the hub took to answer last; None before the first answer."""

    def listen(
        self,
        bridge: Bridge,
        catalogue: Callable[[Catalogue], None],
        waiting: Callable[[Waiting], None],
        board: Callable[[Board], None],
        reprint: Callable[[Reprinting], None],
        print_ticket: Callable[[TicketToPrint], None],
    ) -> None:
        """Have what the hub publishes taken in on the screen's thread."""
        bridge.listen(self._link, topics.CATALOGUE, Catalogue, catalogue)
        bridge.listen(self._link, topics.WAITING, Waiting, waiting)
        bridge.listen(self._link, topics.BOARD, Board, board)
        bridge.listen(self._link, topics.REPRINT, Reprinting, reprint)
        bridge.listen(self._link, topics.printing(self._link.node), TicketToPrint, print_ticket)

    def expire(self) -> None:
        """Give up requests whose time is over; call it several times a second."""
        self._link.expire()

    def ask(self, body: AnyBody, request_id: str, answered: Callable[[AnyReply | None], None]) -> None:
        """Ask for a number; the answer, or None, comes on any thread."""
        sent_at = self._clock.monotonic_ms()

        def answer(reply: AnyReply | None) -> None:
            trace.mark("answered", request_id)
            if reply is not None:
                self.latency_ms = self._clock.monotonic_ms() - sent_at
            answered(reply)

        self._link.request(body, answer, deadline=ANSWER_SECONDS, request_id=request_id)
        self._expect_ticket()
