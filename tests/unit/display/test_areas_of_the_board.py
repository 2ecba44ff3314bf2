"""Parts of the board's screen by themselves: tables that shrink, and slides that cannot be shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtQuick import QQuickItem, QQuickView

from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.ui.app import MODULES
from appliance.wire.messages import Board, CounterState, Office, ServiceState
from display import media
from display.__main__ import QML
from display.screen import Lobby
from display.settings import DisplaySettings, MediaSettings


class Area:
    """One part of the screen on a real board's values."""

    def __init__(self, lobby: Lobby, name: str) -> None:
        self.view = QQuickView()
        self.view.engine().addImportPath(str(MODULES))
        context: dict[str, Any] = {
            "ui": lobby.values.map, "tr": lobby.texts.map, "look": lobby.look.map, "counters": lobby.counters,
            "services": lobby.services, "lastCalls": lobby.last_calls,
        }  # fmt: skip
        for key, value in context.items():
            self.view.rootContext().setContextProperty(key, value)
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.view.setSource(QUrl.fromLocalFile(str(QML.with_name(f"{name}.qml"))))
        self.view.resize(800, 400)
        self.view.show()
        self.item: Any = self.view.rootObject()

    def texts(self) -> set[str]:
        """Return what can be read."""
        return set(_texts(self.item))

    def close(self) -> None:
        self.view.setSource(QUrl())


def _texts(item: QQuickItem) -> Iterator[str]:
    if not item.isVisible():
        return
    text = item.property("text")
    if isinstance(text, str) and text:
        yield text
    for child in item.childItems():
        yield from _texts(child)


@pytest.fixture
def lobby(qtbot: Any, tmp_path: Path) -> Iterator[Lobby]:
    clock = HubClock(SystemClock())
    settings = DisplaySettings(media=MediaSettings(folder=str(tmp_path), usb=""))
    made = Lobby(settings, Link("display-1", "", BrokerSettings(), "test", clock), clock, lambda _: None)
    yield made
    made.stop()


def board(seq: int, many: int) -> Board:
    counters = [CounterState(1, seq, f"c{each}", {"id": f"Loket {each}"}, "free") for each in range(1, many + 1)]
    services = [ServiceState(f"s{each}", "A", {"id": f"Layanan {each}"}, 3) for each in range(1, many + 1)]
    return Board(1, seq, "2026-04-06", Office({"id": "Kantor"}, "open"), [], counters, services)


@pytest.mark.parametrize(("name", "word"), [("Counters", "Loket"), ("Strip", "Layanan")])
@pytest.mark.parametrize("left", [1, 13])
def test_a_table_that_shrinks_while_its_last_page_is_shown_is_not_left_blank(
    lobby: Lobby, name: str, word: str, left: int
) -> None:
    lobby._take_board(board(1, 30))
    area = Area(lobby, name)
    last = area.item.property("pages") - 1
    area.item.setProperty("page", last)
    assert f"{word} 30" in area.texts()
    lobby._take_board(board(2, left))
    assert area.item.property("pages") <= last
    assert any(text.startswith(f"{word} ") for text in area.texts())
    area.close()


@pytest.mark.expects_log("cannot be shown; it is passed over")
@pytest.mark.parametrize("names", [["broken.png"], ["a.png", "b.jpg"], ["a.mp4"], ["a.mp4", "b.mp4", "c.png"]])
def test_files_that_cannot_be_shown_leave_the_place_to_the_calls(
    qtbot: Any, lobby: Lobby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    """Videos cannot be played on a screen without a graphics chip, such as this one."""
    monkeypatch.setattr(media, "plays_videos", lambda: True)
    for name in names:
        (tmp_path / name).write_bytes(b"no picture, no video")
    area = Area(lobby, "Media")
    lobby._take_board(board(1, 1))
    lobby.start()
    qtbot.waitUntil(lambda: lobby.values["mode"] == "media", timeout=20_000)
    area.item.setProperty("shown", True)
    qtbot.waitUntil(lambda: lobby.values["slides"] == [], timeout=40_000)
    assert lobby.values["mode"] == "welcome"
    area.close()


@pytest.mark.expects_log("cannot be shown; it is passed over")
def test_a_picture_that_was_broken_is_shown_when_it_has_been_replaced(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "LOOK_S", 0.02)
    file = tmp_path / "half.png"
    file.write_bytes(b"half of it")
    seen: list[list[Path]] = []
    library = media.Library(MediaSettings(folder=str(tmp_path), usb=""), seen.append)
    library.start()
    qtbot.waitUntil(lambda: seen == [[file]])
    library.pass_over(file.as_uri())
    qtbot.waitUntil(lambda: seen == [[file], []])
    file.write_bytes(b"the whole of it")
    qtbot.waitUntil(lambda: seen == [[file], [], [file]])
    library.stop()
