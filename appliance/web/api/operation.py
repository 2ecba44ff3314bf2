"""What one row of the interface is: from the rows are made what is answered, what is documented and what is tested."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from appliance.commands import BookingCode, Kiosk, Number, OfCounter, OfService
from appliance.people import LONGEST_NAME, Permission
from appliance.store.accounts import ApiToken

BASE: Final = "/api/1"
PLACES: Final[dict[str, Any]] = {
    "service": OfService,
    "counter": OfCounter,
    "number": Number,
    "code": BookingCode,
    "kiosk": Kiosk,
    "node": Annotated[str, msgspec.Meta(pattern=r"^[a-z]+-[a-z0-9]{1,16}\Z")],
}
"""What may stand in a path's braces."""


class Call(msgspec.Struct, frozen=True):
    """One question of another system, checked: who asks, and what for.

    ``request_id``: for the hub; it follows from the idempotency key, if there is one.
    """

    token: ApiToken
    places: dict[str, str]
    query: Any
    body: Any
    request_id: str
    request: Request

    @property
    def officer(self) -> str:
        """The name under which it stands in the log."""
        return f"api {self.token.label}"[:LONGEST_NAME].strip()

    def may(self, *scopes: Permission) -> bool:
        """Tell whether the token holds any of ``scopes``."""
        return bool(self.token.scopes.intersection(scopes))


Handler = Callable[[Call], Awaitable[Any]]
"""Returns what is answered: a structure, or a whole ``Response``."""


class Operation(msgspec.Struct, frozen=True):
    """One thing that another system can ask for.

    Args:
        method: of HTTP.
        path: below ``BASE``, with places in braces.
        need: the scopes of which a token must hold one.
        group: the heading in the documentation.
        summary: one sentence.
        answer: the structure of what is answered; None for a stream of events.
        handle: answers.
        body: the structure of what is sent; None if nothing is.
        body_needed: whether something must be sent at all.
        query: the structure of what stands behind the question mark, None if nothing may.
        status: of the answer.
        changes: whether it changes anything, so that an idempotency key has a meaning.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    need: tuple[Permission, ...]
    group: str
    summary: str
    answer: Any
    handle: Handler
    body: type[msgspec.Struct] | None = None
    body_needed: bool = False
    query: type[msgspec.Struct] | None = None
    status: int = 200
    changes: bool = False

    @property
    def name(self) -> str:
        """What it is called in the documentation and in the metrics."""
        parts = [part for part in self.path.replace("{", "").replace("}", "").split("/") if part]
        return "_".join([self.method.lower(), *parts]).replace("-", "_")

    @property
    def places(self) -> list[str]:
        """What stands in the path's braces."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


def whole(answer: Any, status: int) -> Response:
    """Return an answer as it is sent."""
    if isinstance(answer, Response):
        return answer
    return Response(msgspec.json.encode(answer), status, media_type="application/json")
