"""The server of the interface: tokens, scopes, limits, strict JSON, keys against doing it twice, and named problems."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from appliance.node.daemon import Clock
from appliance.store.accounts import Accounts, ApiToken
from appliance.store.database import StorageFault
from appliance.store.webhooks import Webhooks
from appliance.web.api.limits import Buckets
from appliance.web.api.metrics import Metrics
from appliance.web.api.operation import PLACES, Call, Operation, whole
from appliance.web.api.problem import TITLES, NotDone, answered, not_done
from appliance.web.browser import fresh_id

log = logging.getLogger(__name__)

MOST_BYTES: Final = 64 * 1024
LONGEST_KEY: Final = 255
BURST_SECONDS: Final = 3.0
WRONG_PER_SECOND: Final = 1.0
WRONG_BURST: Final = 20.0
"""Of tokens that do not hold, by address."""


class ApiServer:
    """Answers other systems.

    Args:
        accounts: whose tokens open it.
        webhooks: where it is kept which key stood with which question.
        operations: all that can be asked.
        metrics: count it.
        clock: of this box.
        per_second: requests of each token, in the long run.
        open_routes: what anybody may read: the documentation.
    """

    def __init__(
        self,
        accounts: Accounts,
        webhooks: Webhooks,
        operations: Sequence[Operation],
        metrics: Metrics,
        clock: Clock,
        per_second: float,
        open_routes: Sequence[Route],
    ) -> None:
        self._accounts = accounts
        self._webhooks = webhooks
        self._metrics = metrics
        self._clock = clock
        self._per_second = per_second
        self._limits = Buckets(per_second, max(1.0, BURST_SECONDS * per_second))
        self._wrong = Buckets(WRONG_PER_SECOND, WRONG_BURST)
        routes = [*open_routes, *(Route(o.path, self._serving(o), methods=[o.method]) for o in _by_path(operations))]
        handlers: dict[Any, Any] = {HTTPException: _http_problem}
        self.app = Starlette(routes=_merged(routes), exception_handlers=handlers)

    def _serving(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            began = self._clock.monotonic_ms()
            response = await self._answer(operation, request)
            self._metrics.asked(operation.name, response.status_code, self._clock.monotonic_ms() - began)
            return response

        return serve

    async def _answer(self, operation: Operation, request: Request) -> Response:
        try:
            token = self.token_of(request, operation.need)
            call = await self._call(operation, request, token)
            return _unless_known(whole(await operation.handle(call), operation.status), request)
        except NotDone as not_done_:
            return answered(not_done_.problem)
        except msgspec.ValidationError as error:
            return answered(not_done(422, "field", str(error)).problem)
        except msgspec.DecodeError as error:
            return answered(not_done(400, "malformed", str(error)).problem)
        except StorageFault as error:
            log.critical("%s", error)
            return answered(not_done(503, "storage", "A file of the office cannot be read or written now.", 5).problem)
        except Exception:
            log.exception("%s %s failed", operation.method, operation.path)
            return answered(not_done(500, "error", "Nothing of it is known to have been done.").problem)

    # -- who asks ----------------------------------------------------------------------------------------------------

    def token_of(self, request: Request, need: tuple[Any, ...]) -> ApiToken:
        """Return the token of whoever asks.

        Args:
            request: that asks.
            need: the scopes of which it must hold one.

        Raises:
            NotDone: if there is none, it does not hold, lacks the scope, or asks too often.
        """
        now = self._clock.monotonic_ms()
        address = request.client.host if request.client else ""
        kind, _, presented = request.headers.get("authorization", "").partition(" ")
        token = self._accounts.token(presented.strip()) if kind.lower() == "bearer" else None
        if token is None:
            # Whoever has one that holds is let in all the same: others may ask from behind the same address.
            if presented and (wait := self._wrong.take(address, now)):
                raise not_done(429, "too_many_wrong_tokens", "", wait)
            raise not_done(401, "no_token", "Send `Authorization: Bearer …` with a token that holds.")
        if not token.scopes.intersection(need):
            raise not_done(403, "scope", f"It needs one of the scopes: {', '.join(sorted(need))}.")
        if wait := self._limits.take(token.id, now):
            raise not_done(429, "too_many_requests", f"At most {self._per_second:g} a second in the long run.", wait)
        return token

    # -- what for ----------------------------------------------------------------------------------------------------

    async def _call(self, operation: Operation, request: Request, token: ApiToken) -> Call:
        try:
            for name in operation.places:
                msgspec.convert(request.path_params[name], PLACES[name])
        except msgspec.ValidationError as error:
            raise not_done(404, "not_found", "No id of this shape exists.") from error
        query = _query(operation, request)
        raw = await _read(request)
        body = _body(operation, request, raw)
        request_id = await self._request_id(operation, request, token, raw) if operation.changes else ""
        return Call(token, dict(request.path_params), query, body, request_id, request)

    async def _request_id(self, operation: Operation, request: Request, token: ApiToken, raw: bytes) -> str:
        """Return the hub's id for a question: from its key, so that it has effect once, also after a restart."""
        key = request.headers.get("idempotency-key")
        if key is None:
            return fresh_id()
        if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
            raise not_done(422, "idempotency_key", f"1 to {LONGEST_KEY} visible letters.")
        request_id = hashlib.sha256(f"{token.id}\n{key}".encode()).hexdigest()[:32]
        # A telephone number may stand in the question: the key, which is not kept, keeps it from being found out.
        asked = f"{operation.method} {request.url.path}\n".encode() + raw
        what = hmac.digest(key.encode(), asked, "sha256")[:16]
        if not await asyncio.to_thread(self._webhooks.same_question, request_id, what):
            raise not_done(422, "key_used", "This Idempotency-Key was used for something else.")
        return request_id


