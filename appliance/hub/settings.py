"""``[hub]`` and ``[office]`` of the hub's configuration."""

from __future__ import annotations

import msgspec

from appliance.engine.model import Definition
from appliance.node import pin
from appliance.node.config import Config, ConfigError


class HubSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[hub]``."""

    node: str = "hub-1"
    database: str = "/var/lib/giliran/giliran.db"
    staff_pin: str = ""
    """What `giliran staff-pin` printed; without it nobody can vouch for the time of day."""
    runtime: str = "/run/giliran"
    """A folder that is empty after a reboot of the machine."""

    def __post_init__(self) -> None:
        """Refuse a PIN that is not a hash."""
        pin.check(self.staff_pin)


def definition(config: Config) -> Definition:
    """Return the office that ``[office]`` describes.

    Raises:
        ConfigError: naming the key that is wrong.
    """
    if not config.has("office"):
        raise ConfigError(f"{config.files[-1]}: the table [office] is missing; it names services and counters")
    office = config.section("office", Definition)
    problems = office.problems()
    if problems:
        raise ConfigError(f"{config.files[-1]}: office.{problems[0]}")
    return office
