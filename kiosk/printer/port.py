"""The printer port, what may go wrong with it, and "nothing fitted"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Part
from kiosk.ticket.slip import WIDTH_DOTS, Line


class PrintFailed(Exception):
    """The ticket is not on paper, or nobody can say so; the citizen needs the number in another way.

    ``code``: missing, stalled, lost, no_answer, paper_out, cover_open, offline or error. ``part``: in full.
    """

    def __init__(self, code: str, part: Part) -> None:
        super().__init__(f"{code}: {of_part(part, LOGGED)}")
        self.code = code
        self.part = part


class PrintResult(msgspec.Struct, frozen=True):
    """How it went. ``printed`` is False when nothing is fitted; ``confirmed``: the printer itself says all is well."""

    printed: bool
    confirmed: bool = False
    near_end: bool = False


class Printer(Protocol):
    """What prints tickets. Use it from one thread."""

    width: int
    """Printable dots."""

    @property
    def is_mending(self) -> bool:
        """Tell whether ``parts`` should be called again at once, for it has more to do between two tickets."""

    def print(self, lines: Sequence[Line]) -> PrintResult:
        """Print one ticket. Raises ``PrintFailed``, at the latest after the settings' deadline."""

    def prepare(self, lines: Sequence[Line]) -> None:
        """Do what can be done before the first ticket, with one that is like it; nothing is printed."""

    def parts(self) -> list[Part]:
        """Ask for the printer's health, within the deadline; for the presence message."""

    def expect(self) -> list[Part]:
        """The same before a ticket that will come within a second, which then need not wait for the answer."""

    def close(self) -> None:
        """Let go of the device."""


class NoPrinter:
    """Nothing fitted: every ticket lives on the screen."""

    width = WIDTH_DOTS[80]
    is_mending = False

    def print(self, lines: Sequence[Line]) -> PrintResult:  # noqa: ARG002  # there is nothing to print them on
        """Print nothing, and say so."""
        return PrintResult(printed=False)

    def prepare(self, lines: Sequence[Line]) -> None:
        """Do nothing."""

    def parts(self) -> list[Part]:
        """Report that there is none."""
        return [Part("printer", "missing", "not_fitted")]

    expect = parts

    def close(self) -> None:
        """Do nothing."""
