"""The office's own layout of tickets, read anew whenever its file changes; a wrong one costs nobody a ticket."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from appliance.node import durable_file
from appliance.wire.messages import Part
from kiosk.ticket import template as ticket_template
from kiosk.ticket.template import Template, TemplateError

log = logging.getLogger(__name__)

NAME: Final = "ticket.toml"


def read(file: Path) -> Template:
    """Read a layout.

    Raises:
        TemplateError: if it cannot be read or meant; the sentence names file, key and fix.
    """
    try:
        content = durable_file.read(file)
        return ticket_template.parse(_there(content).decode("utf-8"))
    except durable_file.Unreadable as error:
        raise TemplateError(str(error)) from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{file}: this is not UTF-8 text; save it as UTF-8") from error
    except TemplateError as error:
        raise TemplateError(f"{file}: {error}") from error


def _there(content: bytes | None) -> bytes:
    if content is None:
        raise TemplateError("No such file or directory")
    return content


class TicketFile:
    """The layout in force: the office's, or the shipped one if there is none or it is wrong.

    Args:
        named: the file of ``[kiosk.printer] template``; empty for the usual place.
        folder: where the kiosk's configuration lies, and ``ticket.toml`` beside it if the office has one.
    """

    def __init__(self, named: str, folder: Path) -> None:
        self.template: Template = ticket_template.shipped()
        self._file = Path(named) if named else folder / NAME
        self._named = bool(named)
        self._seen: tuple[int, int] | None = None
        self._part: Part | None = None
        self.look()

    def look(self) -> None:
        """Take a change of the file; call it now and then."""
        try:
            status = self._file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
        except (OSError, ValueError):  # ValueError: a name with a zero byte
            stamp = (0, 0)
        if stamp == self._seen:
            return
        self._seen = stamp
        self.template, self._part = ticket_template.shipped(), None
        if stamp == (0, 0) and not self._named:
            return
        try:
            self.template = read(self._file)
        except TemplateError as error:
            log.warning("%s; tickets have the shipped layout meanwhile", error)
            self._part = Part("ticket", "fault", "wrong_file", {"error": str(error)})
        else:
            log.info("tickets have the layout of %s", self._file)
            self._part = Part("ticket", "ok", "own_layout", {"file": str(self._file)})

    def parts(self) -> list[Part]:
        """Return whether the office's layout is in force; nothing if it has none."""
        return [self._part] if self._part else []
