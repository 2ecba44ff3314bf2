"""What an interrupted ticket leaves in a printer, and how it is ended: a picture that waits for dots takes anything.

The dots that may be missing are sent as zeros, which mean nothing to a printer that waits for none, and then a reset.
An earlier run of the kiosk may have been interrupted as well, so a run begins as after an interrupted ticket.
"""

from __future__ import annotations

from typing import Final

from kiosk.printer.transport import Transport

PIECE_S: Final = 0.5
"""Between two citizens a slow line is mended in pieces that take so long: more the next citizen need not wait."""
SPARE_S: Final = 1.0


class Mending:
    """What one printer is owed.

    Args:
        transport: to the printer; open whenever something is sent.
        reset: what makes the printer forget an unfinished row.
        restart: the same, and a cut behind a half ticket.
    """

    def __init__(self, transport: Transport, reset: bytes, restart: bytes) -> None:
        self._transport, self._reset, self._restart = transport, reset, restart
        self._owed = self._sent = 0
        self._torn = False  # a half ticket may hang out of the printer
        self._is_first = True  # nobody knows how the last run ended

    def expect(self, longest: int) -> None:
        """Take in how long a ticket's longest command is, before the first ticket of a run."""
        if self._is_first:
            self._owed = max(self._owed, longest)

    @property
    def remaining(self) -> int:
        """Return how many zeros the printer may still wait for."""
        return self._owed - self._sent

    @property
    def is_due(self) -> bool:
        """Tell whether there is something to be ended."""
        return self._owed > 0

    @property
    def is_under_way(self) -> bool:
        """Tell whether some zeros have been sent, so that a question would become some of the dots behind them."""
        return self._sent > 0

    def begin(self, longest: int) -> bytes:
        """Return what to send before a ticket; until ``end``, its longest command is owed."""
        first = b"\0" * self.remaining + (self._restart if self._torn else b"")
        self._owed, self._sent, self._torn, self._is_first = max(self._owed, longest), 0, True, False
        return first

    def end(self) -> None:
        """The printer waits for nothing: a ticket is whole, or it has answered behind all zeros."""
        self._owed, self._sent, self._torn, self._is_first = 0, 0, False, False

    def begin_again(self) -> None:
        """The printer went away, or says nothing behind the zeros: nobody knows whether it has taken them."""
        self._sent = 0

    def send(self, most: int, deadline: float) -> bool:
        """Send at most so many zeros, and what follows behind the last; tell whether that was all."""
        count = min(most, self.remaining)
        done = count == self.remaining
        end = (self._restart if self._torn else self._reset) if done else b""
        self._transport.write(b"\0" * count + end, deadline)
        self._transport.flush(deadline)
        self._sent += count
        return done
