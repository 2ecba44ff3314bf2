"""Parallel running of paper and queue: what the office records of it, in ``trial.db`` beside the accounts.

The file is the web's alone. What the new way did is not kept here: that is the hub's log (``new_way`` reads its rows).
"""

from __future__ import annotations

from appliance.store.trial.kept import ASPECTS, PHASES, STEP_FIELDS, STEPS, Answer, Decision, Line, Note
from appliance.store.trial.new_way import TooMany, new_way
from appliance.store.trial.trial import Trial

__all__ = [
    "ASPECTS", "PHASES", "STEPS", "STEP_FIELDS", "Answer", "Decision", "Line", "Note", "TooMany", "Trial", "new_way",
]  # fmt: skip
