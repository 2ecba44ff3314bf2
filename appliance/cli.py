"""The ``giliran`` command: daemons, errands on a box, and the tools of developers; each imported only when it runs."""

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
    "web": ("appliance.web.__main__", "the office in a browser: counters, front desk, settings, live wall"),
}
VERBS: Final = {
    "staff": ("appliance.verbs.staff", "ask the hub for what concerns the whole office: time, practice, stops, rules"),
    "people": ("appliance.verbs.people", "the accounts of staff: the first administrator's code, passwords, roles"),
    "staff-pin": ("appliance.node.pin", "make the line with the PIN of the staff"),
    "passwords": ("appliance.verbs.passwords", "make a broker password for each node of the configuration"),
    "backup": ("appliance.verbs.backup", "prove the hub's log and back it up now"),
    "restore": ("appliance.verbs.restore", "put a backup in the place of a damaged database"),
    "log": ("appliance.verbs.log", "prove the hub's log, or read it like a diary"),
    "report": ("appliance.verbs.report", "the figures of a day, week, month, year or span: text, CSV, JSON, XLSX, PDF"),
    "simulate": ("appliance.verbs.simulate", "a recorded morning, or made-up days, through the queue engine"),
    "capacity": ("appliance.verbs.capacity", "what a number of counters makes of a load, in the long run"),
    "what-if": ("appliance.verbs.what_if", "the office's own days in another office, and the smallest roster"),
    "accuracy": ("appliance.verbs.accuracy", "what the office foretold on past days, against what happened"),
    "lamp-page": ("counter_keypad.desk_page", "what a keypad's lamp says, on one page for the desk"),
    "number-display": ("counter_keypad.number_tool", "try the number display of a counter"),
    "say": ("appliance.speech.__main__", "try the voice and the loudspeaker"),
    "clips": ("appliance.speech.clips", "which words of a recorded voice are missing"),
    "ticket": ("kiosk.workshop.ticket_tool", "look at tickets, and check a layout of your own"),
    "fake-printer": ("kiosk.workshop.fake_printer_tool", "a thermal printer on a pseudo terminal that shows its paper"),
}
"""What a technician or a head of office uses on a box."""
TOOLS: Final = {
    "demo": ("appliance.tools.demo.demo", "an office on this machine, with or without a screen"),
    "bench": ("appliance.tools.bench.bench", "latency and throughput beside the raw limits"),
    "shots": ("appliance.tools.shots.shots", "every screen in every state, language and size, as pictures"),
    "crash": ("appliance.tools.proofs.crash", "the hub killed again and again under load, then checked from outside"),
    "power-cut": ("appliance.tools.proofs.power_cut", "the power of a working store cut at any point, then a check"),
    "offline-hour": ("appliance.tools.proofs.offline_hour", "hours in which all fails; everybody holds one number"),
    "history": ("appliance.tools.proofs.history", "the hub with a short past and with millions of tickets"),
    "past-rows": ("appliance.tools.proofs.past_rows", "a million old tickets, and how their rows for reports are made"),
    "soak": ("appliance.tools.proofs.soak", "thousands of calls through the real voice, or over the real board"),
    "fuzz-wire": ("appliance.tools.proofs.wire_fuzz", "odd commands through the hub's own handler"),
    "pages": ("appliance.tools.pages.pages", "write the pages of docs/ that are made from the code"),
}
"""What only developers use; ``./dev`` runs most of them."""


def main() -> int:
    """Run one verb and return its exit code."""
    parser = argparse.ArgumentParser(prog="giliran", description="The queue appliance.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (_, help_text) in DAEMONS.items():
        daemon = verbs.add_parser(verb, help=help_text)
        daemon.add_argument("--config", type=Path, default=DEFAULT_FILE, help=f"default: {DEFAULT_FILE}")
    others = VERBS | TOOLS
    for verb, (_, help_text) in others.items():
        verbs.add_parser(verb, help=help_text, add_help=False)
    arguments, rest = parser.parse_known_args()
    if arguments.verb in others:
        return int(import_module(others[arguments.verb][0]).main(rest))
    if rest:
        parser.error(f"unknown arguments: {' '.join(rest)}")
    return int(import_module(DAEMONS[arguments.verb][0]).main(arguments.config))


if __name__ == "__main__":
    sys.exit(main())
