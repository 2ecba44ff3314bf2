"""The board's controller: messages and time go into ``board_state``; what changed comes out on glass."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer

from appliance.node import trace
from appliance.node.daemon import HubClock
from appliance.node.link import Link
from appliance.speech.phrases import Heard
from appliance.texts import pick
from appliance.ui import bridge
from appliance.ui.bridge import Bridge
from appliance.ui.values import Rows, Values
from appliance.wire import topics
from appliance.wire.messages import Board, Call, Clock, Notices, Paging, Part, Presence
from display import board_state, board_text, dark_hours, media
from display.board_state import BoardState, View
from display.look import palette
from display.settings import DisplaySettings

log = logging.getLogger(__name__)

MINUTE_MS: Final = 60_000
DRIFT_MS: Final = 40_000
"""What stands still moves a little this often (real time), so that nothing burns in."""
REMIND_MS: Final = 20_000
"""An emergency's text is said again this often (real time)."""
_HERO_FIRST: Final = View(board_state.Hero("starting"), None, (), (), None, trusted=False)


class Lobby(QObject):
    """Feeds one board.

    Args:
        settings: of this display.
        link: not started yet; the topics are subscribed here.
        hub_clock: the one that the link feeds.
        announce: told all that concerns the voice as it comes, on the network's thread: calls and texts to be spoken,
            the board (for calls that were taken back), the clock (for a hub that starts anew), notices (for an
            emergency, and again when it is to be repeated).
    """

    def __init__(
        self, settings: DisplaySettings, link: Link, hub_clock: HubClock, announce: Callable[[Heard], None]
    ) -> None:
        super().__init__()
        self._settings = settings
        self._language = settings.language
        self._clock = hub_clock
        self._announce = announce
        self._state = BoardState(connection_changed=_now())
        self._view: View = _HERO_FIRST
        self._undrawn: list[int] = []
        self._minute: int | None = None
        self._files: list[Path] = []
        self._reminded = 0
        self._power = dark_hours.make_power(settings.night, self)
        self._bridge = Bridge()
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.setTimerType(Qt.TimerType.PreciseTimer)
        self._moment.timeout.connect(self.tick)
        self.texts = Values(bridge.table("board", self._language), self)
        self.look = Values(self._palette(), self)
        self.values = Values(
            {**board_text.hero(_HERO_FIRST, self._language, None, ""),
             "office": "", "clock": "", "date": "", "stale": "",
             "notices": [], "rate": 1.0, "trusted": False, "language": self._language, "training": False,
             "emergency": [], "told": [], "slides": [], "slideSeconds": settings.media.seconds, "dark": False,
             "drift": 0, "rotation": settings.rotate, "unshowable": ""},
            self,
        )  # fmt: skip
        self.counters = Rows(board_text.COUNTER_ROW, self)
        self.services = Rows(board_text.SERVICE_ROW, self)
        self.last_calls = Rows(board_text.LAST_ROW, self)
        self._library = media.Library(settings.media, lambda files: self._bridge.call(self._take_files, files))
        self.values.on_written("unshowable", self._give_up)
        self._bridge.listen(link, topics.presence(settings.hub), Presence, self._take_presence)
        link.on(topics.BOARD, Board, self._hear_board)
        link.on(topics.NOTICES, Notices, self._hear(self._take_notices, announce))
        link.on(topics.CALL, Call, self._hear(self._take_call, self._say))
        link.on(topics.CLOCK, Clock, self._hear(self._take_clock, self._observe))
        link.on(topics.PAGING, Paging, announce)
        link.on_connection(lambda up: self._bridge.call(self._take_connection, up))
        self._adopt(settings)

    def start(self) -> None:
        """Begin to look for pictures and videos."""
        self._library.start()

    def stop(self) -> None:
        """End."""
        self._library.stop()

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return self._library.dead_part()

    def tick(self) -> None:
        """Let time go by; call it several times a second."""
        now = _now()
        if self._view.emergency is not None and now - self._reminded >= REMIND_MS:
            self._reminded = now
            self._announce(self._view.notices)
        self._apply(board_state.tick(self._state, now))

    def drawn(self) -> None:
        """A frame is on the glass: all that was applied before it can be seen."""
        for seq in self._undrawn:
            trace.mark("pixels", str(seq))
        self._undrawn.clear()

    def adopt(self, settings: DisplaySettings) -> None:
        """Take over a changed configuration, as far as that is possible without a new start."""
        if settings.at_start() != self._settings.at_start():
            log.warning("the display takes node, hub, language, rotate, screen and speech over when it starts anew")
        if settings.night != self._settings.night:
            self._power.close()
            self._power = dark_hours.make_power(settings.night, self)
        self._adopt(settings)

    def parts(self) -> list[Part]:
        """Return the health of what switches the screen, if anything does."""
        part = self._power.part()
        return [part] if part is not None else []

    # -- the network's thread --------------------------------------------------------------------------------------

    def _hear(self, here: Callable[[Any], None], there: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return what hands a message to the screen's thread, and then tells it at once on this one."""

        def heard(message: Any) -> None:
            self._bridge.call(here, message)
            there(message)

        return heard

    def _hear_board(self, board: Board) -> None:
        """A press at a counter should be on the glass at once; the voice has other work than the board."""
        self._bridge.call_first(self._take_board, board)
        self._announce(board)

    def _observe(self, clock: Clock) -> None:
        self._clock.observe(clock)
        self._announce(clock)

    def _say(self, call: Call) -> None:
        if self._settings.shows.concerns(call):
            self._announce(call)

    # -- the screen's thread ---------------------------------------------------------------------------------------

    def _adopt(self, settings: DisplaySettings) -> None:
        self._settings = settings
        self.look.set(self._palette())
        self._library.set(settings.media)
        self.values.set({"slideSeconds": settings.media.seconds})
        after_ms = settings.media.after_s * 1000
        self._apply(replace(self._state, scope=settings.shows, media_after_ms=after_ms), anew=True)

    def _palette(self) -> dict[str, Any]:
        return palette(self._settings.look, high_contrast=self._settings.screen.high_contrast)

    def _take_board(self, board: Board) -> None:
        before, now = self._view, _now()
        max_age_ms = self._settings.speech.max_age_s * 1000
        missed = board_state.missed(self._state, board, now, self._clock.office_ms(), max_age_ms)
        state = board_state.snapshot(self._state, board, now)
        for call in missed:  # the broker keeps no calls for whoever was away
            state = board_state.call(state, call, now)
            self._say(call)
        self._apply(state)
        if self._view != before:
            self._undrawn.append(board.seq)

    def _take_call(self, call: Call) -> None:
        self._apply(board_state.call(self._state, call, _now()))

    def _take_notices(self, notices: Notices) -> None:
        if notices.emergency is not None and notices.emergency != self._state.notices.emergency:
            self._reminded = _now()  # the voice has it already
        self._apply(board_state.notices(self._state, notices))

    def _take_clock(self, clock: Clock) -> None:
        self._apply(board_state.clock(self._state, clock, _now()))

    def _take_presence(self, presence: Presence) -> None:
        self._apply(board_state.hub_presence(self._state, online=presence.state == "online"))

    def _take_connection(self, up: bool) -> None:  # noqa: FBT001  # the bridge hands over one value
        self._apply(board_state.connection(self._state, _now(), up=up))

    def _take_files(self, files: list[Path]) -> None:
        self._files = files
        self._show_slides()

    def _give_up(self, source: str) -> None:
        """QML cannot show this file."""
        if source:
            self._library.pass_over(source)
            self.values.set({"unshowable": ""})  # so that it can be told again

    def _apply(self, state: BoardState, *, anew: bool = False) -> None:
        """Show what has changed, or everything ``anew``."""
        now = _now()
        view, before = board_state.view(state, now), self._view
        self._state, self._view = state, view
        language, zone, office_ms = self._language, self._clock.zone, self._clock.office_ms()
        # What has not changed is not even put into words: a press at a counter should be on the glass at once.
        new = {name for name in View.__struct_fields__ if anew or getattr(view, name) != getattr(before, name)}
        if new & {"hero", "office"} or view.hero.mode == "closed":
            self.values.set(board_text.hero(view, language, office_ms, zone, self._settings.look.arrows))
        if "counters" in new:
            self.counters.set(board_text.counters(view.counters, language))
        if state.board is not None:
            trace.mark("board", str(state.board.seq))  # the call stands where it is looked for; the rest follows
        if "last_calls" in new:
            self.last_calls.set(board_text.last_calls(view.last_calls, language))
        if "services" in new:
            self.services.set(board_text.services(view.services, language))
        if "office" in new and view.office is not None:
            self.values.set({"office": pick(view.office.names, language), "training": view.office.training})
        if new & {"office", "notices", "broadcast"}:
            self._show_notices()
        self._show_time(office_ms)
        dark = dark_hours.is_dark(self._settings.night, view, office_ms, zone)
        self._power.set(on=not dark)
        self.values.set(
            {
                "stale": board_text.stale(view.stale_office, zone, language),
                "trusted": view.trusted,
                "rate": state.rate,
                "dark": dark,
                "drift": now // DRIFT_MS,
            }
        )
        due = board_state.next_change_ms(state, now)
        if due is not None:
            self._moment.start(due)

    def _show_time(self, office_ms: int | None) -> None:
        minute = None if office_ms is None else office_ms // MINUTE_MS
        if minute != self._minute:
            self._minute = minute
            language, zone = self._language, self._clock.zone
            clock, date = bridge.time_of_day(office_ms, zone, language), bridge.date(office_ms, zone, language)
            self.values.set({"clock": clock, "date": date})

    def _show_notices(self) -> None:
        view = self._view
        sentences = board_text.notices(self._settings.running_text, view.office, view.notices)
        emergency, told = board_text.emergency(view.emergency), board_text.broadcast(view.broadcast)
        self.values.set({"notices": sentences, "emergency": emergency, "told": told})
        self._show_slides()

    def _show_slides(self) -> None:
        slides = media.slides(self._files, self._view.notices.announcements, self._language)
        self.values.set({"slides": slides})
        if self._state.slides != bool(slides):
            self._apply(board_state.media(self._state, there=bool(slides)))


def _now() -> int:
    return time.monotonic_ns() // 1_000_000
