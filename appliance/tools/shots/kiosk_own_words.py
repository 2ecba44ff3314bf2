"""The kiosk of an office that words everything itself, for its pictures: texts as long as may be, in capitals."""

from __future__ import annotations

from appliance.tools.shots import scenes
from appliance.tools.shots.kiosk_states import TICKET, KioskStory


class WordedStory(KioskStory):
    """Walks through the screens on which an office's own words stand. Arguments as for ``KioskStory``."""

    def tell(self, *, slow: bool = False) -> None:  # noqa: ARG002  # none of them is slow
        """Picture each of them."""
        self._offer(scenes.USUAL, scenes.WORDED)
        self._finger.wait_screen("attract")
        self._prepare()
        self._take("attract-own")
        self._begin()
        self._take("services-own")
        self._confirm("s0", "confirm-own")
        self._ticket("ticket-own", "printed")
        self._printer.paper_out = True
        self._begin()
        self._confirm("s0", "")
        self._ticket("ticket-own-no-paper", "failed")
        self._printer.paper_out = False
        self._turn()
        self._offer(scenes.USUAL, scenes.WORDED_CLOSED)
        self._finger.wait_screen("closed")
        self._prepare()
        self._take("closed-own")
        self._offer(scenes.USUAL)
        self._finger.wait_screen("attract")

    def _turn(self) -> None:
        self._hub.say(scenes.WAITING)
        self._finger.wait_screen("attract")
        self._prepare()
        self._finger.scan(TICKET.format(number="A012"))
        self._finger.wait_screen("turn")
        self._take("turn-own")
        self._finger.tap("done")
        self._finger.wait_screen("attract")
