"""Where other systems want to be told, what came of telling them, and which keys stood with which questions.

``webhooks.db`` lies beside the accounts and is the web's alone. What is to be told is not kept here: that is the log,
and each webhook has a cursor in it.
"""

from __future__ import annotations

from appliance.store.webhooks.kept import DAY_MS, Due, Fate, Hook, NotAccepted
from appliance.store.webhooks.webhooks import Webhooks

__all__ = ["DAY_MS", "Due", "Fate", "Hook", "NotAccepted", "Webhooks"]
