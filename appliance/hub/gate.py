"""Who somebody is that asks with a PIN: by their own number, or by the office's PIN where those do not count yet."""

from __future__ import annotations

import logging
from typing import Final

from appliance.engine.refusal import Refusal
from appliance.hub.office_time import EARLIEST_MS, LATEST_MS, OfficeClock
from appliance.hub.staff_pins import StaffPins
from appliance.node.pin import Door
from appliance.people import GRANTS, Permission, may
from appliance.store.accounts import NotLetIn, Person
from appliance.store.database import StorageFault
from appliance.wire.messages import Identify, Vouch

log = logging.getLogger(__name__)

AT_KIOSK: Final = (Permission.KIOSK_STAFF, Permission.CLOCK_VOUCH)
"""What is told to a kiosk of what somebody may do: there is nothing else to do there."""


class Gate:
    """Lets staff in.

    Args:
        clock: the hub's own.
        door: knows the office's PIN; None if there is none.
        pins: knows everybody's; None if there are no accounts.
    """

    def __init__(self, clock: OfficeClock, door: Door | None, pins: StaffPins | None) -> None:
        self._clock = clock
        self._door = door
        self._pins = pins

    def enters(self, body: Identify, node: str) -> Person | Refusal:
        """Return who opens a kiosk's staff screen."""
        return self._by_number(body.number, body.pin, node, Permission.KIOSK_STAFF)

    def vouches(self, body: Vouch, node: str) -> str | Refusal:
        """Return the name of who says what time it is, if that can be."""
        who = self._who_vouches(body, node)
        if isinstance(who, str) and body.at < EARLIEST_MS:
            return Refusal("time_passed", "This is before any office had this queue; check date and time.")
        if isinstance(who, str) and body.at >= LATEST_MS:
            return Refusal("time_far", "No office has this queue so late; check the year.")
        return who

    def _who_vouches(self, body: Vouch, node: str) -> str | Refusal:
        if body.number is not None:
            person = self._by_number(body.number, body.pin, node, Permission.CLOCK_VOUCH)
            return person if isinstance(person, Refusal) else person.name
        if self._pins is not None and self._pins.exist():
            return Refusal("number_needed", "Staff have numbers here; say yours, and your own PIN.")
        return self._pin_refusal(body.pin, f"{node} {body.officer}") or body.officer

    def _by_number(self, number: str, pin: str, node: str, wanted: Permission) -> Person | Refusal:
        if self._pins is None or not self._pins.exist():
            return Refusal("no_numbers", "Nobody who may set the time has a PIN yet; see `giliran people`.")
        try:
            person = self._pins.identify(number, pin, node)
        except StorageFault as error:
            return Refusal("no_accounts", str(error))
        except NotLetIn as error:
            if error.code != "wait":
                log.warning("%s gave a wrong PIN for staff number %s", node, number)
            return self._wrong("wrong_number", "The number or the PIN is wrong.", error.wait_ms)
        if not may(person.role, wanted):
            return Refusal("not_permitted", f"A {person.role.value} may not do this.")
        return person

    def _pin_refusal(self, pin: str, actor: str) -> Refusal | None:
        if self._door is None:
            return Refusal("no_pin", "No PIN is set: run `giliran staff-pin` on the hub, and put its line into [hub].")
        now = self._clock.monotonic_ms()
        if self._door.knock(pin, now) == "open":
            return None
        log.warning("%s gave a wrong PIN", actor)
        return self._wrong("wrong_pin", "The PIN is wrong.", self._door.wait_ms(now))

    def _wrong(self, code: str, sentence: str, wait_ms: int) -> Refusal:
        advice = f"Wait {-(-wait_ms // 1000)} seconds, then try again." if wait_ms else sentence
        return Refusal(code, advice, int(wait_ms * self._clock.rate))


def may_at_kiosk(person: Person) -> tuple[str, ...]:
    """Return what somebody may do at a kiosk."""
    return tuple(permission.value for permission in AT_KIOSK if permission in GRANTS[person.role])
