"""A hub with a mistake in it, so that the crash trial can be seen to find it. Nothing of this is in the product.

``python -m appliance.tools.proofs.planted_hub MISTAKE --config FILE``
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from appliance.hub import __main__ as hub
from appliance.hub.relay import Relay
from appliance.store.store import Happened, Store


def reply_before_commit() -> None:
    """Answer each batch while it is still only in memory; write it when the next one comes."""
    commit = Store.commit
    held: list[tuple[Any, ...]] = []

    def later(store: Store, *batch: Any) -> None:
        if held:
            commit(store, *held.pop())
        held.append(batch)

    patch.object(Store, "commit", later).start()


def mark_before_send() -> None:
    """Note calls as sent in the transaction that writes them, and send them a little later."""
    commit, send = Store.commit, Relay._send  # noqa: SLF001  # a mistake is planted where it would be made

    def marking(store: Store, batch: list[Happened], day: Any, _sent: int | None = None) -> None:
        commit(store, batch, day, batch[-1].entries[-1].seq)

    def sending(relay: Relay, day: Any, entries: Any) -> None:
        time.sleep(0.01)
        send(relay, day, entries)

    patch.object(Store, "commit", marking).start()
    patch.object(Relay, "_send", sending).start()


def forget_requests() -> None:
    """Keep no request ids in the log, so that a repeated request has its effect again."""
    commit = Store.commit

    def forgetting(store: Store, batch: list[Happened], day: Any, sent: int | None = None) -> None:
        commit(store, [Happened(one.entries, one.actor, None) for one in batch], day, sent)

    patch.object(Store, "commit", forgetting).start()


MISTAKES: Final[dict[str, Callable[[], None]]] = {
    "reply-before-commit": reply_before_commit,
    "mark-before-send": mark_before_send,
    "forget-requests": forget_requests,
}


if __name__ == "__main__":
    MISTAKES[sys.argv[1]]()
    sys.exit(hub.main(Path(sys.argv[3])))
