"""Which calls were taken back (pure), as a later snapshot of the board tells."""

from __future__ import annotations

from appliance.wire.messages import LAST_CALLS, Board, Call


def is_withdrawn(call: Call, board: Board) -> bool:
    """Tell whether ``call`` was undone (or its citizen sent elsewhere) by the time of ``board``.

    Whoever was called and has already been served is still in the board's list of calls, also if their journey goes on:
    a quick officer does not silence a call.
    """
    if board.seq < call.seq:
        return False  # older than the call
    mine = next((other for other in board.calls if other.number == call.number), None)
    if mine is None:
        full = len(board.calls) >= LAST_CALLS
        return not full or call.seq > min(other.seq for other in board.calls)
    if mine.seq <= call.seq:
        # An earlier call of this number is its latest again: whatever came after that was taken back.
        return mine.seq < call.seq
    # A later call of this number: a recall leaves the first one valid; a new call means that it had been taken back.
    return not mine.recall or mine.counter != call.counter
