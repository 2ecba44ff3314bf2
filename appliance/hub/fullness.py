"""Which services are full for today, by the forecast of when whoever comes now would be called (pure).

A forecast wavers by minutes. So two in a row must agree, and a service that was full gives numbers again only when a
good while would be left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from appliance.commands import ServiceId
from appliance.engine import commands as c
from appliance.engine.model import Day
from appliance.engine.wait_estimate import Forecast
from appliance.hub.snapshots import closes_at
from appliance.units import MINUTE

Change = c.FillService | c.UnfillService
AGREE: Final = 2
"""So many forecasts in a row must say the same."""
TO_SPARE_MS: Final = 10 * MINUTE
"""So long before closing time newcomers must be called again."""


class Fullness:
    """Judges each forecast."""

    def __init__(self) -> None:
        self._seen: dict[tuple[type[Change], ServiceId], int] = {}
        """How many forecasts in a row want a service to change, and how."""

    def judge(self, day: Day, forecast: Forecast) -> list[c.Command]:
        """Return what is to be done about services that have become full, or are so no more.

        Args:
            day: as it is; nothing is stopped where its rules or its hours do not ask for it.
            forecast: the latest, each one once.
        """
        wanted: dict[tuple[type[Change], ServiceId], Change]
        wanted = {(type(command), command.service): command for command in _wanted(day, forecast)}
        self._seen = {key: self._seen.get(key, 0) + 1 for key in wanted}
        return [wanted[key] for key, times in self._seen.items() if times >= AGREE]


def _wanted(day: Day, forecast: Forecast) -> Iterator[Change]:
    closes = closes_at(day)
    if not day.rules.stop_when_full or closes is None or not day.gives_tickets(forecast.at):
        return
    for service, (regular, _) in forecast.newcomers.items():
        if service not in day.services or regular.minutes is None:
            continue  # nobody knows; it stays as it is
        called_at = forecast.at + round(regular.minutes * MINUTE)
        if service in day.full:
            if called_at <= closes - TO_SPARE_MS:
                yield c.UnfillService(service)
        elif called_at > closes and service not in day.kept_open:
            yield c.FillService(service, called_at)
