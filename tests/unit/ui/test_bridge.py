"""From the network's thread to the screen's."""

import threading

import pytest

from appliance.ui import bridge
from appliance.ui.bridge import Bridge

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def network():
    threads = []

    def run(work):
        thread = threading.Thread(target=work)
        threads.append(thread)
        thread.start()
        return thread

    yield run
    for thread in threads:
        thread.join()


def test_whoever_lets_the_screen_go_first_goes_on_when_it_is_done(qtbot, network, monkeypatch):
    monkeypatch.setattr(bridge, "HEAD_START_SECONDS", 60)
    screen, order = Bridge(), []

    def work():
        screen.call_first(order.append, "shown")
        order.append("spoken")

    network(work)
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["shown", "spoken"]


def test_a_screen_that_is_busy_holds_nobody_up(qtbot, network):
    screen, order = Bridge(), []
    waiting = network(lambda: (screen.call_first(order.append, "shown"), order.append("spoken")))
    waiting.join()  # the screen's thread does nothing else meanwhile
    assert order == ["spoken"]
    qtbot.waitUntil(lambda: order == ["spoken", "shown"])


@pytest.mark.expects_log("showing str failed")
def test_what_cannot_be_shown_holds_nobody_up_either(qtbot, network, monkeypatch):
    monkeypatch.setattr(bridge, "HEAD_START_SECONDS", 60)
    screen, order = Bridge(), []

    def fail(_):
        raise ValueError

    network(lambda: (screen.call_first(fail, "shown"), order.append("spoken")))
    qtbot.waitUntil(lambda: order == ["spoken"])


@pytest.mark.expects_log("is not known here")
@pytest.mark.parametrize(
    "zone", ["", "Asia", "../etc/passwd", "Nowhere/Land", "Asia/Jakarta\n", "/etc/passwd", "x" * 5000]
)
def test_a_zone_that_is_none_is_shown_as_utc(zone):
    assert bridge.time_of_day(0, zone, "id") == "00.00"
