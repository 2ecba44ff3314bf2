"""Another system: asks the interface with a token, and a server of its own that can be told how to behave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from appliance.node.daemon import SystemClock
from appliance.node.polling import until
from appliance.people import Permission
from appliance.store.accounts import Accounts
from appliance.tools.office.visitor import Answer, Visitor
from tests.web_office import WebOffice


class Client:
    """Another system with a token.

    Args:
        town: whose interface it uses.
        scopes: of the token; all, without any.
        label: what the token is called.
    """

    def __init__(self, town: WebOffice, scopes: Iterable[Permission] = tuple(Permission), label: str = "Situs") -> None:
        self.accounts = Accounts(town.rig.directory / "web-1" / "accounts.db", SystemClock().monotonic_ms)
        self.token, self.secret = self.accounts.make_token(label, frozenset(scopes), 30, "test")
        self.accounts.close()
        self.town = town
        self.visitor = Visitor(town.address)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask; ``body`` is sent as JSON, or as it is if it is bytes. Underlines in headers' names are hyphens."""
        sent = {"authorization": f"Bearer {self.secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if raw is not None:
            sent.setdefault("content-type", "application/json")
        return self.visitor.ask(method, f"/api/1{path}", raw, sent)

    def get(self, path: str, **headers: str) -> Any:
        """Read; fail unless it is answered."""
        answer = self.ask("GET", path, **headers)
        assert answer.status == 200, answer.text
        return answer.json()

    def do(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Change; fail unless it is done."""
        answer = self.ask(method, path, body, **headers)
        assert answer.status in (200, 201), answer.text
        return answer.json()


class Receiver:
    """A server of another system. ``behave`` is asked for a status, a body and a delay for each message that comes."""

    def __init__(self) -> None:
        self.messages: list[tuple[dict[str, str], bytes]] = []
        self.behaviour: Any = lambda headers, body: (200, b"", 0.0)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, answer, delay = outer.behaviour(headers, body)
                outer.messages.append((headers, body))
                time.sleep(delay)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("location", outer.address)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, count: int, seconds: float = 20.0) -> list[dict[str, Any]]:
        """Return what came, once there are so many."""
        assert until(lambda: len(self.messages) >= count, seconds), f"only {len(self.messages)} of {count} came"
        return [json.loads(body) for _, body in self.messages]
