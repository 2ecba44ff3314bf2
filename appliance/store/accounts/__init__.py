"""Accounts of staff: who they are, what they prove it with, where they are signed in; in ``accounts.db``.

The web writes that file, and ``giliran people`` on the hub's box; the hub reads it. All times are running time: the
machine has no clock of its own, so what ends after an hour ends after an hour in which it was on.
"""

from __future__ import annotations

from appliance.store.accounts.accounts import Accounts
from appliance.store.accounts.kept import ApiToken, NotAccepted, NotLetIn, Person, Session

__all__ = ["Accounts", "ApiToken", "NotAccepted", "NotLetIn", "Person", "Session"]
