"""Sees everything on a rig's bus, also what an office's observer does not (commands and replies), and keeps it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from appliance.node.link import Link
from appliance.node.polling import limit
from appliance.tools.office.rig import TAP, Rig
from appliance.wire import messages as m
from appliance.wire import topics


class Observer:
    """Collects calls, replies, counters and presences.

    Args:
        rig: whose bus it is.
    """

    def __init__(self, rig: Rig) -> None:
        self.calls: list[m.Call] = []
        self.replies: list[m.AnyReply] = []
        self.counters: dict[str, m.CounterState] = {}
        self.presence: dict[str, m.Presence] = {}
        self.board: m.Board | None = None
        self._changed = threading.Condition()
        self._link = Link(TAP, rig.password(TAP), rig.broker_settings(), "observer")
        self._link.on(topics.CALL, m.Call, lambda call: self._note(lambda: self.calls.append(call)))
        self._link.on(f"{topics.ROOT}/counter/+", m.CounterState, self._take_counter)
        self._link.on(topics.ALL_PRESENCE, m.Presence, self._take_presence)
        self._link.on(topics.BOARD, m.Board, lambda board: self._note(lambda: setattr(self, "board", board)))
        self._link.on(
            f"{topics.ROOT}/reply/#",
            m.Accepted | m.Refused,  # type: ignore[arg-type]  # a union of structs is a valid decoder type
            lambda reply: self._note(lambda: self.replies.append(reply)),
        )

    def __enter__(self) -> Observer:
        """Connect."""
        self._link.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Disconnect."""
        self._link.stop()

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until something seen makes ``condition`` true, at most ``seconds``; tell whether it is."""
        with self._changed:
            return self._changed.wait_for(condition, limit(seconds))

    def forget_board(self) -> None:
        """Know no board until one comes, as it does when the broker is heard again: calls are heard from then on."""
        self._note(lambda: setattr(self, "board", None))

    def issued(self) -> list[m.IssuedTicket]:
        """Return every ticket that the hub has acknowledged, in order."""
        with self._changed:
            tickets = [reply.ticket for reply in self.replies if isinstance(reply, m.Accepted)]
        return [ticket for ticket in tickets if ticket is not None]

    def online(self, node: str) -> bool:
        """Tell whether ``node`` says that it is there."""
        return node in self.presence and self.presence[node].state == "online"

    def _take_counter(self, state: m.CounterState) -> None:
        self._note(lambda: self.counters.update({state.id: state}))

    def _take_presence(self, presence: m.Presence) -> None:
        self._note(lambda: self.presence.update({presence.node: presence}))

    def _note(self, change: Callable[[], object]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()
