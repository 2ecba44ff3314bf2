"""``[hub]`` and ``[office]`` of the hub's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from appliance.engine.model import Definition
from appliance.hub import calendar
from appliance.node import pin
from appliance.node.config import Config, ConfigError
from appliance.store.backup import Backups


class HubSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[hub]``."""

    node: str = "hub-1"
    database: str = "/var/lib/giliran/giliran.db"
    backups: str = "backups"
    """Folder of the nightly backups, as seen from the database's own folder. Empty: none are made."""
    backups_kept: Annotated[int, msgspec.Meta(ge=1, le=366)] = 7
    staff_pin: str = ""
    """What `giliran staff-pin` printed; without it, and without accounts, nobody can vouch for the time."""
    accounts: str = "/var/lib/giliran-accounts/accounts.db"
    """File of the accounts of staff, which the web writes. Until somebody in it has a PIN, `staff_pin` counts."""
    runtime: str = "/run/giliran"
    """A folder that is empty after a reboot of the machine."""

    def backup_folder(self) -> Backups:
        """Return the backups that these settings describe."""
        database = Path(self.database)
        return Backups(database, database.parent / self.backups if self.backups else None, self.backups_kept)

    def __post_init__(self) -> None:
        """Refuse a PIN that is not a hash."""
        pin.check(self.staff_pin)


def definition(config: Config, now: int) -> Definition:
    """Return the office that ``[office]`` describes, tried out for the days after ``now``.

    Args:
        config: the files.
        now: about the time of day, milliseconds since 1970 (UTC).

    Raises:
        ConfigError: naming the key that is wrong.
    """
    if not config.has("office"):
        raise ConfigError(f"{config.files[-1]}: the table [office] is missing; it names services and counters")
    office = config.section("office", Definition)
    wrong = calendar.problems(office, now)
    if wrong:
        raise ConfigError(f"{config.files[-1]}: office.{wrong[0]}")
    return office
