"""What can be asked at a counter, by its keypad or a console (pure): a part of ``commands``."""

from __future__ import annotations

from appliance.command_fields import Body, Id, MaybeOfficer, Note, Number, OfCounter, OfService, Outcomes


class AtCounter(Body, frozen=True):
    """What is asked at a counter. ``officer``: whose console asks; empty for the counter's keypad."""

    counter: OfCounter
    officer: MaybeOfficer = ""


class CallNext(AtCounter, frozen=True, kw_only=True):
    """Finish the counter's ticket, if any, and call the next one by rule. ``outcomes``: of the former (``finish``)."""

    outcomes: Outcomes = ()


class CallNumber(AtCounter, frozen=True, kw_only=True):
    """Finish the counter's ticket, if any, and call a particular one, for a reason of the office's list.

    ``outcomes``: of the former, as in ``finish``.
    """

    number: Number
    reason: Id
    outcomes: Outcomes = ()


class Undo(AtCounter, frozen=True):
    """Take the last press back, within seconds: a call, and whom it finished; or a finish."""


class Recall(AtCounter, frozen=True):
    """Call the counter's ticket once more."""


class Reprint(AtCounter, frozen=True):
    """As ``reprint_number``, for the counter's ticket."""


class Start(AtCounter, frozen=True):
    """The citizen has arrived at the counter."""


class Finish(AtCounter, frozen=True, kw_only=True):
    """The citizen has been served. ``outcomes``: what was done, of the office's list; none leaves what was noted."""

    outcomes: Outcomes = ()


class NoteOutcomes(AtCounter, frozen=True, kw_only=True):
    """Note what was done for a citizen who is at the counter, or was served there today, in place of what was noted."""

    number: Number
    outcomes: Outcomes


class NoShow(AtCounter, frozen=True):
    """The citizen did not come."""


class Park(AtCounter, frozen=True):
    """Put the counter's ticket aside until it is returned."""


class Transfer(AtCounter, frozen=True, kw_only=True):
    """Send the counter's ticket, with its number, to another ``service``, or ``to`` one counter, which alone calls it.

    ``service``: None to leave it as it is. ``note``: as in ``set_note``, if not empty.
    """

    service: OfService | None = None
    to: OfCounter | None = None
    note: Note = ""


class RaiseAlarm(AtCounter, frozen=True):
    """Ask colleagues for help at a counter: consoles are told, the lobby is not. It may be closed."""


class EndAlarm(AtCounter, frozen=True):
    """Help is there; anybody of staff may say so."""


class OpenCounter(AtCounter, frozen=True):
    """Open a counter for calls, or go on after a pause."""


class PauseCounter(AtCounter, frozen=True, kw_only=True):
    """Call nobody for a while, for a reason of the office's list."""

    reason: Id


class CloseCounter(AtCounter, frozen=True):
    """Close a counter; a ticket that is at it is finished if it was being served, else it waits again."""


class FreeCounter(AtCounter, frozen=True, kw_only=True):
    """End somebody else's session at a counter, which closes; they may have gone home without doing so.

    ``sure``: also while somebody is at the counter. What becomes of them is as in ``close_counter``.
    """

    sure: bool = False
