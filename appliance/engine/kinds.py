"""What each kind of event means for those who follow the log (pure): one row a kind."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from appliance.engine import events as e


class Kind(msgspec.Struct, frozen=True):
    """One kind of event.

    Args:
        changes: what may be different after it, of the present that everybody is shown: ``all`` of it, the ``counters``
            and the board, or only how many wait (``waits``).
        announced: it is also said once on the bus, at least once and in order.
        of_office: it happens without a citizen, so that staff's word for the time may still be taken back after it.
    """

    changes: Literal["all", "counters", "waits"]
    announced: bool = False
    of_office: bool = False


KINDS: Final[dict[type, Kind]] = {
    e.OfficeDefined: Kind("all", of_office=True),
    e.DayOpened: Kind("all", of_office=True),
    e.DayClosed: Kind("all", of_office=True),
    e.Stopped: Kind("all"),
    e.Resumed: Kind("all"),
    e.ServiceFilled: Kind("all"),
    e.ServiceUnfilled: Kind("all"),
    e.TimeVouched: Kind("counters", of_office=True),
    e.TrainingBegan: Kind("counters"),
    e.TrainingEnded: Kind("counters"),
    e.NumbersSkipped: Kind("counters"),
    e.NoticesPosted: Kind("all"),
    e.EmergencyRaised: Kind("all"),
    e.EmergencyEnded: Kind("all"),
    e.Paged: Kind("counters", announced=True),
    e.BroadcastMade: Kind("all", announced=True),
    e.BroadcastEnded: Kind("all"),
    e.SlipOrdered: Kind("counters", of_office=True),
    e.StaffEntered: Kind("counters", of_office=True),
    e.BookingMade: Kind("counters"),
    e.BookingCancelled: Kind("counters"),
    e.TicketIssued: Kind("waits"),
    e.TicketMerged: Kind("counters"),
    e.TicketVoided: Kind("counters"),
    e.TicketCalled: Kind("counters", announced=True),
    e.CallUndone: Kind("counters"),
    e.FinishUndone: Kind("counters"),
    e.TicketRecalled: Kind("counters", announced=True),
    e.ServiceStarted: Kind("counters"),
    e.ServiceFinished: Kind("counters"),
    e.OutcomesNoted: Kind("waits"),
    e.TicketNotShown: Kind("counters"),
    e.TicketParked: Kind("counters"),
    e.TicketReturned: Kind("counters"),
    e.TicketTransferred: Kind("counters"),
    e.TicketChanged: Kind("waits"),
    e.TicketReprinted: Kind("counters", announced=True),
    e.TicketCancelled: Kind("waits"),
    e.TicketExpired: Kind("counters", of_office=True),
    e.CounterOpened: Kind("all", of_office=True),
    e.CounterPaused: Kind("all"),
    e.AlarmRaised: Kind("waits", of_office=True),
    e.AlarmEnded: Kind("waits", of_office=True),
    e.QuickServed: Kind("waits"),
    e.TicketRated: Kind("waits"),
    e.FormEntered: Kind("waits"),
    e.PaperRecorded: Kind("waits"),
    e.CounterClosed: Kind("all", of_office=True),
}
