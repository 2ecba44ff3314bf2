"""Which part of the office a display is for (pure): a floor, a wing, one service."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from appliance.wire.messages import Call, CounterState, ServiceState


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of the counters and services that concern this display; an empty list means all."""

    counters: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    def concerns(self, call: Call) -> bool:
        """Tell whether a call is to be shown and spoken here."""
        return _in(call.counter, self.counters) and _in(call.service, self.services)

    def of_counters(self, states: Sequence[CounterState]) -> tuple[CounterState, ...]:
        """Return the counters of this part, in the office's order."""
        return tuple(state for state in states if _in(state.id, self.counters))

    def of_services(self, states: Sequence[ServiceState]) -> tuple[ServiceState, ...]:
        """Return the services of this part, in the office's order."""
        return tuple(state for state in states if _in(state.id, self.services))


def _in(one: str, wanted: Sequence[str]) -> bool:
    return not wanted or one in wanted
