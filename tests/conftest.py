"""What all tests share: screens without a screen, an office out of real parts, and logs that must stay clean."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"

from appliance.node import polling  # nothing may load Qt before the lines above
from appliance.tools.office.rig import Rig

NODES = ["hub-1", "kiosk-1", "kiosk-2", "display-1", "keypad-1", "keypad-2", "web-1", "observer-1"]
HARMLESS = [r"connection to the broker lost \(Normal disconnection\)"]
"""A link that was told to stop says this at times."""
settings.register_profile("giliran", deadline=None)  # how long an example takes is the machine's matter
settings.load_profile("giliran")
OUR_LOGGERS = ("appliance", "kiosk", "display", "counter_keypad")


PATIENCE = 4.0
"""Tests run side by side, perhaps beside something else: what takes a second alone may take many."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "expects_log(pattern, …): warnings and errors that this test may cause, as regular expressions"
    )
    config.addinivalue_line(
        "markers", "real_time: plays against the real clock; ./dev test runs it alone, when the others are done"
    )
    config.addinivalue_line(
        "markers", "long: takes minutes, proves a proof, or is one more of its kind; only ./dev test-long runs it"
    )
    polling.be_patient(PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a processor for long comes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.path.parent.name not in ("properties", "simulation"))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A running broker with a user for each of ``NODES``."""
    with Rig(tmp_path / "office", NODES) as office:
        yield office


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path, str], Path]]:
    """Makes small disks, which can be filled and made read-only: ``small_disk(place, "2m")``."""
    made: list[Path] = []

    def mount(place: Path, size: str) -> Path:
        if os.geteuid() != 0:
            pytest.skip("only root may mount a small disk")
        place.mkdir(parents=True)
        tmpfs = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place]
        if subprocess.run(tmpfs, capture_output=True).returncode:
            pytest.skip("this machine does not let us mount a small disk")
        made.append(place)
        return place

    yield mount
    for place in made:
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def fill() -> Callable[[Path], Path]:
    """Fills a small disk to its last byte; return the file that does it."""

    def write(disk: Path) -> Path:
        film = disk / "film"
        with film.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
            while stream.write(bytes(512)):
                pass
        return film

    return write


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that makes our own code warn, unless it is marked ``expects_log``."""
    collector = _Collector()
    for name in OUR_LOGGERS:
        logging.getLogger(name).addHandler(collector)
    yield
    for name in OUR_LOGGERS:
        logging.getLogger(name).removeHandler(collector)
    marked = [pattern for marker in request.node.iter_markers("expects_log") for pattern in marker.args]
    expected = [*marked, *HARMLESS]
    surprises = [line for line in collector.lines if not any(re.search(pattern, line) for pattern in expected)]
    if surprises:
        pytest.fail("our own code warned; if that is right, mark the test expects_log:\n" + "\n".join(surprises))
