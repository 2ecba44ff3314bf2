"""What is known of people, their sessions and tokens; and why something is not done (pure)."""

from __future__ import annotations

from typing import Final

import msgspec

from appliance.people import Permission, Role


class Person(msgspec.Struct, frozen=True):
    """One member of staff. ``number``: what is typed before the PIN where no letters are; nobody else ever gets it."""

    name: str
    role: Role
    active: bool
    has_password: bool
    has_pin: bool
    number: str


WHOSE: Final = 16
"""The last letters of what a session's pages send along tell whose it is, and are the same in all their sessions."""


class Session(msgspec.Struct, frozen=True):
    """Where somebody is signed in.

    ``id``: to tell sessions apart; it opens nothing. ``csrf``: what the session's own pages send along; empty unless
    the session's token was presented. ``confirmed``: whether the person proved themselves anew a short while ago.
    """

    id: str
    person: Person
    csrf: str
    confirmed: bool
    address: str

    def filled_in(self, csrf: str) -> bool:
        """Tell whether a form that carries ``csrf`` is this person's, of this session or of one that has ended."""
        return len(csrf) == len(self.csrf) and csrf[-WHOSE:] == self.csrf[-WHOSE:]


class ApiToken(msgspec.Struct, frozen=True):
    """What another system presents.

    ``by``: who made it. ``left_ms``: for how much running time it holds; None without end. ``last_used``: how much
    running time ago it was presented, about a minute exactly; None if never.
    """

    id: str
    label: str
    scopes: frozenset[Permission]
    by: str
    left_ms: int | None
    revoked: bool
    last_used: int | None


class NotAccepted(Exception):
    """What was typed cannot be kept: ``field`` names which, ``code`` says why. Nothing was changed."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class NotLetIn(Exception):
    """Somebody did not prove who they are.

    ``code``: "wrong"; "wait", if nothing was looked at; "inactive", if it was right but they may not enter any more
    (show it as "wrong"). ``wait_ms``: for how long nothing more will be looked at.
    """

    def __init__(self, code: str, wait_ms: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait_ms = wait_ms
