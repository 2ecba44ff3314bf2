"""What the tests of numbers given alone begin with."""

from __future__ import annotations

import pytest
from alone_kiosk import world


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def three(folder):
    """A clock at eight, a hub with its day open, and a kiosk that has met it."""
    clock, hub, kiosk = world(folder)
    yield clock, hub, kiosk
    kiosk.desk.close()
    hub.kill()
