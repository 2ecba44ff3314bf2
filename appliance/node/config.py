"""Configuration files: ``giliran.toml`` and then ``conf.d/*.toml`` beside it, into frozen settings.

Each role declares its own settings structure and asks for its own section; a wrong key is reported with its file and
its path, so that a technician can mend it without reading code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import msgspec

DEFAULT_FILE: Final = Path("/etc/giliran/giliran.toml")
T = TypeVar("T")


class ConfigError(Exception):
    """A configuration file is missing, unreadable or wrong; the sentence names the file, the key and the fix."""


class BrokerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[broker]``: where mosquitto listens and who this box is there."""

    host: Annotated[str, msgspec.Meta(max_length=253)] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 1883
    password_file: str = ""
    """A file of ``name:password`` lines, readable by this daemon alone."""
    ca_file: str = ""
    """Set it to speak TLS."""

    def __post_init__(self) -> None:
        """Refuse a host that no resolver takes: the thread that serves the bus would die of it, again and again."""
        try:
            self.host.encode("idna")
        except UnicodeError as error:
            raise ValueError(f"host: {self.host!r} is no name or address of a machine ({error})") from error
        if not self.host.strip() or "\0" in self.host:
            raise ValueError("host is empty; name the machine on which mosquitto runs")


class Config:
    """All tables of the files read, later files winning key by key."""

    def __init__(self, tables: Mapping[str, Any], origin: Mapping[str, Path], files: list[Path]) -> None:
        self._tables = tables
        self._origin = origin
        self.files = files

    def section(self, name: str, kind: type[T]) -> T:
        """Return one top-level table as ``kind``, with its defaults where the files are silent.

        Raises:
            ConfigError: naming file, key and what was expected.
        """
        value = self._tables.get(name, {})
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise ConfigError(self._explain(name, str(error))) from error

    def has(self, name: str) -> bool:
        """Tell whether any file has this section."""
        return name in self._tables

    def _explain(self, name: str, problem: str) -> str:
        reason, _, path = problem.partition(" - at `$")
        key = name + path.rstrip("`")
        file = self._origin.get(name, self.files[-1] if self.files else DEFAULT_FILE)
        if "unknown field" in reason:
            unknown = reason.rpartition("`")[0].rpartition("`")[2]
            return f"{file}: {key}.{unknown} is not a known key; correct its spelling or remove it"
        return f"{file}: {key}: {reason[:1].lower()}{reason[1:]}"


def file_of(role: str) -> Path:
    """Return where docs/install.md puts the configuration of a box's ``hub``, ``kiosk``, ``display`` or ``keypad``."""
    return DEFAULT_FILE.with_name(f"{role}.toml")


def load(file: Path = DEFAULT_FILE) -> Config:
    """Read ``file`` and every ``*.toml`` in ``conf.d`` beside it, in the order of their names.

    Raises:
        ConfigError: if the file is absent or is not TOML.
    """
    if not file.is_file():
        raise ConfigError(f"{file}: no such file; docs/install.md has examples; name another file with --config")
    tables: dict[str, Any] = {}
    origin: dict[str, Path] = {}
    files = [file, *sorted((file.parent / "conf.d").glob("*.toml"))]
    for path in files:
        try:
            parsed = tomllib.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:  # no TOML, no text, or a number that is too long to be one
            raise ConfigError(f"{path}: {error}") from error
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
        for key, value in parsed.items():
            origin[key] = path
            tables[key] = _merge(tables.get(key), value)
    return Config(tables, origin, files)


def password_of(node: str, broker: BrokerSettings) -> str:
    """Return the broker password of ``node``.

    Raises:
        ConfigError: if the password file is absent, unreadable or has no line for this node.
    """
    if not broker.password_file:
        raise ConfigError("broker.password_file is not set; docs/install.md has examples")
    path = Path(broker.password_file)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise ConfigError(f"broker.password_file: {path} does not exist; run `giliran passwords` on the hub") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"broker.password_file: {path} is not a text ({error}); copy it anew from the hub") from error
    except OSError as error:
        raise ConfigError(
            f"broker.password_file: {path} cannot be read ({error.strerror}); it has to belong to the daemon's user, "
            "and a command that needs it is run with sudo"
        ) from error
    for line in lines:
        name, _, password = line.strip().partition(":")
        if name == node and password:
            return password
    raise ConfigError(f"{path}: has no password for {node}; run `giliran passwords` on the hub and copy its line here")


def _merge(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merge(old.get(key), value) for key, value in new.items()}}
    return new
