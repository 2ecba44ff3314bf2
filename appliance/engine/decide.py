"""``decide(day, command, now)``: the events that a command causes, or a refusal. Changes nothing."""

from __future__ import annotations

from appliance.engine.command_rules import RULES
from appliance.engine.commands import Command
from appliance.engine.model import Day
from appliance.engine.refusal import Decision, Refusal

__all__ = ["Decision", "Refusal", "decide"]


def decide(day: Day, command: Command, now: int) -> Decision:
    """Return what ``command`` causes at ``now`` (milliseconds since 1970), without changing ``day``."""
    rule = RULES[type(command)]
    if not rule.by_hours:
        now = max(now, day.at)  # time never runs backwards in the log
    if not day.is_open and not rule.any_time:
        return Refusal("office_closed", "The business day is not open; the hub opens it when it knows the time.")
    if day.training and not rule.in_practice:
        return Refusal("training", "Staff are practising; send it again when the real queue is back.")
    return rule.decider(day, command, now)
