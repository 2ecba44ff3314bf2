"""A small office to try the rules on."""

from __future__ import annotations

import pytest
from engine_office import Office


@pytest.fixture
def office() -> Office:
    return Office()
