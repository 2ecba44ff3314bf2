"""``giliran passwords``: a broker password for each node, and the broker's access list.

Run it on the box where mosquitto runs. It adds nodes without changing those that are there, so that boxes already
fitted keep working. What each role may do is data: ``broker_config/roles.toml``.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from appliance.node import durable_file
from appliance.wire import topics

BROKER_DIRECTORY: Final = Path("/etc/giliran/broker")
SECRETS_DIRECTORY: Final = Path("/etc/giliran/secrets")
PASSWORD_BYTES: Final = 24
_REPOSITORY: Final = Path(__file__).resolve().parents[2]


class PasswordsError(Exception):
    """The files could not be made; the sentence says what to do."""


def broker_config() -> Path:
    """Return the folder of the broker's templates: the repository's, else the installed one.

    Raises:
        PasswordsError: if neither is there.
    """
    for folder in (_REPOSITORY / "broker_config", Path("/usr/share/giliran/broker_config")):
        if (folder / "roles.toml").is_file():
            return folder
    raise PasswordsError("broker_config/ is neither beside the program nor in /usr/share/giliran; install it again")


def program(name: str) -> str:
    """Return the path of a program of mosquitto's packages; /usr/sbin is not on every user's path.

    Raises:
        PasswordsError: if it is not installed.
    """
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/bin")
    if found is None:
        raise PasswordsError(f"{name} is not installed; run: apt-get install mosquitto")
    return found


def render_acl(nodes: Iterable[str]) -> str:
    """Return mosquitto's access list for ``nodes``: one block a node, made from its role.

    A rule with ``{hub}`` is given once for each hub among the nodes.

    Raises:
        PasswordsError: if a name is not ``role-n`` with a role that there is.
    """
    roles = tomllib.loads((broker_config() / "roles.toml").read_text(encoding="utf-8"))
    blocks = ["# Made by `giliran passwords` from broker_config/roles.toml; changes here will be overwritten."]
    nodes = list(nodes)
    for node in nodes:
        check_name(node)
    hubs = [node for node in nodes if topics.role_of(node) == "hub"]
    for node in nodes:
        role = roles[topics.role_of(node)]
        rules = [(access, topic) for access in ("write", "read") for topic in role[access]]
        lines = [f"user {node}"]
        for access, topic in rules:
            filled = [topic.format(node=node, hub=hub) for hub in (hubs if "{hub}" in topic else [""])]
            lines += [f"topic {access} {topics.ROOT}/{one}" for one in filled]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def check_name(node: str) -> None:
    """Refuse what is not a node's name.

    Raises:
        PasswordsError: naming the roles there are.
    """
    if not topics.NODE_NAME.fullmatch(node):
        raise PasswordsError(f"{node!r} is not a node name: write role-n, as in hub-1, kiosk-1, display-1, keypad-3")


def new_password() -> str:
    """Return a random password of 32 letters, digits, ``-`` and ``_``."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def hashed(passwords: Mapping[str, str]) -> dict[str, str]:
    """Return, for each node, its line in mosquitto's password file.

    The passwords go through a file that only we can read, never through a command line that everybody can.

    Raises:
        PasswordsError: if ``mosquitto_passwd`` is absent or fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "passwords"
        write_private(file, plain_lines(passwords))
        done = subprocess.run(
            [program("mosquitto_passwd"), "-U", str(file)], capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode != 0:
            raise PasswordsError(f"mosquitto_passwd failed: {(done.stderr or done.stdout).strip()}")
        return _by_name(file.read_text(encoding="utf-8"))


def plain_lines(passwords: Mapping[str, str]) -> str:
    """Return the ``name:password`` lines that ``broker.password_file`` of a node holds."""
    return "".join(f"{node}:{password}\n" for node, password in passwords.items())


def write_private(path: Path, text: str, owner: str = "") -> None:
    """Write a file that nobody else can read, at no moment; replace an old one in one step.

    Args:
        path: of the file.
        text: its contents.
        owner: the user who gets it if we are root and there is such a user.
    """
    with durable_file.replacing(path) as fresh:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
        if owner and os.geteuid() == 0 and _exists(owner):
            account = pwd.getpwnam(owner)
            os.chown(fresh, account.pw_uid, account.pw_gid)


def add(nodes: Sequence[str], broker: Path, secret: Path, renew: Iterable[str] = ()) -> dict[str, Path]:
    """Make passwords for the nodes that have none, and the access list for all.

    Args:
        nodes: names of nodes that shall have a password.
        broker: folder of the broker's ``passwords`` and ``acl``.
        secret: folder of one secret file a node, ``<node>.password``.
        renew: nodes among them that get a new password even if they have one.

    Returns:
        The secret files that were written.

    Raises:
        PasswordsError: if a name is wrong, a folder cannot be written, or an existing password cannot be had again.
    """
    for node in nodes:
        check_name(node)
    try:
        return _add(nodes, broker, secret, set(renew))
    except OSError as error:
        raise PasswordsError(f"{error.filename}: {error.strerror}; run this with sudo") from error


def main(argv: list[str]) -> int:
    """Run the tool; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="giliran passwords", description="Make broker passwords and the access list. Existing ones stay."
    )
    parser.add_argument("nodes", nargs="+", metavar="NODE", help="role-n: hub-1 kiosk-1 display-1 keypad-1 web-1 …")
    parser.add_argument("--broker-dir", type=Path, default=BROKER_DIRECTORY, help=f"default: {BROKER_DIRECTORY}")
    parser.add_argument("--secrets-dir", type=Path, default=SECRETS_DIRECTORY, help=f"default: {SECRETS_DIRECTORY}")
    parser.add_argument("--renew", action="store_true", help="give the named nodes new passwords")
    arguments = parser.parse_args(argv)
    try:
        written = add(
            arguments.nodes, arguments.broker_dir, arguments.secrets_dir, arguments.nodes if arguments.renew else ()
        )
    except PasswordsError as error:
        print(f"giliran passwords: {error}", file=sys.stderr)
        return 1
    for node in arguments.nodes:
        print(f"{node}: {written[node]}" if node in written else f"{node}: has a password already, unchanged")
    if written:
        print("Now: systemctl reload mosquitto, and copy each file to its box, to the path in its [broker] table.")
    return 0


def _add(nodes: Sequence[str], broker: Path, secret: Path, renew: set[str]) -> dict[str, Path]:
    broker.mkdir(parents=True, exist_ok=True)
    secret.mkdir(parents=True, exist_ok=True)
    table = broker / "passwords"
    known = _by_name(table.read_text(encoding="utf-8")) if table.exists() else {}
    wanted = {node: new_password() for node in nodes if node not in known or node in renew}
    # Secrets first: if we are stopped in between, the node is not in the table yet and the next run mends it.
    written: dict[str, Path] = {}
    for node, password in wanted.items():
        written[node] = secret / f"{node}.password"
        write_private(written[node], plain_lines({node: password}), owner=f"giliran-{topics.role_of(node)}")
    if wanted:
        known |= hashed(wanted)
        write_private(table, "".join(f"{line}\n" for line in known.values()), owner="mosquitto")
    write_private(broker / "acl", render_acl(known), owner="mosquitto")
    return written


def _by_name(text: str) -> dict[str, str]:
    return {line.partition(":")[0]: line for line in text.splitlines() if line.strip() and line[0] != "#"}


def _exists(user: str) -> bool:
    return any(entry.pw_name == user for entry in pwd.getpwall())
