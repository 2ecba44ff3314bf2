"""``./dev soak voice`` and ``./dev soak board``: thousands of calls in accelerated time, counted from outside."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Final

SOAKS: Final = {"voice": "appliance.tools.proofs.soak_voice", "board": "appliance.tools.proofs.soak_board"}


def main(arguments: list[str]) -> int:
    """Run one soak; return 0 if all is as it should be."""
    parser = argparse.ArgumentParser(prog="dev soak", description="Thousands of calls, counted from outside.")
    parser.add_argument("what", choices=SOAKS)
    return int(import_module(SOAKS[parser.parse_args(arguments[:1]).what]).main(arguments[1:]))
