"""Carries out commands on a database without a hub and a bus: for made-up pasts, trials and tests."""

from __future__ import annotations

from pathlib import Path

from appliance.engine.commands import Command
from appliance.engine.decide import decide
from appliance.engine.events import Entry
from appliance.engine.evolve import evolve
from appliance.engine.model import Day
from appliance.engine.refusal import Refusal
from appliance.store.store import Happened, Store


def happen(
    day: Day, command: Command, at: int, actor: str = "hub", request_id: str | None = None
) -> Happened | Refusal:
    """Let ``day`` evolve through what ``command`` causes at ``at``; return it to be committed, or why it is refused."""
    decision = decide(day, command, at)
    if isinstance(decision, Refusal):
        return decision
    entries = [Entry(day.seq + place, at, event) for place, event in enumerate(decision, 1)]
    for entry in entries:
        evolve(day, entry)
    return Happened(entries, actor, request_id)


class Clerk:
    """A database and its day, on which commands are carried out, one transaction each.

    Args:
        file: the database; made if absent.
    """

    def __init__(self, file: Path) -> None:
        self.store = Store(file)
        self.day = self.store.load_day()

    def do(self, command: Command, at: int, actor: str = "hub", request_id: str | None = None) -> list[Entry]:
        """Carry out ``command`` and return its entries.

        Raises:
            ValueError: if the engine refuses it.
        """
        happened = happen(self.day, command, at, actor, request_id)
        if isinstance(happened, Refusal):
            raise ValueError(f"{command} was refused: {happened}")  # noqa: TRY004  # no wrong type: a wrong wish
        self.store.commit([happened], self.day)
        return happened.entries

    def close(self) -> None:
        """Close the database."""
        self.store.close()
