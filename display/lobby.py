"""The board's controller: messages and time go into ``board_state``; what changed comes out on glass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

from appliance.node import trace
from appliance.node.daemon import HubClock
from appliance.node.link import Link
from appliance.texts import pick
from appliance.ui import bridge
from appliance.ui.bridge import Bridge
from appliance.ui.values import Rows, Values
from appliance.wire import topics
from appliance.wire.messages import Board, Call, Clock, Presence
from display import board_state, words
from display.board_state import BoardState, View
from display.settings import DisplaySettings

MINUTE_MS: Final = 60_000
_HERO_FIRST: Final = View(board_state.Hero("starting"), None, (), (), None, trusted=False)


class Lobby(QObject):
    """Feeds one board.

    Args:
        settings: of this display.
        link: not started yet; the topics are subscribed here.
        hub_clock: the one that the link feeds.
        announce: told every call as it comes, on the network's thread.
    """

    def __init__(
        self, settings: DisplaySettings, link: Link, hub_clock: HubClock, announce: Callable[[Call], None]
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
        self._bridge = Bridge()
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.setTimerType(Qt.TimerType.PreciseTimer)
        self._moment.timeout.connect(self.tick)
        self.texts = Values(bridge.table("board", self._language), self)
        self.values = Values(
            {**words.hero(_HERO_FIRST, self._language, None, ""), "office": "", "clock": "", "date": "", "stale": "",
             "notices": [], "rate": 1.0, "trusted": False, "language": self._language},
            self,
        )  # fmt: skip
        self.counters = Rows(words.COUNTER_ROW, self)
        self.services = Rows(words.SERVICE_ROW, self)
        self._bridge.listen(link, topics.BOARD, Board, self._take_board)
        self._bridge.listen(link, topics.presence(settings.hub), Presence, self._take_presence)
        link.on(topics.CALL, Call, self._hear_call)
        link.on(topics.CLOCK, Clock, self._hear_clock)
        link.on_connection(lambda up: self._bridge.call(self._take_connection, up))
        self.tick()

    def tick(self) -> None:
        """Let time go by; call it several times a second."""
        self._apply(board_state.tick(self._state, _now()))

    def drawn(self) -> None:
        """A frame is on the glass: all that was applied before it can be seen."""
        for seq in self._undrawn:
            trace.mark("pixels", str(seq))
        self._undrawn.clear()

    # -- the network's thread --------------------------------------------------------------------------------------

    def _hear_call(self, call: Call) -> None:
        self._announce(call)
        self._bridge.call(self._take_call, call)

    def _hear_clock(self, clock: Clock) -> None:
        self._clock.observe(clock)
        self._bridge.call(self._take_clock, clock)

    # -- the screen's thread ---------------------------------------------------------------------------------------

    def _take_board(self, board: Board) -> None:
        before = self._view
        self._apply(board_state.snapshot(self._state, board, _now()))
        trace.mark("board", str(board.seq))
        if self._view != before:
            self._undrawn.append(board.seq)

    def _take_call(self, call: Call) -> None:
        self._apply(board_state.call(self._state, call, _now()))

    def _take_clock(self, clock: Clock) -> None:
        self._apply(board_state.clock(self._state, clock, _now()))

    def _take_presence(self, presence: Presence) -> None:
        self._apply(board_state.hub_presence(self._state, online=presence.state == "online"))

    def _take_connection(self, up: bool) -> None:  # noqa: FBT001  # the bridge hands over one value
        self._apply(board_state.connection(self._state, _now(), up=up))

    def _apply(self, state: BoardState) -> None:
        now = _now()
        self._state = state
        view, before = board_state.view(state, now), self._view
        language, zone, office_ms = self._language, self._clock.zone, self._clock.office_ms()
        self._view = view
        # What has not changed is not even put into words: a press at a counter should be on the glass at once.
        if view.counters != before.counters:
            self.counters.set(words.counters(view.counters, language))
        if view.hero != before.hero or view.office != before.office or view.hero.mode == "closed":
            self.values.set(words.hero(view, language, office_ms, zone))
        if view.services != before.services:
            self.services.set(words.services(view.services, language))
        if view.office != before.office and view.office is not None:
            notices = words.notices(self._settings.running_text, view.office)
            self.values.set({"office": pick(view.office.names, language), "notices": notices})
        minute = None if office_ms is None else office_ms // MINUTE_MS
        if minute != self._minute:
            self._minute = minute
            clock, date = bridge.time_of_day(office_ms, zone, language), bridge.date(office_ms, zone, language)
            self.values.set({"clock": clock, "date": date})
        self.values.set(
            {
                "stale": words.stale(view.stale_office, zone, language),
                "trusted": view.trusted,
                "rate": state.rate,
            }
        )
        due = board_state.next_change_ms(state, now)
        if due is not None and not self._moment.isActive():
            self._moment.start(due)


def _now() -> int:
    return time.monotonic_ns() // 1_000_000
