"""``giliran fake-printer``: the double of a printer, run by hand, with faults to plant from the keyboard."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import Final

from kiosk.workshop.fake_printer import PtyPrinter

HELP: Final = """commands:
  paper out | paper low | paper ok     the roll
  cover open | cover closed            the cover
  offline | online                     a key that was pressed on it
  jam | free                           the cutter
  silent | garbage | mumble | talk     status: none, nonsense, half of it, proper
  lag | print                          a ticket that has come is not on paper yet; now it is
  overhear                             status also in the middle of a picture
  slow N | stall | run                 bytes a second; reading nothing; full speed
  runs out N                           the paper, after N more bytes
  vanish N | unplug | plug             pull the cable after N more bytes, now; put it back
  drops N | stays                      off the bus at each cut, for N milliseconds; no longer
  status | help | quit
"""


def main(argv: list[str]) -> int:
    """Run a printer by hand: print its device, say where each ticket's picture is, take faults on standard input."""
    parser = argparse.ArgumentParser(prog="giliran fake-printer", description=main.__doc__)
    parser.add_argument("--directory", type=Path, help="where tickets are kept; default: a new temporary folder")
    parser.add_argument("--paper", type=int, choices=(80, 58), default=80, help="width of the roll in millimetres")
    arguments = parser.parse_args(argv)
    directory = arguments.directory or Path(tempfile.mkdtemp(prefix="giliran-printer-"))

    def said(index: int, data: bytes, _: int) -> None:
        _say(f"ticket {index + 1}: {len(data)} bytes, {directory / f'{index + 1:03}.png'}")

    with PtyPrinter(directory, paper_mm=arguments.paper, on_ticket=said, pictures=True) as printer:
        _say(f"printer: {printer.path}\n{HELP}")
        with contextlib.suppress(KeyboardInterrupt):
            for line in sys.stdin:
                words = line.split()
                if words == ["quit"]:
                    break
                if words:
                    _say(obey(printer, words))
    return 0


def obey(printer: PtyPrinter, words: list[str]) -> str:
    """Plant or lift one fault, as typed; return what to say."""
    faults: dict[str, dict[str, object]] = {
        "paper out": {"paper_out": True},
        "paper low": {"paper_out": False, "near_end": True},
        "paper ok": {"paper_out": False, "near_end": False},
        "cover open": {"cover_open": True},
        "cover closed": {"cover_open": False},
        "silent": {"silent": True},
        "lag": {"lags": True},
        "print": {"lags": False},
        "offline": {"offline": True},
        "online": {"offline": False},
        "jam": {"jammed": True},
        "free": {"jammed": False},
        "garbage": {"garbage": True, "silent": False},
        "mumble": {"mumbles": True, "silent": False},
        "talk": {"garbage": False, "silent": False, "mumbles": False, "overhears": False},
        "overhear": {"overhears": True},
        "stall": {"stalled": True},
        "stays": {"drops_at_cut": None},
        "run": {"stalled": False, "bytes_per_second": 0},
    }
    command = " ".join(words)
    number = int(words[-1]) if words[-1].isdecimal() else None
    if command in faults:
        for name, value in faults[command].items():
            setattr(printer, name, value)
    elif words[0] == "slow" and number:
        printer.bytes_per_second = number
    elif words[0] == "drops" and number is not None:
        printer.drops_at_cut = number / 1000
    elif words[0] == "vanish" and number:
        printer.vanish_after = number
    elif words[:2] == ["runs", "out"] and number:
        printer.paper_left = number
    elif command == "unplug":
        printer.unplug()
    elif command == "plug":
        printer.plug()
    elif command != "status":
        return HELP
    states = (
        "paper_out",
        "near_end",
        "cover_open",
        "offline",
        "jammed",
        "silent",
        "garbage",
        "mumbles",
        "overhears",
        "stalled",
    )
    said = " ".join(f"{name}={getattr(printer, name)}" for name in states)
    return f"{len(printer.tickets())} tickets, {len(printer.scraps)} scraps; {said} speed={printer.bytes_per_second}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
