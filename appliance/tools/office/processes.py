"""What the kernel tells of other processes (man 5 proc): their children, and what they hold in memory."""

from __future__ import annotations

from pathlib import Path


def child_of(pid: int, program: bytes) -> int | None:
    """Return the child of a process whose command line names ``program``, if one runs now."""
    children: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += [int(child) for child in file.read_text(encoding="ascii").split()]
        except OSError:
            continue  # the thread has ended
    return next((child for child in children if program in _command_line(child)), None)


def resident_mb(pid: int) -> float:
    """Return what a process holds in memory, in MB (VmRSS); 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
