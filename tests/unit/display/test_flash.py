"""A call inverts the large area: seen by whoever cannot hear, and slow enough for photosensitive people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QElapsedTimer, QUrl
from PySide6.QtQuick import QQuickView

from appliance.texts import DEFAULT
from appliance.ui.app import MODULES
from appliance.ui.bridge import table
from appliance.ui.values import Rows, Values
from appliance.wire.messages import Call
from display import board_text
from display.__main__ import QML
from display.board_state import Hero, View
from display.look import LookSettings, palette

SAFE_MS = 1000 / 3
"""Flashes closer than this are dangerous (WCAG 2.2, 2.3.1: no more than three in a second)."""


class Area:
    """The large area alone, and a record of when it was inverted and when not."""

    def __init__(self, rate: float) -> None:
        self.ui = Values({**self.words(None), "office": "Kantor", "rate": rate, "training": False, "drift": 0})
        self.context: dict[str, Any] = {
            "ui": self.ui.map,
            "tr": Values(table("board", DEFAULT)).map,
            "look": Values(palette(LookSettings())).map,
            "lastCalls": Rows(board_text.LAST_ROW),
        }
        self.view = QQuickView()
        self.view.engine().addImportPath(str(MODULES))
        for name, value in self.context.items():
            self.view.rootContext().setContextProperty(name, value)
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.view.setSource(QUrl.fromLocalFile(str(QML.with_name("Hero.qml"))))
        self.view.resize(800, 500)
        self.view.show()
        self.item: Any = self.view.rootObject()
        self.clock = QElapsedTimer()
        self.clock.start()
        self.begun: list[int] = []
        self.item.invertedChanged.connect(self.note)

    def words(self, call: Call | None) -> dict[str, Any]:
        hero = Hero("call", call, call.seq) if call else Hero("welcome")
        return board_text.hero(View(hero, None, (), (), None, trusted=True), DEFAULT, None, "UTC")

    def call(self, seq: int) -> None:
        self.ui.set(self.words(Call(1, seq, 0, f"A{seq:03d}", "c1", {"id": "Loket 1"}, "s", {})))

    def note(self) -> None:
        if self.item.property("inverted"):
            self.begun.append(self.clock.elapsed())

    def close(self) -> None:
        self.item.invertedChanged.disconnect(self.note)
        self.view.setSource(QUrl())  # before the objects that it reads

    def gaps(self) -> list[int]:
        return [after - before for before, after in zip(self.begun, self.begun[1:], strict=False)]


@pytest.fixture
def area(qtbot: Any, request: pytest.FixtureRequest) -> Iterator[Area]:
    area = Area(rate=getattr(request, "param", 1.0))
    yield area
    area.close()


def test_a_call_pulses_three_times_and_slower_than_three_a_second(qtbot: Any, area: Area) -> None:
    area.call(1)
    qtbot.waitUntil(lambda: len(area.begun) == 3 and not area.item.property("inverted"), timeout=5000)
    qtbot.wait(700)
    assert len(area.begun) == 3
    assert min(area.gaps()) > SAFE_MS


@pytest.mark.parametrize("area", [10.0], indirect=True)
@pytest.mark.parametrize("every_ms", [60, 250, 400])
def test_calls_in_quick_succession_do_not_flicker(qtbot: Any, area: Area, every_ms: int) -> None:
    for seq in range(1, 9):
        area.call(seq)
        qtbot.wait(every_ms)
    assert area.begun
    assert [gap for gap in area.gaps() if 20 < gap < SAFE_MS] == []
