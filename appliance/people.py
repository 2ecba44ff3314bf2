"""Who works in an office, and what each may do (pure): names, permissions as a closed list, and the roles."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

LONGEST_NAME: Final = 64
HOUSE: Final = "giliran"
"""Signs the one thing that is asked for before anybody has an account, the slip with the first code; nobody's name."""
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Signs that count as printable and show nothing (Unicode's Default_Ignorable_Code_Point, and the empty Braille)."""


def is_name(text: str) -> bool:
    """Tell whether a name looks in the log like no other.

    What cannot be seen would make two people of one, or one of two; a line's end would be a record of its own.
    """
    return is_plain(text)


def is_plain(text: str) -> bool:
    """Tell whether a text is what it looks like: one line with letters or digits, and no sign that nobody sees."""
    seen = text == " ".join(text.split()) and text.isprintable() and not _BLANK.search(text)
    return seen and any(sign.isalnum() for sign in text)


def same_for(name: str) -> str:
    """Return what is the same for all ways to write one name: capitals and the encoding of accents do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class Permission(StrEnum):
    """One thing that somebody may do, as ``resource:action``."""

    COUNTER_SERVE = "counter:serve"
    """Call, serve and send on at a counter; look at its queue."""
    DESK_ISSUE = "desk:issue"
    """Give numbers to others, find and change tickets, take bookings in."""
    QUEUE_STOP = "queue:stop"
    """Stop and resume giving numbers."""
    LOBBY_SPEAK = "lobby:speak"
    """Page a text, and write to everybody who waits."""
    LOBBY_POST = "lobby:post"
    """Set running text and announcements."""
    LOBBY_EMERGENCY = "lobby:emergency"
    """Let a text take over every screen, and end it."""
    WALL_READ = "wall:read"
    """See all queues and counters at work."""
    WALL_TAKE = "wall:take"
    """Take an alert of the wall: others see that somebody sees to it."""
    OFFICE_READ = "office:read"
    """See how the office is defined."""
    OFFICE_DEFINE = "office:define"
    """Change services, counters, rules and hours."""
    OFFICE_PRACTISE = "office:practise"
    """Begin and end a practice."""
    PEOPLE_MANAGE = "people:manage"
    """Add people, change their roles, end their sessions."""
    TOKENS_MANAGE = "tokens:manage"
    """Make and revoke tokens and webhooks of other systems."""
    NODES_READ = "nodes:read"
    """See every box and its parts."""
    NODES_MANAGE = "nodes:manage"
    """Let boxes join, test and remove them."""
    CLOCK_VOUCH = "clock:vouch"
    """Say what time it is where no clock can be believed."""
    KIOSK_STAFF = "kiosk:staff"
    """Open the staff's screen of a kiosk."""
    LOG_READ = "log:read"
    """Read and prove the log."""
    LOG_EXPORT = "log:export"
    """Take the log away, with its chain."""
    REPORTS_READ = "reports:read"
    """See the office's figures."""
    SURVEYS_READ = "surveys:read"
    """Read what citizens wrote about the service."""
    OFFICERS_COMPARE = "officers:compare"
    """See figures of single officers."""


class Role(StrEnum):
    """What somebody is in an office."""

    ADMINISTRATOR = "administrator"
    HEAD = "head"
    OFFICER = "officer"
    DESK = "desk"
    TECHNICIAN = "technician"
    VIEWER = "viewer"


_P = Permission
GRANTS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: frozenset(Permission) - {_P.OFFICERS_COMPARE},
    Role.HEAD: frozenset(Permission) - {_P.PEOPLE_MANAGE, _P.TOKENS_MANAGE, _P.NODES_MANAGE},
    Role.OFFICER: frozenset({_P.COUNTER_SERVE, _P.WALL_READ, _P.WALL_TAKE, _P.LOBBY_SPEAK}),
    Role.DESK: frozenset({_P.DESK_ISSUE, _P.QUEUE_STOP, _P.LOBBY_SPEAK, _P.WALL_READ, _P.WALL_TAKE, _P.KIOSK_STAFF}),
    Role.TECHNICIAN: frozenset(
        {
            _P.NODES_READ,
            _P.NODES_MANAGE,
            _P.CLOCK_VOUCH,
            _P.KIOSK_STAFF,
            _P.OFFICE_READ,
            _P.OFFICE_PRACTISE,
            _P.LOG_READ,
        }
    ),
    Role.VIEWER: frozenset({_P.WALL_READ, _P.REPORTS_READ}),
}
"""An administrator runs the system; comparing people is for the head of office alone."""


def may(role: Role, permission: Permission) -> bool:
    """Tell whether ``role`` holds ``permission``."""
    return permission in GRANTS[role]
