"""Asking the hub on behalf of a browser: believed is its reply alone, and nothing is kept for later."""

from __future__ import annotations

import asyncio
from typing import Any, Final, TypeVar

import msgspec

from appliance.commands import Body
from appliance.node.link import Link
from appliance.wire import messages as m

B = TypeVar("B", bound=Body)
ANSWER_SECONDS: Final = 3.0
PATIENCE_SECONDS: Final = 8.0
"""A hub that was killed is back within seconds: its answer is asked for again, under the same id, up to so long."""
AGAIN_SECONDS: Final = 0.25


class NoAnswer(msgspec.Struct, frozen=True):
    """The hub said nothing. ``asked``: it may have heard, so the same may be repeated under its id."""

    asked: bool


def command(kind: type[B], officer: str, **fields: Any) -> B:
    """Return a command of somebody, with its fields checked as the hub will.

    Raises:
        msgspec.ValidationError: if a field is not what it must be.
    """
    return msgspec.convert({"do": kind.__struct_config__.tag, "officer": officer, **fields}, kind)


class Bus:
    """The hub, as a loop asks it.

    Args:
        link: to the broker.
        loop: on which answers arrive.
    """

    def __init__(self, link: Link, loop: asyncio.AbstractEventLoop) -> None:
        self._link = link
        self._loop = loop

    async def ask(self, body: m.AnyBody, request_id: str) -> m.AnyReply | NoAnswer:
        """Ask the hub; repeat it under the same id while no answer comes.

        Args:
            body: what for.
            request_id: 32 hexadecimal digits; the same twice has the effect of once, and the same answer.
        """
        end = self._loop.time() + PATIENCE_SECONDS
        asked = False
        while True:
            answer: asyncio.Future[m.AnyReply | None] = self._loop.create_future()

            def take(reply: m.AnyReply | None, answer: asyncio.Future[m.AnyReply | None] = answer) -> None:
                self._loop.call_soon_threadsafe(_settle, answer, reply)

            if self._link.request(body, take, deadline=ANSWER_SECONDS, request_id=request_id) is not None:
                asked = True
                reply = await answer
                if reply is not None and not _may_be_repeated(reply):
                    return reply
            elif not asked:
                return NoAnswer(asked=False)
            if self._loop.time() >= end:
                return NoAnswer(asked=asked)
            await asyncio.sleep(AGAIN_SECONDS)


def _settle(answer: asyncio.Future[m.AnyReply | None], reply: m.AnyReply | None) -> None:
    if not answer.done():
        answer.set_result(reply)


def _may_be_repeated(reply: m.AnyReply) -> bool:
    """Tell whether the hub did not look at it at all: it carried the stamp of a run that has ended."""
    return isinstance(reply, m.Refused) and reply.code == "stale"
