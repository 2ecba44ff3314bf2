"""Every topic on the bus: how it is built, read, and delivered. Nobody else writes a topic string.

The quality of service is 1 everywhere: at least once, so receivers drop what they have seen (by event sequence
or request id). The table in ``docs/wire.md`` is made from this module.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

ROOT: Final = "giliran/1"
QOS: Final = 1

CLOCK: Final = f"{ROOT}/clock"
CATALOGUE: Final = f"{ROOT}/catalogue"
BOARD: Final = f"{ROOT}/board"
NOTICES: Final = f"{ROOT}/notices"
PAGING: Final = f"{ROOT}/paging"
REPRINT: Final = f"{ROOT}/reprint"
WAITING: Final = f"{ROOT}/waiting"
CALL: Final = f"{ROOT}/call"
STAFF_OFFICE: Final = f"{ROOT}/staff/office"
STAFF_QUEUE: Final = f"{ROOT}/staff/queue"
ALL_COMMANDS: Final = f"{ROOT}/command/+"
ALL_COUNTERS: Final = f"{ROOT}/counter/+"
ALL_STAFF_COUNTERS: Final = f"{ROOT}/staff/counter/+"
ALL_PRESENCE: Final = f"{ROOT}/node/+"
EVERYTHING: Final = f"{ROOT}/#"

NODE_NAME: Final = re.compile(r"^(hub|kiosk|display|keypad|web|observer)-[a-z0-9]{1,16}\Z")
"""A node's name starts with its role: ``kiosk-1``, ``keypad-3``. It is the MQTT user name as well."""


_TOKEN: Final = re.compile(r"(?:^|[/=])([A-Z]{1,3}[0-9]{2,9})-[0-9a-f]{12}\Z")


class Topic(msgspec.Struct, frozen=True):
    """One row of the public contract: who says what, and whether the broker keeps the last word."""

    pattern: str
    retained: bool
    publisher: str
    carries: str
    purpose: str


CONTRACT: Final = (
    Topic(f"{ROOT}/command/{{node}}", False, "node", "Request", "a command to the hub, named by its sender"),
    Topic(
        f"{ROOT}/reply/{{node}}/{{instance}}", False, "hub", "Reply",
        "the only durable acknowledgement: sent after the commit",
    ),
    Topic(CLOCK, False, "hub", "Clock", "every second: time of day, boot and tick; silence means that it is away"),
    Topic(CATALOGUE, True, "hub", "Catalogue", "what a kiosk may offer now"),
    Topic(BOARD, True, "hub", "Board", "what a lobby display shows"),
    Topic(WAITING, True, "hub", "Waiting", "position and expected wait of every waiting ticket, every few seconds"),
    Topic(f"{ROOT}/counter/{{counter}}", True, "hub", "CounterState", "one counter, for its keypad and number sign"),
    Topic(CALL, False, "hub", "Call", "a number to announce; never retained, so a rebooted display stays quiet"),
    Topic(NOTICES, True, "hub", "Notices", "what the lobby reads beside the queue, and an emergency"),
    Topic(PAGING, False, "hub", "Paging", "a text to be spoken between calls; never retained"),
    Topic(REPRINT, False, "hub", "Reprinting", "a ticket that its kiosk is to print once more; never retained"),
    Topic(f"{ROOT}/slip/{{kiosk}}", False, "hub", "SlipToPrint", "a slip for one kiosk's printer; never retained"),
    Topic(f"{ROOT}/print/{{kiosk}}", False, "hub", "TicketToPrint", "a ticket for one kiosk's printer; never retained"),
    Topic(STAFF_OFFICE, True, "hub", "StaffOffice", "the office as it is defined, for consoles"),
    Topic(STAFF_QUEUE, True, "hub", "StaffQueue", "everybody in the office, for consoles"),
    Topic(f"{ROOT}/staff/counter/{{counter}}", True, "hub", "StaffCounter", "one counter, for whoever works there"),
    Topic(f"{ROOT}/node/{{node}}", True, "node", "Presence", "is it there, what is missing; also the last will"),
)  # fmt: skip


def ticket_token(number: str, request_id: str) -> str:
    """Return what a ticket's QR code carries behind the office's address: the number, and a part that nobody guesses.

    ``request_id``: of the request that the ticket answers, or the offline ticket's own ``id``.
    """
    return f"{number}-{request_id[:12]}"


def number_in_token(scanned: str) -> str | None:
    """Return the ticket number in what a scanner read from a ticket (an address or a bare token), or None."""
    found = _TOKEN.search(scanned.strip())
    return found[1] if found else None


def role_of(node: str) -> str:
    """Return the role part of a node's name: ``keypad`` of ``keypad-3``."""
    return node.partition("-")[0]


def command(node: str) -> str:
    """Return the topic on which ``node`` sends commands."""
    return f"{ROOT}/command/{node}"


def sender_of_command(topic: str) -> str | None:
    """Return the node that sent on a command topic, or None if ``topic`` is no command topic."""
    prefix, _, node = topic.rpartition("/")
    return node if prefix == f"{ROOT}/command" and NODE_NAME.fullmatch(node) else None


def reply(node: str, instance: str) -> str:
    """Return the topic on which one running process (``instance``) of ``node`` is answered."""
    return f"{ROOT}/reply/{node}/{instance}"


def is_reply_to(topic: str, node: str) -> bool:
    """Tell whether ``topic`` may be used to answer ``node``: nobody can have the hub write elsewhere."""
    head = f"{ROOT}/reply/{node}/"
    tail = topic[len(head) :]
    return topic.startswith(head) and bool(tail) and not set(tail) & set("/+#\0")


def counter(counter_id: str) -> str:
    """Return the topic of one counter's retained state."""
    return f"{ROOT}/counter/{counter_id}"


def staff_counter(counter_id: str) -> str:
    """Return the topic on which staff are told about one counter."""
    return f"{ROOT}/staff/counter/{counter_id}"


def slip(kiosk: str) -> str:
    """Return the topic on which one kiosk is sent slips to print."""
    return f"{ROOT}/slip/{kiosk}"


def printing(kiosk: str) -> str:
    """Return the topic on which one kiosk is sent tickets to print that it need not have seen before."""
    return f"{ROOT}/print/{kiosk}"


def presence(node: str) -> str:
    """Return the topic of one node's retained presence."""
    return f"{ROOT}/node/{node}"
