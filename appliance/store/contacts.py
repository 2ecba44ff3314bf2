"""Telephone numbers that citizens left for messages: of today only (``kept_today``)."""

from __future__ import annotations

from typing import ClassVar, Final

from appliance.store.kept_today import KeptToday

NAME: Final = "contacts.json"


class Contacts(KeptToday):
    """The telephone numbers of one business day, by ticket."""

    NAME: ClassVar[str] = NAME
    WHAT: ClassVar[str] = "telephone numbers"
    NOT_KEPT: ClassVar[str] = "whoever has just left a telephone number gets no message"
    LOST: ClassVar[str] = "whoever had left a telephone number gets no message"
