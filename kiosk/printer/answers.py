"""What a printer answers when it is asked how it is, and what is learnt of how its model does so."""

from __future__ import annotations

import time
from typing import Final

from kiosk.printer import status as printer_status
from kiosk.printer.status import Status
from kiosk.printer.transport import Transport

FIRST_REPLY_S: Final = 0.2
"""How long a printer that has never answered is given for a status byte. One that has answered before gets longer."""
REPLY_S: Final = 2.0
SILENT_ASKED_EVERY_S: Final = 30.0
"""A printer that never answers is not asked all the time: asking takes as long as waiting for nothing."""
MOST_NOISE: Final = 64
"""Bytes that are no status, before an answer is given up: messages that some models send unasked are a few."""
Replies = dict[int, int | None]


class Answers:
    """The conversation with one printer. All deadlines are moments on ``time.monotonic()``.

    Args:
        transport: to the printer; open whenever something is asked.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.forget()

    def forget(self) -> None:
        """Know nothing of the printer: the next one on this cable may be another model."""
        self.ever: bool | None = None
        """Whether it ever tells its status; None: never asked."""
        self.was_online = False
        """Whether it has ever said that it is online: some never do."""
        self._keeps_up = True  # answers four questions at once
        self._heard_of: set[int] = set()  # questions that it answers when asked one by one
        self._asked_at = -SILENT_ASKED_EVERY_S
        self._tells_end: bool | None = None  # says when it has come to the end of a ticket; None: never asked
        self._at_end = False

    @property
    def are_due(self) -> bool:
        """Tell whether it is worth while to ask now."""
        return self.ever is not False or time.monotonic() - self._asked_at > SILENT_ASKED_EVERY_S

    def ask(self, deadline: float) -> None:
        """Send the questions; what came before them does not count."""
        self._transport.discard_input()
        self.ask_behind(deadline)

    def ask_behind(self, deadline: float) -> None:
        """Send the questions behind a ticket, of whose end the printer may have told before it answers them."""
        self._asked_at = time.monotonic()
        # All four at once if the printer keeps up: each would else cost a round trip.
        if self._transport.two_way and self._keeps_up:
            self._transport.write(b"".join(map(printer_status.query, printer_status.QUERIES)), deadline)

    def hear(self, deadline: float, patience: float) -> Status:
        """Read the answers, and remember what they say about the printer.

        Args:
            deadline: for everything.
            patience: seconds for the first answer of a printer that used to give one.
        """
        wait = patience if self.ever else FIRST_REPLY_S
        replies = self._replies(deadline, wait) if self._transport.two_way else {}
        status = printer_status.parse(replies)
        self.ever = bool(self.ever or status.is_known)
        self.was_online = self.was_online or status.offline is False
        return status

    # -- the end of a ticket ---------------------------------------------------------------------------------------

    def learn(self, status: Status, deadline: float) -> None:
        """Find out, once, whether the printer tells when it has come to the end of what was sent.

        Call it between two tickets, with its latest status: a printer that cannot print does not answer.
        """
        if self._tells_end is None and status.is_healthy:
            self._transport.write(self._end_question(), deadline)
            self._wait_for_end(min(deadline, time.monotonic() + FIRST_REPLY_S))
            self._tells_end = self._at_end

    def ask_end(self, deadline: float) -> None:
        """Ask behind a ticket when it has come to its end, if the printer tells that."""
        self._transport.discard_input()
        if self._tells_end:
            self._transport.write(self._end_question(), deadline)

    def still_prints(self, until: float) -> bool:
        """Wait for the printer to come to the end of the ticket; tell whether it is still on its way."""
        if self._tells_end:
            self._wait_for_end(until)
        return bool(self._tells_end and not self._at_end)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _replies(self, deadline: float, wait: float) -> Replies:
        if self._keeps_up:
            until = min(deadline, time.monotonic() + wait)
            heard: list[int] = []
            for _ in printer_status.QUERIES:
                if (byte := self._status_byte(until)) is None:
                    break
                heard.append(byte)
            if len(heard) == len(printer_status.QUERIES):
                return dict(zip(printer_status.QUERIES, heard, strict=True))
            # Nobody knows which question was answered: ask one after the other from now on.
            self._keeps_up = not heard
            if self._keeps_up:
                return {}
            self._transport.discard_input()
        replies: Replies = {}
        for n in printer_status.QUERIES:
            self._transport.write(printer_status.query(n), deadline)
            patience = wait if n in self._heard_of else FIRST_REPLY_S
            replies[n] = self._status_byte(min(deadline, time.monotonic() + patience))
            if replies[n] is not None:
                self._heard_of.add(n)
        return replies

    def _end_question(self) -> bytes:
        self._at_end = False
        return printer_status.END_QUERY

    def _wait_for_end(self, until: float) -> None:
        while not self._at_end and self._byte(until) is not None and time.monotonic() < until:
            pass

    def _status_byte(self, until: float) -> int | None:
        """Return the next byte that can be a status, or None if none comes."""
        for _ in range(MOST_NOISE):
            byte = self._byte(until)
            if byte is None or printer_status.is_status(byte):
                return byte
        return None

    def _byte(self, until: float) -> int | None:
        """Return the next byte, or None if none comes; a message that nobody asked for is left out."""
        byte = self._transport.read(until)
        while byte is not None and printer_status.begins_message(byte):
            if time.monotonic() > until:  # it never ends talking
                return None
            for _ in range(printer_status.MESSAGE_BYTES):
                byte = self._transport.read(until)
        self._at_end = self._at_end or (byte is not None and printer_status.is_end(byte))
        return byte
