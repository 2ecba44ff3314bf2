"""What Qt itself writes: in the log like our own lines, and without the interpreter, which another thread may hold."""

import os
import subprocess
import sys

import pytest

SPEAK = """
import logging, sys
from appliance.ui import app
logging.basicConfig(handlers=[logging.StreamHandler(sys.stdout)], level=0)
app._let_qt_speak()
from PySide6.QtCore import QLoggingCategory, qCWarning, qCInfo, qWarning
category = QLoggingCategory("qml")
qCWarning(category, "a text does not fit")
qCInfo(category, "nobody needs this")
qWarning("no category")
"""


@pytest.mark.parametrize(
    ("surroundings", "lines"),
    [
        ({}, ["WARNING qml: a text does not fit", "WARNING no category"]),
        ({"JOURNAL_STREAM": "8:1"}, ["<4>qml: a text does not fit", "<4>no category"]),
    ],
)
def test_qt_writes_like_we_do_and_needs_no_python_for_it(surroundings, lines):
    kept = {name: value for name, value in os.environ.items() if name != "JOURNAL_STREAM"}
    said = subprocess.run(
        [sys.executable, "-c", SPEAK], env=kept | surroundings, capture_output=True, text=True, check=True
    )
    assert said.stderr.splitlines() == lines
    assert said.stdout == ""
