"""An office on one machine, out of real parts: Giliran's own broker configuration, real passwords, real processes.

The demonstration, the measurements, the pictures and the tests all stand on it. Nothing outlives it: not after an
exception, SIGINT or SIGTERM, and not after a SIGKILL of the process that holds it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final, Self

from appliance.node.asker import Asker
from appliance.node.config import BrokerSettings
from appliance.node.polling import limit
from appliance.verbs import passwords
from appliance.wire import topics

HOST: Final = "127.0.0.1"
STOP_SECONDS: Final = 5.0
START_SECONDS: Final = 15.0
PORTS: Final = range(20_000, 32_000)
"""Below the range that the kernel gives to outgoing connections, so that a stopped broker can have its port again."""

TAP: Final = "observer-rig"
"""Every rig has this user, who hears commands and replies as well. In an office nobody does."""

_CONNECT: Final = bytes.fromhex("10 0c 0004 4d515454 04 02 0005 0000")
"""MQTT 3.1.1 CONNECT, clean session, no name (OASIS MQTT 3.1.1, section 3.1). Even a refusal is proof of life."""


class RigError(Exception):
    """The office could not be set up; the sentence says why, with the end of the log."""


class Process:
    """One running program of the rig, in its own process group.

    Args:
        name: of the node.
        popen: the started program.
        log: where its output goes.
    """

    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    @property
    def pid(self) -> int:
        """The process id."""
        return self._popen.pid

    def running(self) -> bool:
        """Tell whether it still runs."""
        return self._popen.poll() is None

    def output(self) -> str:
        """Return everything it has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float) -> int:
        """Wait for its end and return its exit code; raises ``subprocess.TimeoutExpired``."""
        return self._popen.wait(limit(seconds))

    def signal(self, number: int) -> None:
        """Send it a signal, such as SIGSTOP; nothing happens if it has ended."""
        self._popen.send_signal(number)

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Ask it to end, and kill it and its children after ``seconds``. Return the exit code."""
        self._popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(limit(seconds))
        return self.kill()

    def kill(self) -> int:
        """Kill it and its children (SIGKILL); return the exit code."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        return self._popen.wait(limit(STOP_SECONDS))


