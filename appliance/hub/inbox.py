"""Commands that wait for the hub, node by node: one that floods costs itself, and nobody else.

Each node has an allowance of commands, which fills up again with time; what goes beyond is refused as ``busy``. Batches
take from all nodes in turn. A node that goes on all the same is not listened to for a while: then the broker carries
the load and not the hub, which hears it again by itself later.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Final

import msgspec

from appliance.hub.complaints import Complaints
from appliance.wire import topics
from appliance.wire.messages import Part, Refused, encode

log = logging.getLogger(__name__)

ALLOWANCE: Final = 300.0
"""A node may send so many commands at once …"""
PER_SECOND: Final = 1_500.0
"""… and so many more each second (real time): more than any counter, kiosk or page has ever needed."""
BYTES_A_COMMAND: Final = 4_096
"""A longer command counts as several."""
MALFORMED_COUNTS: Final = 10.0
"""A command that is none, or is not its sender's to give, counts as so many: nothing of ours sends any."""
MOST_REFUSED: Final = 50
"""A node that was refused so often is not listened to any more."""
ON_TRIAL: Final = 20.0
REFUSED_ON_TRIAL: Final = 5
"""Both, at first, for a node that is heard again: should it still flood, that must be noticed at once."""
MOST_WAITING: Final = 600
"""Of one node, however slowly they are carried out: what waits behind so many would be stale when its turn came."""
SHARE: Final = 32
"""A batch takes at most so many commands of one node."""
FIRST_SILENCE_MS: Final = 20_000
LONGEST_SILENCE_MS: Final = 320_000
"""A node that floods again as soon as it is heard is not listened to for twice as long, up to this."""
FORGIVEN_MS: Final = 60_000
"""After so long without trouble the next silence is as short as the first."""
BUSY: Final = encode(Refused(1, "", "busy", "This box sends more than the hub can hear; ask again in a moment.", 1_000))


class Incoming(msgspec.Struct, frozen=True):
    """A command as it came off the bus."""

    node: str
    payload: bytes
    reply_to: str
    correlation: bytes


class Outgoing(msgspec.Struct, frozen=True):
    """A reply as it goes onto the bus."""

    topic: str
    correlation: bytes
    payload: bytes


class _Sender(msgspec.Struct):
    """What is known of one node: times are real milliseconds."""

    at: int
    allowance: float = ALLOWANCE
    waiting: deque[Incoming] = msgspec.field(default_factory=deque)
    refused: int = 0
    silent_until: int = 0
    silence_ms: int = FIRST_SILENCE_MS
    calm_since: int = 0


class Inbox:
    """Takes commands as they come, and hands them out in fair batches.

    Args:
        now: real milliseconds, at the beginning.
        complaints: where senders are complained about.
    """

    def __init__(self, now: int, complaints: Complaints) -> None:
        self._now = now
        self._complaints = complaints
        self._senders: dict[str, _Sender] = {}
        self._refusals: list[Outgoing] = []
        self._known: set[str] = set()

    def __bool__(self) -> bool:
        """Tell whether any command waits."""
        return any(sender.waiting for sender in self._senders.values())

    def take(self, incoming: Incoming) -> None:
        """Take a command in, or refuse it, if its sender has used up its allowance."""
        sender = self._sender(incoming.node)
        if self._now < sender.silent_until:
            return  # still on its way when we stopped listening
        cost = 1.0 + len(incoming.payload) // BYTES_A_COMMAND
        if sender.allowance >= cost and len(sender.waiting) < MOST_WAITING:
            sender.allowance -= cost
            sender.waiting.append(incoming)
            return
        self._refuse(incoming)
        sender.refused += 1
        if sender.refused >= MOST_REFUSED:
            self._silence(incoming.node, sender)

    def blame(self, node: str, sentence: str) -> None:
        """Note that a node sent something that nothing of ours sends, and what that was."""
        self._complaints.about(node, sentence)
        sender = self._sender(node)
        sender.allowance = max(0.0, sender.allowance - MALFORMED_COUNTS)

    def batch(self) -> list[Incoming]:
        """Return what is to be carried out next: of every node its first commands, one in turn."""
        heads = [
            [sender.waiting.popleft() for _ in range(min(SHARE, len(sender.waiting)))]
            for sender in self._senders.values()
            if sender.waiting
        ]
        longest = max(map(len, heads), default=0)
        return [head[place] for place in range(longest) for head in heads if place < len(head)]

    def turn_away(self) -> None:
        """Refuse all that waits: this queue ends, and another one begins."""
        for sender in self._senders.values():
            for incoming in sender.waiting:
                self._refuse(incoming)
            sender.waiting.clear()

    def refusals(self) -> list[Outgoing]:
        """Return the answers to what was refused since the last time."""
        refused, self._refusals = self._refusals, []
        return refused

    def tick(self, now: int) -> None:
        """Let real time pass: allowances fill up, and silences end."""
        self._now = now
        for node, sender in self._senders.items():
            sender.allowance = min(ALLOWANCE, sender.allowance + (now - sender.at) * PER_SECOND / 1000)
            if sender.silent_until and now >= sender.silent_until:
                sender.silent_until, sender.calm_since = 0, now
                sender.allowance, sender.refused = ON_TRIAL, MOST_REFUSED - REFUSED_ON_TRIAL
                log.info("%s is heard again", node)
            elif sender.allowance == ALLOWANCE and not sender.waiting:
                sender.refused = 0
            sender.at = now

    def heard(self) -> set[str] | None:
        """Return the nodes whose commands are to be read; None for all."""
        silent = {node for node, sender in self._senders.items() if sender.silent_until}
        return (self._known | self._senders.keys()) - silent if silent else None

    def is_there(self, node: str) -> None:
        """Note a node that is on the bus, so that it is heard while others are not."""
        self._known.add(node)

    def part(self) -> Part:
        """Return the presence's part."""
        silent = sorted(node for node, sender in self._senders.items() if sender.silent_until)
        if not silent:
            return Part("bus", "ok")
        return Part("bus", "fault", "flooded", {"nodes": ", ".join(silent)})

    def _sender(self, node: str) -> _Sender:
        found = self._senders.get(node)
        if found is None:
            found = self._senders[node] = _Sender(self._now)
        return found

    def _refuse(self, incoming: Incoming) -> None:
        if topics.is_reply_to(incoming.reply_to, incoming.node):
            self._refusals.append(Outgoing(incoming.reply_to, incoming.correlation, BUSY))

    def _silence(self, node: str, sender: _Sender) -> None:
        if self._now - sender.calm_since > FORGIVEN_MS:
            sender.silence_ms = FIRST_SILENCE_MS
        for incoming in sender.waiting:
            self._refuse(incoming)
        sender.waiting.clear()
        sender.silent_until = self._now + sender.silence_ms
        self._complaints.about(
            node, f"it floods the bus with commands, and is not listened to for {sender.silence_ms // 1000} seconds"
        )
        sender.silence_ms = min(2 * sender.silence_ms, LONGEST_SILENCE_MS)
