"""Logging to standard error, with the priority prefix that the systemd journal understands (``man sd-daemon``)."""

from __future__ import annotations

import logging
import os
import sys
from typing import Final

_PRIORITY: Final = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))


class _JournalFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        priority = next((level for least, level in _PRIORITY if record.levelno >= least), 7)
        return f"<{priority}>" + super().format(record).replace("\n", f"\n<{priority}>")


def set_up(node: str) -> None:
    """Send log lines to standard error: for the journal if systemd started us, else with a level in words."""
    handler = logging.StreamHandler(sys.stderr)
    if os.environ.get("JOURNAL_STREAM"):
        handler.setFormatter(_JournalFormatter("%(name)s: %(message)s"))
    else:
        handler.setFormatter(logging.Formatter(f"{node} %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=os.environ.get("GILIRAN_LOG", "INFO"), handlers=[handler], force=True)
