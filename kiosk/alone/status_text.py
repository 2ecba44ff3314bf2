"""What a kiosk's status says about its own numbers (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.texts.parts import PartFault
from appliance.wire.messages import Catalogue, Part
from kiosk.alone.lease import parts
from kiosk.alone.ledger import Ledger


def health(node: str, fault: PartFault | None, catalogue: Catalogue | None, ledger: Ledger) -> list[Part]:
    """Return the health of the kiosk's own series: what is wrong, or how it stands, and then what is not handed over.

    Args:
        node: this kiosk's name.
        fault: why nothing can be kept; None while it can.
        catalogue: whose lease is in force, if any.
        ledger: what was printed and handed over.
    """
    found = [*_storage(fault, ledger.unreadable), *_refused(ledger), *_left_over(ledger)]
    if not found:
        found = _lease(node, catalogue)
    outstanding = [number for number in ledger.outstanding() if number not in ledger.aside]
    if outstanding:
        found.append(Part("offline", "ok", "waiting", {"numbers": ranges(outstanding)}))
    return found or [Part("offline", "ok")]


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


def _lease(node: str, catalogue: Catalogue | None) -> list[Part]:
    if catalogue is None or not catalogue.lease.ends_at:
        return [Part("offline", "unknown", "no_leave_yet")]
    if node not in catalogue.lease.letters:
        return [Part("offline", "missing", "no_letter", {"node": node})]
    return []


def _storage(fault: PartFault | None, unreadable: int) -> list[Part]:
    found = [Part("offline", "fault", fault.code, fault.values)] if fault else []
    return [*found, Part("offline", "fault", "unreadable", {"count": str(unreadable)})] if unreadable else found


def _refused(ledger: Ledger) -> list[Part]:
    codes = dict.fromkeys(ledger.aside.values())
    aside = {code: ranges(number for number, why in ledger.aside.items() if why == code) for code in codes}
    if ledger.refusal and not aside:
        return [Part("offline", "fault", "refused_now", {"reason": ledger.refusal})]
    return [Part("offline", "fault", "refused", {"reason": code, "numbers": given}) for code, given in aside.items()]


def _left_over(ledger: Ledger) -> list[Part]:
    if not ledger.left_over:
        return []
    return [Part("offline", "fault", "left_over", {"numbers": ranges(ledger.left_over)})]
