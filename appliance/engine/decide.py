"""``decide(day, command, now)``: the events that a command causes, or a refusal. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from appliance.engine import at_counter, at_kiosk, at_lobby, office_day
from appliance.engine import commands as c
from appliance.engine.model import Day
from appliance.engine.refusal import Decision, Refusal

__all__ = ["Decision", "Refusal", "decide"]

_WITH_THE_DAY_CLOSED: Final = (
    c.DefineOffice, c.OpenDay, c.Book, c.CancelBooking, c.VouchTime, c.BeginTraining, c.EndTraining,
    c.PostNotices, c.RaiseEmergency, c.EndEmergency, c.Page,
)  # fmt: skip
_NOT_IN_PRACTICE: Final = (
    c.DefineOffice, c.Book, c.CancelBooking, c.MergeOffline, c.NotePrinted, c.PostNotices, c.VouchTime,
)  # fmt: skip
"""These are meant for the real queue, and would be thrown away with the practice."""


BY_OPENING_HOURS: Final = (c.IssueTicket, c.CheckIn)
"""These go by the time of day alone, also if that is behind the log."""


def decide(day: Day, command: c.Command, now: int) -> Decision:
    """Return what ``command`` causes at ``now`` (milliseconds since 1970), without changing ``day``."""
    if not isinstance(command, BY_OPENING_HOURS):
        now = max(now, day.at)  # time never runs backwards in the log
    if not day.is_open and not isinstance(command, _WITH_THE_DAY_CLOSED):
        return Refusal("office_closed", "The business day is not open; the hub opens it when it knows the time.")
    if day.training and isinstance(command, _NOT_IN_PRACTICE):
        return Refusal("training", "Staff are practising; send it again when the real queue is back.")
    decider: Callable[[Day, Any, int], Decision] = _DECIDERS[type(command)]
    return decider(day, command, now)


_DECIDERS: Final[dict[type, Callable[[Day, Any, int], Decision]]] = {
    c.DefineOffice: office_day.define_office,
    c.OpenDay: office_day.open_day,
    c.CloseDay: office_day.close_day,
    c.Stop: office_day.stop,
    c.Resume: office_day.resume,
    c.VouchTime: office_day.vouch_time,
    c.BeginTraining: office_day.begin_training,
    c.EndTraining: office_day.end_training,
    c.PostNotices: at_lobby.post_notices,
    c.RaiseEmergency: at_lobby.raise_emergency,
    c.EndEmergency: at_lobby.end_emergency,
    c.Page: at_lobby.page,
    c.NotePrinted: at_kiosk.note_printed,
    c.IssueTicket: at_kiosk.issue,
    c.Book: at_kiosk.book,
    c.CancelBooking: at_kiosk.cancel_booking,
    c.CheckIn: at_kiosk.check_in,
    c.MergeOffline: at_kiosk.merge_offline,
    c.Cancel: at_kiosk.cancel,
    c.ReprintTicket: at_kiosk.reprint,
    c.ReturnTicket: at_kiosk.return_ticket,
    c.CallNext: at_counter.call_next,
    c.CallNumber: at_counter.call_number,
    c.Undo: at_counter.undo,
    c.Recall: at_counter.recall,
    c.Reprint: at_counter.reprint,
    c.StartService: at_counter.start,
    c.Finish: at_counter.finish,
    c.NoShow: at_counter.no_show,
    c.Park: at_counter.park,
    c.Transfer: at_counter.transfer,
    c.OpenCounter: at_counter.open_counter,
    c.PauseCounter: at_counter.pause_counter,
    c.CloseCounter: at_counter.close_counter,
}
