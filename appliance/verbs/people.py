"""``giliran people``: the accounts of staff, from a terminal on the hub's box.

For the technician: the first administrator's code, and what has to be mended when nobody can sign in any more.
Everything else is done in the browser.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance.hub.settings import HubSettings
from appliance.node import config as configuration
from appliance.node.daemon import EXIT_CONFIG, SystemClock
from appliance.people import Role
from appliance.store.accounts import Accounts, NotAccepted, Person
from appliance.store.database import StorageFault

ROLES: Final = [role.value for role in Role]
EXAMPLES: Final = """\
examples:
  sudo giliran people first
  sudo giliran people list
  sudo giliran people add "Siti Aminah" officer
  sudo giliran people password "Siti Aminah"
  sudo giliran people password --pin "Siti Aminah"
  sudo giliran people role "Siti Aminah" desk"""
_WHY: Final = {
    ("name", "shape"): "a name is 1 to 64 letters and digits that can be seen, with single blanks between words",
    ("name", "taken"): "there is somebody of this name; capitals do not count",
    ("name", "unknown"): "there is nobody of this name; `giliran people list` names all",
    ("name", "too_many"): "all staff numbers are given away",
    ("password", "too_short"): "a password has 10 letters, digits and signs or more",
    ("password", "too_long"): "a password has 128 letters, digits and signs at most",
    (
        "password",
        "too_simple",
    ): "this password would be tried first; no number, name or the same few letters",
    ("password", "unseen"): "there is something in this password that nobody sees",
    ("pin", "shape"): "a PIN has 6 to 12 digits",
    ("pin", "too_simple"): "this PIN would be tried first; take one that is no row and does not repeat itself",
    ("role", "last_administrator"): "nobody would be left who runs the system; make somebody else administrator first",
    ("code", "has_administrator"): "there is an administrator; who adds others in the browser. If they have forgotten "
    "their password: giliran people password NAME",
}


class PeopleError(Exception):
    """Nothing was changed; the sentence says why."""


def main(argv: list[str]) -> int:
    """Do one thing about accounts; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        file = options.file or _file(options.config)
        _become_owner(file.parent)
        with contextlib.closing(Accounts(file, SystemClock().monotonic_ms)) as accounts:
            print(options.act(accounts, options))
    except configuration.ConfigError as error:
        sys.stderr.write(f"giliran people: {error}\n")
        return EXIT_CONFIG
    except NotAccepted as error:
        sys.stderr.write(f"giliran people: {_WHY[error.field, error.code]}; nothing was changed\n")
        return 1
    except (PeopleError, StorageFault) as error:
        sys.stderr.write(f"giliran people: {error}\n")
        return 1
    return 0


def _file(config: Path) -> Path:
    named = configuration.load(config).section("hub", HubSettings).accounts
    if not named:
        raise PeopleError("[hub] accounts is empty: this office has no accounts")
    return Path(named)


def _become_owner(folder: Path) -> None:
    """Write as the web's user, whose file it is: one that root had made, nobody else could write."""
    if os.geteuid() != 0:
        return
    try:
        owner = folder.stat()
    except FileNotFoundError as error:
        raise PeopleError(f'{folder}: no such folder; docs/install.md, "The hub\'s box", makes it') from error
    if owner.st_uid == 0:
        return
    os.setgroups([])
    os.setresgid(owner.st_gid, owner.st_gid, owner.st_gid)
    os.setresuid(owner.st_uid, owner.st_uid, owner.st_uid)


# -- the verbs ---------------------------------------------------------------------------------------------------------


def _list(accounts: Accounts, _: argparse.Namespace) -> str:
    people = accounts.people()
    if not people:
        return "There is nobody yet. `giliran people first` makes the code for the first administrator."
    width = max(len(person.name) for person in people)
    return "\n".join(f"{person.number:>4}  {person.name:<{width}}  {_in_words(accounts, person)}" for person in people)


def _in_words(accounts: Accounts, person: Person) -> str:
    words = [person.role.value, *(["may not enter any more"] if not person.active else [])]
    secrets = [name for name, there in (("password", person.has_password), ("PIN", person.has_pin)) if there]
    words.append(" and ".join(secrets) or "neither password nor PIN")
    if here := len(accounts.sessions(person.name)):
        words.append(f"signed in {here} times" if here > 1 else "signed in")
    return ", ".join(words)


def _first(accounts: Accounts, _: argparse.Namespace) -> str:
    return (
        f"{accounts.first_code()}\n\n"
        "Whoever types this code on the office's page in a browser becomes the first administrator. It holds for\n"
        "30 minutes and for one time; ask again for another one, and this one holds no more."
    )


def _add(accounts: Accounts, options: argparse.Namespace) -> str:
    password = _asked("Password (empty: none yet): ")
    person = accounts.add(options.name, Role(options.role), password=password)
    return f"{person.name} is {person.role.value}, with the staff number {person.number}."


def _role(accounts: Accounts, options: argparse.Namespace) -> str:
    person = accounts.change(options.name, role=Role(options.role))
    return f"{person.name} is {person.role.value} from now on, and has to sign in anew."


def _password(accounts: Accounts, options: argparse.Namespace) -> str:
    if accounts.person(options.name) is None:
        raise NotAccepted("name", "unknown")
    what = "PIN" if options.pin else "password"
    secret = _asked(f"New {what}: ")
    if not secret:
        raise PeopleError(f"no {what} was typed; nothing was changed")
    if options.pin:
        person = accounts.change(options.name, pin=secret)
    else:
        person = accounts.change(options.name, password=secret)
    return f"{person.name} has a new {what}, and has to sign in anew."


def _end_sessions(accounts: Accounts, options: argparse.Namespace) -> str:
    accounts.end_sessions(options.name)
    return f"{options.name} is signed in nowhere any more."


def _asked(prompt: str) -> str:
    typed, again = ((getpass.getpass(text) if sys.stdin.isatty() else _line()) for text in (prompt, "again: "))
    if typed != again:
        raise PeopleError("the two are not the same; nothing was changed")
    return typed


def _line() -> str:
    return sys.stdin.readline().rstrip("\n")


# -- the command line --------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="giliran people",
        description="The accounts of staff, on the hub's box. Passwords are asked for, twice, and shown nowhere.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--config", type=Path, default=configuration.file_of("hub"), metavar="FILE", help="default: %(default)s"
    )
    parser.add_argument("--file", type=Path, metavar="FILE", help="the accounts; default: [hub] accounts")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, act: Callable[[Accounts, argparse.Namespace], str], help_text: str, *words: str) -> None:
        made = verbs.add_parser(name, help=help_text, description=f"{help_text[:1].upper()}{help_text[1:]}.")
        made.set_defaults(act=act)
        if name == "password":
            made.add_argument("--pin", action="store_true", help="the PIN, for the kiosk's staff screen, instead")
        for word in words:
            made.add_argument(word, metavar=word.upper(), choices=ROLES if word == "role" else None)

    verb("list", _list, "who there is, with staff number and role")
    verb("first", _first, "make the code with which the first administrator signs in")
    verb("add", _add, f"add somebody; the roles are {', '.join(ROLES)}", "name", "role")
    verb("role", _role, "change what somebody is in this office", "name", "role")
    verb("password", _password, "give somebody a new password", "name")
    verb("end-sessions", _end_sessions, "sign somebody out everywhere", "name")
    return parser
