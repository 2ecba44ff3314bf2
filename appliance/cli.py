"""The ``giliran`` command: one verb a daemon or tool. Each role is imported only when it runs."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from appliance.node.config import DEFAULT_FILE

DAEMONS: Final = {
    "hub": ("appliance.hub.__main__", "the queue engine, the only writer"),
    "kiosk": ("kiosk.__main__", "the ticket kiosk"),
    "display": ("display.__main__", "the lobby display and its voice"),
    "keypad": ("counter_keypad.__main__", "the buttons and the lamp of one counter"),
}
TOOLS: Final = {
    "demo": ("appliance.tools.demo", "an office on this machine, with or without a screen"),
    "bench": ("appliance.tools.bench", "latency and throughput beside the raw limits"),
    "crash": ("appliance.tools.crash", "the hub killed again and again under load, then checked from outside"),
    "power-cut": ("appliance.tools.power_cut", "the power of a working store cut at any point, then a check"),
    "offline-hour": ("appliance.tools.offline_hour", "hours in which everything fails; everybody holds one number"),
    "history": ("appliance.tools.history", "the hub with a short past and with millions of tickets"),
    "shots": ("appliance.tools.shots", "every screen in every state, language and size, as pictures"),
    "simulate": ("appliance.tools.simulate", "a recorded morning, or made-up days, through the queue engine"),
    "capacity": ("appliance.tools.capacity", "what a number of counters makes of a load, in the long run"),
    "log": ("appliance.tools.log_reader", "prove the hub's log, or read it like a diary"),
    "backup": ("appliance.tools.backup_now", "prove the hub's log and back it up now"),
    "restore": ("appliance.tools.restore", "put a backup in the place of a damaged database"),
    "fake-printer": ("kiosk.fake_printer_tool", "a thermal printer on a pseudo terminal that shows its paper"),
    "ticket": ("kiosk.ticket_tool", "look at tickets, and check a layout of your own"),
    "lamp-page": ("counter_keypad.desk_page", "what a keypad's lamp says, on one page for the desk"),
    "number-display": ("counter_keypad.number_tool", "try the number display of a counter"),
    "say": ("appliance.speech.__main__", "try the voice and the loudspeaker"),
    "clips": ("appliance.speech.clips", "which words of a recorded voice are missing"),
    "soak": ("appliance.tools.soak", "thousands of calls through the real voice, or over the real board"),
    "passwords": ("appliance.tools.passwords", "make a broker password for each node of the configuration"),
    "staff-pin": ("appliance.node.pin", "make the line with the PIN of the staff"),
    "staff": ("appliance.tools.staff", "ask the hub for what concerns the whole office: time, practice, stops, rules"),
    "fuzz-wire": ("appliance.tools.wire_fuzz", "odd commands through the hub's own handler"),
    "wire": ("appliance.tools.wire_document", "print the wire contract as Markdown"),
}


def main() -> int:
    """Run one verb and return its exit code."""
    parser = argparse.ArgumentParser(prog="giliran", description="The queue appliance.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (_, help_text) in DAEMONS.items():
        daemon = verbs.add_parser(verb, help=help_text)
        daemon.add_argument("--config", type=Path, default=DEFAULT_FILE, help=f"default: {DEFAULT_FILE}")
    for verb, (_, help_text) in TOOLS.items():
        verbs.add_parser(verb, help=help_text, add_help=False)
    arguments, rest = parser.parse_known_args()
    if arguments.verb in TOOLS:
        return int(import_module(TOOLS[arguments.verb][0]).main(rest))
    if rest:
        parser.error(f"unknown arguments: {' '.join(rest)}")
    return int(import_module(DAEMONS[arguments.verb][0]).main(arguments.config))


if __name__ == "__main__":
    sys.exit(main())