def _query(operation: Operation, request: Request) -> Any:
    given = request.query_params
    if operation.query is None:
        if given:
            raise not_done(422, "field", "Nothing may stand behind the question mark here.")
        return None
    if len(given.multi_items()) != len(given):
        raise not_done(422, "field", "A field stands there twice.")
    return msgspec.convert(dict(given), operation.query, strict=False)


def _body(operation: Operation, request: Request, raw: bytes) -> Any:
    if operation.body is None:
        if raw.strip() not in (b"", b"{}"):
            raise not_done(422, "field", "Nothing is sent with this.")
        return None
    if not raw.strip() and not operation.body_needed:
        return operation.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise not_done(415, "not_json", "Send `Content-Type: application/json`.")
    try:
        return msgspec.json.decode(raw, type=operation.body)
    except RecursionError as error:
        raise not_done(400, "malformed", "nested too deeply") from error
    except UnicodeDecodeError as error:
        raise not_done(400, "malformed", "not UTF-8") from error


async def _read(request: Request) -> bytes:
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                raise not_done(413, "too_large", f"At most {MOST_BYTES} bytes.")
    except ClientDisconnect as error:
        raise not_done(400, "malformed", "it ended early") from error
    return bytes(body)


def _unless_known(response: Response, request: Request) -> Response:
    """Give what is read a tag, and spare whoever has it already the rest."""
    if request.method not in ("GET", "HEAD") or isinstance(response, StreamingResponse):
        return response
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:20]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _by_path(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations, those without places first, so that none hides behind another."""
    return sorted(operations, key=lambda o: (o.path.count("{"), o.path))


def _merged(routes: Sequence[Route]) -> list[Route]:
    """Return one route for each path, which knows all its methods: only so is it said which there are."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        for method in route.methods or ():
            paths.setdefault(route.path, {})[method] = route.endpoint

    def choosing(by_method: dict[str, Any]) -> Callable[[Request], Awaitable[Response]]:
        async def choose(request: Request) -> Response:
            response: Response = await by_method[request.method](request)
            return response

        return choose

    return [Route(path, choosing(methods), methods=list(methods)) for path, methods in paths.items()]


async def _http_problem(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    status = status if status in TITLES else 400
    code = {404: "not_found", 405: "method"}.get(status, "malformed")
    response = answered(not_done(status, code).problem)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response
