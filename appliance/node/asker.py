"""A node that asks the hub and waits for the answer: for tools on a terminal, measurements and tests."""

from __future__ import annotations

import threading
import uuid
from typing import Final

from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.node.polling import limit, until
from appliance.wire import messages as m

ANSWER_SECONDS: Final = 20.0


class Asker:
    """A node that is there as soon as it is made, and until it is closed.

    Args:
        node: its name.
        password: of it at the broker.
        broker: where that listens.
        program: what its presence says that it is.
    """

    def __init__(self, node: str, password: str, broker: BrokerSettings, program: str) -> None:
        self.clock = HubClock(SystemClock())
        self.link = Link(node, password, broker, program, self.clock)
        self.link.start()

    def close(self) -> None:
        """Disconnect."""
        self.link.stop()

    def ready(self) -> bool:
        """Tell whether a hub can be asked."""
        return self.link.connected and self.clock.hub_is_there()

    def wait_for_hub(self, seconds: float, after: str = "") -> bool:
        """Wait until a hub can be asked, another one than that of the boot id ``after``; tell whether it came."""
        return until(lambda: self.ready() and self.clock.seen().boot != after, seconds)

    def send(self, body: m.AnyBody, request_id: str | None = None) -> tuple[threading.Event, list[m.AnyReply]]:
        """Ask without waiting; return what is set when it is over, and where the reply then is, if there is one."""
        over = threading.Event()
        replies: list[m.AnyReply] = []

        def take(reply: m.AnyReply | None) -> None:
            if reply is not None:
                replies.append(reply)
            over.set()

        request_id = request_id or uuid.uuid4().hex
        if self.link.request(body, take, deadline=limit(ANSWER_SECONDS), request_id=request_id) is None:
            over.set()
        return over, replies

    def ask(self, body: m.AnyBody, request_id: str | None = None, seconds: float = ANSWER_SECONDS) -> m.AnyReply | None:
        """Return the hub's reply, or None if it cannot be reached or does not answer in so many ``seconds``."""
        over, replies = self.send(body, request_id)
        over.wait(limit(seconds))
        return replies[0] if replies else None
