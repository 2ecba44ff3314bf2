"""The list of all commands: who may ask for each, and what decides on it (pure).

A new one is a class in ``appliance/commands.py``, a decider, and a row here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from appliance.engine import at_counter, at_desk, at_kiosk, at_lobby, at_survey, office_day, on_paper
from appliance.engine import commands as c
from appliance.engine.model import Day
from appliance.engine.refusal import Decision

Role = Literal["kiosk", "keypad", "web"]
HUB: Final[tuple[Role, ...]] = ()
"""Nobody on the bus: the hub itself."""
KIOSK: Final[tuple[Role, ...]] = ("kiosk",)
ISSUERS: Final[tuple[Role, ...]] = ("kiosk", "web")
COUNTER: Final[tuple[Role, ...]] = ("keypad", "web")
KEYPAD: Final[tuple[Role, ...]] = ("keypad",)
STAFF: Final[tuple[Role, ...]] = ("web",)


class Rule(msgspec.Struct, frozen=True):
    """How a command is treated.

    Args:
        by: the roles of the nodes that may ask for it; the broker sees to it that nobody speaks in another's name.
        decider: returns what it causes, and changes nothing.
        any_time: also while the business day is not open.
        in_practice: also while staff practise; not, if it is meant for the real queue and would be thrown away.
        by_hours: it goes by the time of day alone, also if that is behind the log.
    """

    by: tuple[Role, ...]
    decider: Callable[[Day, Any, int], Decision]
    any_time: bool = False
    in_practice: bool = True
    by_hours: bool = False


RULES: Final[dict[type, Rule]] = {
    # the office and its day
    c.DefineOffice: Rule(STAFF, office_day.define_office, any_time=True, in_practice=False),
    c.OpenDay: Rule(HUB, office_day.open_day, any_time=True),
    c.CloseDay: Rule(HUB, office_day.close_day),
    c.Stop: Rule(STAFF, office_day.stop),
    c.Resume: Rule(STAFF, office_day.resume),
    c.FillService: Rule(HUB, office_day.fill_service),
    c.UnfillService: Rule(HUB, office_day.unfill_service),
    c.VouchTime: Rule(ISSUERS, office_day.vouch_time, any_time=True, in_practice=False),
    c.NoteEntry: Rule(KIOSK, office_day.note_entry, any_time=True),
    c.Train: Rule(STAFF, office_day.begin_training, any_time=True),
    c.EndTraining: Rule(STAFF, office_day.end_training, any_time=True),
    # what the lobby reads and hears
    c.PostNotices: Rule(STAFF, at_lobby.post_notices, any_time=True, in_practice=False),
    c.RaiseEmergency: Rule(STAFF, at_lobby.raise_emergency, any_time=True),
    c.EndEmergency: Rule(STAFF, at_lobby.end_emergency, any_time=True),
    c.Page: Rule(STAFF, at_lobby.page, any_time=True),
    c.Broadcast: Rule(STAFF, at_lobby.broadcast, any_time=True),
    c.EndBroadcast: Rule(STAFF, at_lobby.end_broadcast, any_time=True),
    c.PrintSlip: Rule(STAFF, at_lobby.print_slip, any_time=True),
    # tickets and bookings
    c.IssueTicket: Rule(ISSUERS, at_kiosk.issue, by_hours=True),
    c.IssueBooked: Rule(ISSUERS, at_kiosk.issue_booked, by_hours=True),
    c.Book: Rule(STAFF, at_kiosk.book, any_time=True, in_practice=False),
    c.CancelBooking: Rule(STAFF, at_kiosk.cancel_booking, any_time=True, in_practice=False),
    c.Cancel: Rule(STAFF, at_kiosk.cancel),
    c.ChangeTicket: Rule(STAFF, at_desk.change_ticket),
    c.ReprintNumber: Rule(STAFF, at_kiosk.reprint),
    c.Return: Rule(STAFF, at_kiosk.return_ticket),
    c.QuickServe: Rule(STAFF, at_desk.quick_serve),
    c.EnterPaper: Rule(STAFF, on_paper.enter_paper, any_time=True, in_practice=False),
    c.SetNote: Rule(STAFF, at_desk.set_note),
    c.MergeTickets: Rule(KIOSK, at_kiosk.merge_offline, in_practice=False),
    c.NotePrinted: Rule(KIOSK, at_kiosk.note_printed, in_practice=False),
    # what citizens think of the service
    c.RateTicket: Rule(KIOSK, at_survey.rate, any_time=True),
    c.RateLast: Rule(KEYPAD, at_survey.rate_last),
    c.NoteForm: Rule(STAFF, at_survey.note_form, any_time=True, in_practice=False),
    # at a counter
    c.CallNext: Rule(COUNTER, at_counter.call_next),
    c.CallNumber: Rule(COUNTER, at_counter.call_number),
    c.Undo: Rule(COUNTER, at_counter.undo),
    c.Recall: Rule(COUNTER, at_counter.recall),
    c.Reprint: Rule(COUNTER, at_counter.reprint),
    c.Start: Rule(COUNTER, at_counter.start),
    c.Finish: Rule(COUNTER, at_counter.finish),
    c.NoteOutcomes: Rule(STAFF, at_counter.note_outcomes),
    c.NoShow: Rule(COUNTER, at_counter.no_show),
    c.Park: Rule(COUNTER, at_counter.park),
    c.Transfer: Rule(COUNTER, at_counter.transfer),
    c.RaiseAlarm: Rule(COUNTER, at_desk.raise_alarm, any_time=True),
    c.EndAlarm: Rule(COUNTER, at_desk.end_alarm, any_time=True),
    c.OpenCounter: Rule(COUNTER, at_counter.open_counter),
    c.PauseCounter: Rule(COUNTER, at_counter.pause_counter),
    c.CloseCounter: Rule(COUNTER, at_counter.close_counter),
    c.FreeCounter: Rule(STAFF, at_counter.free_counter),
}
