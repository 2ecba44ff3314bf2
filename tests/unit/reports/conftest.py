"""What is played in tests is not waited for by anybody else: it need not stand back."""

from __future__ import annotations

import pytest

from appliance.reports.what_if import playing


@pytest.fixture(autouse=True, scope="session")
def not_nicer():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(playing, "NICER", 0)
        yield
