"""A display's file with any one value odd: refused with its key, or a board and a voice that work."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from oddities import ODD

from appliance.node.config import BrokerSettings
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.speech.phrases import announcement, foreseen
from appliance.speech.players import make_player
from appliance.speech.voice import make_voice
from appliance.wire.messages import Announcement, Board, Call, Clock, CounterState, Notices, Office, ServiceState
from display.reload import Reload
from display.screen import Lobby
from display.settings import DisplaySettings

NOW = 1_775_443_260_000
RIGHT: dict[str, Any] = {
    "language": "id",
    "running_text": [{"id": "Siapkan KTP."}],
    "rotate": 0,
    "shows": {"counters": ["c1"], "services": ["s"]},
    "look": {"brand": "#0b3b43", "highlight": "#f6bd3a", "logo": "", "panels": ["clock"], "arrows": {"c1": "left"}},
    "media": {"folder": "media", "usb": "sticks", "seconds": 12, "after_s": 25},
    "night": {"begins": "19:00", "ends": "05:00", "power": "command", "device": "x", "off": ["true"], "on": ["true"]},
    "screen": {"fullscreen": False, "width": 1280, "height": 720, "inches": 43.0},
    "speech": {
        "piper": "piper", "piper_models": {"id": "x.onnx"}, "clips": "clips", "player": "none", "device": "default",
        "folder": "f", "languages": ["id", "en"], "style": "digits", "styles": {"en": "number"},
        "sentences": ["number", "counter"], "templates": {"id": {"number": "Nomor {number}."}},
        "words_per_minute": 135, "volume": 100, "volume_from": {"12:00": 60}, "lead_in_ms": 400, "max_age_s": 120,
        "repeats": 1, "deadline_s": 5.0,
    },
}  # fmt: skip
CALL = Call(1, 20, NOW, "A012", "c1", {"id": "Loket 1"}, "s", {"id": "Berkas"})
BOARD = Board(
    1, 20, "2026-04-06", Office({"id": "Kantor"}, "after", NOW + 60_000), [CALL],
    [CounterState(1, 20, "c1", {"id": "Loket 1"}, "called", "A012")], [ServiceState("s", "A", {"id": "Berkas"}, 3)],
)  # fmt: skip

pytestmark = pytest.mark.expects_log("cannot be switched")


def odd_tables(right: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every table with one value odd, and the way to it."""
    value: Any = right
    for key in path:
        value = value[key]
    for key, inner in value.items():
        for odd in (*ODD, ["\n"], {"id": {"number": "\n"}}):
            wrong = copy.deepcopy(right)
            place: Any = wrong
            for step in path:
                place = place[step]
            place[key] = odd
            yield ".".join((*path, key)), wrong
        if isinstance(inner, dict):
            yield from odd_tables(right, (*path, key))


@pytest.mark.parametrize("part", RIGHT)
def test_no_value_of_the_file_ends_the_display_later(qapp: Any, part: str) -> None:
    use(msgspec.convert({part: RIGHT[part]}, DisplaySettings), part)
    for key, table in odd_tables({part: RIGHT[part]}):
        try:
            settings = msgspec.convert(table, DisplaySettings)
        except msgspec.ValidationError:
            continue
        use(settings, key)


def use(settings: DisplaySettings, key: str) -> None:
    """Do what a display does with its settings."""
    clock = HubClock(SystemClock())
    clock.observe(Clock(1, "b", 1, NOW, 1.0, "Asia/Jakarta"))
    lobby = Lobby(settings, Link("display-1", "", BrokerSettings(), "test", clock), clock, lambda _: None)
    try:
        lobby._take_board(BOARD)
        lobby._take_notices(Notices(1, [{"id": "x"}], [Announcement({"id": "x"}, {"id": "y"})]))
        lobby._take_files([Path("/media/a.png")])
        lobby.tick()
        lobby.parts()
        assert settings.screen.width * settings.screen.height <= 2**28, "no window is as large"
        assert settings.screen.inches > 0
        speech = settings.speech
        list(foreseen(BOARD, None, speech))
        for language in speech.languages:
            assert isinstance(announcement(CALL, language, speech), str)
        speech.volume_at(720)
        make_voice(speech).close()
        make_player(speech).stop()
    except Exception as error:
        raise AssertionError(f"{key} was accepted, and then: {error!r}") from error
    finally:
        lobby.stop()


@pytest.mark.expects_log("the configuration before stays in force")
@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"[display", b"[display]\nnode = 1", b"display = 1", b"x = " + b"[" * 5_000, b"\x00"]
)
def test_a_file_that_is_damaged_while_the_board_runs_changes_nothing_and_is_named(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "display.toml"
    file.write_text("[display]\n", encoding="utf-8")
    taken: list[DisplaySettings] = []
    reload = Reload(file, taken.append)
    file.write_bytes(content)
    reload.look()
    assert (taken, [part.state for part in reload.parts()]) == ([], ["fault"])
    file.unlink()
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "folder.toml").mkdir()
    reload.look()
    assert [part.state for part in reload.parts()] == ["fault"]
    (tmp_path / "conf.d" / "folder.toml").rmdir()
    file.write_text("[display]\nlanguage = 'en'\n", encoding="utf-8")
    reload.look()
    assert ([each.language for each in taken], reload.parts()) == (["en"], [])
