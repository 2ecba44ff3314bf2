"""A device with a plug is opened again for as long as it takes, whatever it says when it is let go."""

from __future__ import annotations

import errno

import pytest

from appliance.node import plugged
from appliance.node.plugged import Plugged
from appliance.node.polling import until


class Stubborn(Plugged):
    """It goes away at once, and cannot even be closed."""

    def __init__(self, refusal: Exception) -> None:
        super().__init__("scanner", "/dev/scanner")
        self.opened = 0
        self._refusal = refusal

    def _open(self) -> None:
        self.opened += 1

    def _serve(self) -> None:
        raise OSError(errno.ENODEV, "pulled out")

    def _shut(self) -> None:
        raise self._refusal


@pytest.mark.expects_log("scanner")
@pytest.mark.parametrize("refusal", [OSError(errno.EIO, "no answer"), TypeError("a driver's own mistake")])
def test_a_device_that_cannot_be_closed_is_opened_again(monkeypatch: pytest.MonkeyPatch, refusal: Exception) -> None:
    monkeypatch.setattr(plugged, "RETRY_SECONDS", 0.01)
    device = Stubborn(refusal)
    device.start()
    assert until(lambda: device.opened > 2, 20)
    assert device.dead_part() is None
    device.close()
