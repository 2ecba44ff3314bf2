"""How the interface says that something was not done: RFC 9457, with a ``code`` that programs go by."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from appliance.wire.messages import Refused

MEDIA: Final = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why nothing was changed. ``code`` is for programs, ``detail`` for people.

    ``retry_after``: seconds after which the same may be asked again; not there if time alone does not help.
    """

    title: str
    status: int
    code: str
    detail: str = ""
    retry_after: int | None = None


class NotDone(Exception):
    """An answer that is a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


TITLES: Final = {
    400: "This cannot be read",
    401: "A token is needed",
    403: "The token does not allow this",
    404: "There is no such thing",
    405: "This cannot be done with it",
    409: "Not possible now",
    410: "It is gone",
    413: "Too large",
    415: "Not JSON",
    422: "A field cannot be used",
    429: "Too many requests",
    500: "A mistake of ours",
    503: "Not available now",
    504: "No answer yet",
    507: "The storage is full or broken",
}
_STATUSES: Final = {
    "unknown_ticket": 404,
    "unknown_counter": 404,
    "unknown_service": 404,
    "unknown_booking": 404,
    "no_officer": 403,
    "not_allowed": 403,
    "malformed": 422,
    "wrong_definition": 422,
    "unreadable_text": 422,
    "too_many_texts": 422,
    "no_reason": 422,
    "busy": 503,
    "stale": 503,
    "storage": 507,
    "error": 500,
}
"""Of the hub's refusals; whatever is not here is a matter of how things stand now, 409."""


def not_done(status: int, code: str, detail: str = "", retry_after: int | None = None) -> NotDone:
    """Return what to raise.

    Args:
        status: of HTTP.
        code: for programs.
        detail: for people.
        retry_after: real seconds after which it may be asked again.
    """
    return NotDone(Problem(TITLES[status], status, code, detail, retry_after))


def of_refusal(refused: Refused, rate: float) -> NotDone:
    """Return what the hub's refusal is here. ``rate``: office seconds in a real one."""
    wait = -(-refused.wait // 1000)
    seconds = max(1, round(wait / rate)) if wait else 1 if refused.code in ("busy", "stale") else None
    return not_done(_STATUSES.get(refused.code, 409), refused.code, refused.advice, seconds)


def answered(problem: Problem) -> Response:
    """Return the answer that tells a problem."""
    headers = {}
    if problem.retry_after is not None:
        headers["retry-after"] = str(problem.retry_after)
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(msgspec.json.encode(problem), problem.status, headers, MEDIA)
