"""Takes a changed configuration file over while the board is shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from appliance.node import config
from appliance.node.config import ConfigError
from appliance.wire.messages import Part
from display.settings import DisplaySettings

log = logging.getLogger(__name__)


class Reload:
    """Looks at the files; call ``look`` every second or two.

    Args:
        file: the configuration file; those in ``conf.d`` beside it count as well.
        changed: told the new settings.
    """

    def __init__(self, file: Path, changed: Callable[[DisplaySettings], None]) -> None:
        self._file = file
        self._changed = changed
        self._seen = self._stamps()
        self._fault = ""

    def look(self) -> None:
        """Take over what has changed. A file with a mistake changes nothing, and is said to have one."""
        stamps = self._stamps()
        if stamps == self._seen:
            return
        self._seen = stamps
        try:
            settings = config.load(self._file).section("display", DisplaySettings)
        except ConfigError as error:
            log.warning("the configuration before stays in force: %s", error)
            self._fault = str(error)
            return
        self._fault = ""
        log.info("took over the changed configuration")
        self._changed(settings)

    def parts(self) -> list[Part]:
        """Return what is wrong with the files, if anything is."""
        return [Part("configuration", "fault", "wrong_file", {"error": self._fault})] if self._fault else []

    def _stamps(self) -> list[tuple[str, int, int]]:
        files = [self._file, *sorted((self._file.parent / "conf.d").glob("*.toml"))]
        stamps = []
        for file in files:
            try:
                found = file.stat()
            except OSError:  # being replaced just now
                continue
            stamps.append((str(file), found.st_mtime_ns, found.st_size))
        return stamps
