"""What ``giliran what-if --json`` says, a line at a time, as whoever runs it reads it (pure)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from appliance.reports.what_if.advice import Advice
from appliance.reports.what_if.answer import Answer
from appliance.reports.what_if.changes import BadQuestion
from appliance.texts import text


class Progress(msgspec.Struct, frozen=True):
    """So much of so much is done."""

    done: int
    of: int


class Failed(msgspec.Struct, frozen=True):
    """There is no answer. ``key``: of ``what_if.bad``, if the question is to blame; else empty."""

    problem: str
    key: str = ""
    values: dict[str, str | float] = {}

    def sentence(self, language: str) -> str:
        """Return what to correct, or what went wrong."""
        if self.key:
            return BadQuestion(self.key, **self.values).sentence(language)
        return text("what_if.page.failed", language, why=self.problem)


Told = Progress | Answer | Advice | Failed


class _Line(msgspec.Struct, frozen=True):
    done: int = 0
    of: int = 0
    result: msgspec.Raw = msgspec.Raw(b"")
    error: str = ""
    key: str = ""
    values: dict[str, str | float] = {}


class _Result(msgspec.Struct, frozen=True):
    wish: Any = None


class Decoder:
    """Reads lines."""

    def decode(self, line: bytes, /) -> Told:
        """Return what a line tells. Raises ``msgspec.MsgspecError``."""
        found = msgspec.json.decode(line, type=_Line)
        if bytes(found.result):
            if msgspec.json.decode(found.result, type=_Result).wish is not None:
                return msgspec.json.decode(found.result, type=Advice)
            return msgspec.json.decode(found.result, type=Answer)
        if found.error:
            return Failed(found.error, found.key, found.values)
        return Progress(found.done, found.of)


decoder: Final = Decoder()