class Rig:
    """A context manager: a broker with users for ``nodes``, and a place to start daemons in.

    Args:
        directory: made if need be; everything is written below it.
        nodes: every node name that will connect.
    """

    def __init__(self, directory: Path, nodes: Sequence[str]) -> None:
        self.directory = directory.absolute()
        self.nodes = list(dict.fromkeys(nodes))
        self.port = 0
        self._passwords = {node: passwords.new_password() for node in (*self.nodes, TAP)}
        self._broker: Process | None = None
        self._processes: dict[str, Process] = {}
        # A child dies with the *thread* that started it (man 2 prctl, PR_SET_PDEATHSIG), so one thread starts them all.
        self._starter = ThreadPoolExecutor(1, "rig")
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Write the broker's files, start it, and wait until it answers."""
        self._take_signals(_leave)
        atexit.register(self.close)
        try:
            self._write_broker_files()
            self._start_on_a_free_port()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """End everything, the last started first, the broker at the end."""
        self.close()

    def close(self) -> None:
        """End everything; harmless if done already."""
        atexit.unregister(self.close)
        self._take_signals(signal.SIG_IGN)
        try:
            _end([*reversed(self._processes.values())])
            self._processes.clear()
            self.stop_broker()
        finally:
            self._starter.shutdown()
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            self._handlers.clear()

    # -- the broker ------------------------------------------------------------------------------------------------

    def broker_settings(self) -> BrokerSettings:
        """Return what a node needs to connect."""
        return BrokerSettings(host=HOST, port=self.port, password_file=str(self.directory / "nodes.password"))

    def password(self, node: str) -> str:
        """Return the broker password of ``node``."""
        return self._passwords[node]

    def asker(self, node: str) -> Asker:
        """Return a node that asks the hub, to be closed by whoever got it."""
        return Asker(node, self.password(node), self.broker_settings(), "asker")

    @property
    def broker_pid(self) -> int:
        """The process id of the running broker."""
        assert self._broker is not None  # noqa: S101  # it has been started
        return self._broker.pid

    def start_broker(self) -> None:
        """Start the broker if it is not running, and wait until it answers.

        Raises:
            RigError: if it does not; with the end of its log.
        """
        if self._broker is not None and self._broker.running():
            return
        config = self.directory / "broker" / "mosquitto.conf"
        broker = self._broker = self._start("broker", [passwords.program("mosquitto"), "-c", str(config)], None)
        deadline = time.monotonic() + limit(START_SECONDS)
        while not _speaks_mqtt(self.port):
            if not broker.running() or time.monotonic() > deadline:
                raise RigError(f"mosquitto does not answer on port {self.port}: {broker.output()[-500:]}")
            time.sleep(0.01)
        if not broker.running():
            raise RigError(f"another program answers on port {self.port}")

    def stop_broker(self) -> None:
        """Stop the broker in an orderly way."""
        if self._broker is not None:
            self._broker.stop()
            self._broker = None

    def kill_broker(self) -> None:
        """Kill the broker (SIGKILL), as a power cut would."""
        if self._broker is not None:
            self._broker.kill()
            self._broker = None

    def restart_broker(self) -> None:
        """Stop and start the broker, on the same port."""
        self.stop_broker()
        self.start_broker()

    # -- the daemons -----------------------------------------------------------------------------------------------

    def write_config(self, name: str, tables: Mapping[str, Any]) -> Path:
        """Write ``<directory>/<name>/giliran.toml`` and return its path.

        Args:
            name: of the node.
            tables: the sections; ``[broker]`` is added if it is not among them.
        """
        broker = self.broker_settings()
        own = {"broker": {"host": broker.host, "port": broker.port, "password_file": broker.password_file}}
        path = self.directory / name / "giliran.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_toml({**own, **tables}), encoding="utf-8")
        return path

    def spawn(self, verb: str, config: Path, *, env: Mapping[str, str] | None = None) -> Process:
        """Start ``giliran <verb> --config <config>``; the node's name is that of the folder of ``config``.

        Args:
            verb: hub, kiosk, display or keypad.
            config: as ``write_config`` returned it.
            env: variables on top of our own.

        Raises:
            RigError: if a process of this name is running.
        """
        name = config.parent.name
        old = self._processes.pop(name, None)
        if old is not None and old.running():
            self._processes[name] = old
            raise RigError(f"{name} is running already")
        command = [sys.executable, "-m", "appliance.cli", verb, "--config", str(config)]
        process = self._processes[name] = self._start(name, command, env)
        return process

    def process(self, name: str) -> Process:
        """Return the process that was last started under ``name``."""
        return self._processes[name]

    # -- inside ----------------------------------------------------------------------------------------------------

    def _start(self, name: str, command: list[str], env: Mapping[str, str] | None) -> Process:
        log = self.directory / "logs" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)

        def start() -> subprocess.Popen[bytes]:
            with log.open("ab") as output:
                return subprocess.Popen(
                    ["setpriv", "--pdeathsig", "TERM", "--", *command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    process_group=0,
                    env={**os.environ, **(env or {})},
                )

        return Process(name, self._starter.submit(start).result(), log)

    def _write_broker_files(self) -> None:
        broker = self.directory / "broker"
        (broker / "conf.d").mkdir(parents=True, exist_ok=True)
        passwords.write_private(self.directory / "nodes.password", passwords.plain_lines(self._passwords))
        lines = passwords.hashed(self._passwords).values()
        passwords.write_private(broker / "passwords", "".join(f"{line}\n" for line in lines))
        tap = f"topic read {topics.ROOT}/#\n"  # behind the block of the last name
        passwords.write_private(broker / "acl", passwords.render_acl([*self.nodes, TAP]) + tap)

    def _start_on_a_free_port(self) -> None:
        for attempts_left in reversed(range(5)):
            self.port = _free_port()
            broker = self.directory / "broker"
            template = (passwords.broker_config() / "mosquitto.conf").read_text(encoding="utf-8")
            changes = {
                "listener": f"{self.port} {HOST}",
                # Started by root it would become another user, who cannot read our files. Others stay who they are.
                "user": "root" if os.geteuid() == 0 else "mosquitto",
                "password_file": str(broker / "passwords"),
                "acl_file": str(broker / "acl"),
                "include_dir": str(broker / "conf.d"),
            }
            (broker / "mosquitto.conf").write_text(adapt(template, changes), encoding="utf-8")
            try:
                return self.start_broker()
            except RigError as error:
                # Somebody may have taken the port since we looked.
                self.kill_broker()
                if not attempts_left or "in use" not in str(error):
                    raise
        return None

    def _take_signals(self, handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        if handler is _leave:
            # Whoever minds SIGTERM already goes on doing so; SIGINT raises KeyboardInterrupt by itself.
            if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
                self._handlers[signal.SIGTERM] = signal.signal(signal.SIGTERM, handler)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            self._handlers.setdefault(number, signal.getsignal(number))
            signal.signal(number, handler)


def adapt(template: str, changes: Mapping[str, str]) -> str:
    """Give settings of a mosquitto configuration other values.

    Raises:
        RigError: if a setting does not stand in ``template`` exactly once, for then the shipped file has changed.
    """
    for key, value in changes.items():
        lines = template.split("\n")
        found = [number for number, line in enumerate(lines) if line.split(" ")[0] == key]
        if len(found) != 1:
            raise RigError(f"mosquitto.conf has {len(found)} lines with {key!r}; it should have one")
        lines[found[0]] = f"{key} {value}"
        template = "\n".join(lines)
    return template


def to_toml(tables: Mapping[str, Any]) -> str:
    """Write TOML: tables of strings, numbers, booleans, lists and further tables. None is left out."""
    simple = [f"{_key(key)} = {_value(value)}" for key, value in tables.items() if not _is_table(value)]
    parts = ["\n".join(simple)] if simple else []
    for key, value in tables.items():
        if _is_table(value):
            lines = [f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None]
            parts.append("\n".join([f"[{_key(key)}]", *lines]))
    return "\n\n".join(parts) + "\n"


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None) + "}"
    if isinstance(value, str):
        # A JSON string is a TOML string, except for one control character (TOML 1.0, "String").
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, Path):
        return _value(str(value))
    if isinstance(value, Sequence):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} has no place in a configuration file")


def _end(processes: list[Process]) -> None:
    """Ask all to end, in this order, and kill those that have not done so in time, with their children."""
    for process in processes:
        if process.running():
            process.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        process.kill()


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _free_port() -> int:
    for port in random.sample(PORTS, 1000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise RigError(f"no free port on {HOST}")


def _speaks_mqtt(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), 1.0) as connection:
            connection.sendall(_CONNECT)
            return connection.recv(4)[:1] == b"\x20"
    except OSError:
        return False
