"""What a technician reads about a kiosk's own numbers on its status (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.wire.messages import Catalogue, Part
from kiosk.ledger import Ledger
from kiosk.offline import parts

NAME = "offline"


def health(node: str, fault: str, catalogue: Catalogue | None, ledger: Ledger) -> Part:
    """Return the health of the kiosk's own series.

    Args:
        node: this kiosk's name.
        fault: why nothing can be kept; empty while it can.
        catalogue: whose lease is in force, if any.
        ledger: what was printed and handed over.
    """
    wrong = [*_storage(fault, ledger.unreadable), *_refused(ledger), *_left_over(ledger)]
    outstanding = [number for number in ledger.outstanding() if number not in ledger.aside]
    waiting = [f"not handed over yet: {ranges(outstanding)}"] if outstanding else []
    if wrong:
        return Part(NAME, "fault", "; ".join([*wrong, *waiting]))
    if catalogue is None or not catalogue.lease.ends_at:
        words = "no numbers while the hub is away: it has not given leave for today yet"
        return Part(NAME, "unknown", "; ".join([words, *waiting]))
    if node not in catalogue.lease.letters:
        words = f"no numbers while the hub is away: give {node} a letter in [office.kiosks]"
        return Part(NAME, "missing", "; ".join([words, *waiting]))
    return Part(NAME, "ok", "; ".join(waiting))


def ranges(numbers: Iterable[str]) -> str:
    """Return numbers in few words: ``AX01-AX07, BX02``."""
    found: list[list[str]] = []
    for number in numbers:
        prefix, count = parts(number)
        if found and parts(found[-1][-1]) == (prefix, count - 1):
            found[-1] = [found[-1][0], number]
        else:
            found.append([number])
    return ", ".join("-".join(run) for run in found)


def _storage(fault: str, unreadable: int) -> list[str]:
    words = [f"no numbers while the hub is away: {fault}"] if fault else []
    return [*words, f"{unreadable} records of the journal cannot be read"] if unreadable else words


def _refused(ledger: Ledger) -> list[str]:
    codes = dict.fromkeys(ledger.aside.values())
    aside = {code: [number for number, why in ledger.aside.items() if why == code] for code in codes}
    words = [f"refused by the hub as {code}, and kept: {ranges(numbers)}" for code, numbers in aside.items()]
    return [*words, f"the hub refuses them for now: {ledger.refusal}"] if ledger.refusal and not aside else words


def _left_over(ledger: Ledger) -> list[str]:
    if not ledger.left_over:
        return []
    return [f"of the last day, never handed over: {ranges(ledger.left_over)}"]
