"""What a disk may hold after a power cut: the recorded writes of a real process, cut at any point.

The model is the strictest that a file system is allowed to be. What was synced is there. Of what was not, any part may
be: each write whole, not at all or torn between sectors of 512 bytes; each change of a length or a name done or not.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

SECTOR: Final = 512
CALLS: Final = "openat,pwrite64,write,fdatasync,fsync,ftruncate,unlink,rename"
_LINE: Final = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
_FD: Final = re.compile(r"^\d+<([^>]*)>")
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


class ReplayError(Exception):
    """The recording cannot be used; the sentence says why."""


class Op(msgspec.Struct, frozen=True):
    """One thing that the process did: write, truncate, create, unlink, rename, sync or say (on standard output).

    ``data``: what was written, said, or (rename) the new name.
    """

    what: str
    name: str = ""
    data: bytes = b""
    at: int = 0


def record(command: list[str], directory: Path) -> list[Op]:
    """Run ``command`` under strace and return what it did to the files in ``directory``, and what it said.

    Raises:
        ReplayError: if it fails, or the record does not look as expected.
    """
    trace = directory.with_name(f"{directory.name}.strace")
    strace = ["strace", "-f", "-y", "-xx", "-s", "1048576", "-e", f"trace={CALLS}", "-o", str(trace), *command]
    done = subprocess.run(strace, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise ReplayError(f"the recorded process ended with {done.returncode}: {done.stderr[-500:]}")
    with trace.open(encoding="ascii") as lines:
        found = [op for line in lines for op in _ops(line, str(directory))]
    trace.unlink()
    return found


class Disk:
    """Files of one folder, as the recorded process left them after some of its operations."""

    def __init__(self) -> None:
        self._durable: dict[str, _File] = {}
        self._names: list[dict[str, _File | None]] = []
        self._now: dict[str, _File] = {}

    def do(self, op: Op) -> None:
        """Apply one operation."""
        if op.what == "create":
            if op.name not in self._now:
                self._now[op.name] = _File()
                self._names.append({op.name: self._now[op.name]})
        elif op.what == "unlink":
            del self._now[op.name]
            self._names.append({op.name: None})
        elif op.what == "rename":
            # Both names change together, or neither does.
            file = self._now[op.data.decode()] = self._now.pop(op.name)
            self._names.append({op.name: None, op.data.decode(): file})
        elif op.what == "sync" and not op.name:
            for change in self._names:
                _rename(self._durable, change)
            self._names = []
        elif op.what == "sync":
            self._now[op.name].sync()
        elif op.what in ("write", "truncate"):
            self._now[op.name].pending.append(op)

    def cut(self, chance: random.Random | None) -> dict[str, bytes]:
        """Return what is found after a power cut now: by chance, or (None) nothing that was not synced."""
        kept = dict(self._durable)
        for change in self._names:
            if chance is not None and chance.random() < 0.5:
                _rename(kept, change)
        return {name: file.after_cut(chance) for name, file in kept.items()}


class _File:
    def __init__(self) -> None:
        self.pending: list[Op] = []
        self._synced = bytearray()

    def sync(self) -> None:
        for op in self.pending:
            _apply(self._synced, op)
        self.pending = []

    def after_cut(self, chance: random.Random | None) -> bytes:
        content = bytearray(self._synced)
        if chance is not None:
            for op in self.pending:
                fate = chance.random()
                if fate < 0.4:
                    _apply(content, op)
                elif fate < 0.7 and op.what == "write":
                    for part in _sectors(op):
                        if chance.random() < 0.5:
                            _apply(content, part)
        return bytes(content)


def _rename(names: dict[str, _File], change: dict[str, _File | None]) -> None:
    for name, file in change.items():
        names.pop(name, None)
        if file is not None:
            names[name] = file


def _apply(content: bytearray, op: Op) -> None:
    if op.what == "truncate":
        del content[op.at :]
        content.extend(bytes(op.at - len(content)))
        return
    content.extend(bytes(max(0, op.at - len(content))))
    content[op.at : op.at + len(op.data)] = op.data


def _sectors(op: Op) -> Iterator[Op]:
    begin = 0
    while begin < len(op.data):
        end = min(len(op.data), (op.at + begin) // SECTOR * SECTOR + SECTOR - op.at)
        yield Op("write", op.name, op.data[begin:end], op.at + begin)
        begin = end


def _ops(line: str, directory: str) -> Iterator[Op]:
    found = _LINE.search(line)
    if found is None or int(found[3]) < 0:
        return
    call, arguments, result = found[1], found[2], int(found[3])
    texts = _TEXT.findall(arguments)
    if any(cut for _, cut in texts):
        raise ReplayError(f"strace shortened a {call}")
    text = _bytes(texts[0][0]) if texts else b""
    if call in ("openat", "unlink", "rename"):
        yield from _name_ops(call, arguments, [_within(_bytes(path).decode(), directory) for path, _ in texts])
        return
    descriptor = _FD.search(arguments)
    path = _bytes(descriptor[1]).decode() if descriptor else ""
    name = _within(path, directory)
    if call == "write" and arguments.startswith("1<"):
        yield Op("say", data=text)
    elif call in ("fsync", "fdatasync") and (name or path == directory):
        yield Op("sync", name)
    elif name and call == "pwrite64":
        yield Op("write", name, text[:result], int(arguments.rpartition(", ")[2]))
    elif name and call == "ftruncate":
        yield Op("truncate", name, at=int(arguments.rpartition(", ")[2]))
    elif name and call == "write":
        raise ReplayError(f"{name} was written without a position")


def _name_ops(call: str, arguments: str, names: list[str]) -> Iterator[Op]:
    if not names or not all(names):
        return
    if call == "rename":
        yield Op("rename", names[0], names[1].encode())
    elif call == "unlink":
        yield Op("unlink", names[0])
    elif "O_CREAT" in arguments:
        yield Op("create", names[0])
        if "O_TRUNC" in arguments:
            yield Op("truncate", names[0])


def _within(path: str, directory: str) -> str:
    # The shared-memory index of the write-ahead log is made anew from it; a power cut takes it along.
    inside = path.startswith(f"{directory}/") and not path.endswith("-shm")
    return path[len(directory) + 1 :] if inside else ""


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
