"""A daemon that is asked to end, whatever it is just doing."""

from __future__ import annotations

import subprocess
import sys

LOOKS = """
import signal, sys
from appliance.node.daemon import Stop
for at in range(300):
    stop = Stop()
    signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, 0.0001 + at * 0.000003)
    while not stop:
        stop.wait(0)
    assert stop.wait(60)
"""
SLEEPS = """
import signal
from appliance.node.daemon import Stop
stop = Stop()
signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGTERM))
assert not stop.wait(0.01)
signal.setitimer(signal.ITIMER_REAL, 0.05)
assert stop.wait(600)
"""


def ends(program: str) -> bool:
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        try:
            return process.wait(60) == 0
        finally:
            process.kill()  # one that is stuck hears no other signal


def test_a_signal_in_the_middle_of_looking_for_one_does_not_stop_the_daemon_for_ever() -> None:
    assert ends(LOOKS)


def test_a_signal_ends_a_sleep() -> None:
    assert ends(SLEEPS)
