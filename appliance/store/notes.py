"""What staff note about a citizen for their colleagues: of today only (``kept_today``)."""

from __future__ import annotations

from typing import ClassVar, Final

from appliance.store.kept_today import KeptToday

NAME: Final = "notes.json"


class Notes(KeptToday):
    """The notes of one business day, by ticket."""

    NAME: ClassVar[str] = NAME
    WHAT: ClassVar[str] = "notes about citizens"
    NOT_KEPT: ClassVar[str] = "the note that was just written is gone with the next restart of the hub"
    LOST: ClassVar[str] = "the notes of today are gone"
