"""When the screen is dark, and what switches it: real processes, and none that could hold the board up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.texts.parts import LOGGED, of_part
from appliance.wire.messages import Emergency
from display import dark_hours
from display.board_state import Hero, View
from display.settings import NightSettings

SIX_P_M = 1_775_473_200_000
"""Monday, 6 April 2026, 18.00 in Jakarta."""
HOUR = 3_600_000
ZONE = "Asia/Jakarta"
NIGHT = NightSettings("19:00", "05:30")
CLOSED = View(Hero("closed"), None, (), (), None, trusted=True)


@pytest.mark.parametrize(
    ("hours", "dark"), [(0, False), (1, True), (6, True), (11.49, True), (11.5, False), (12, False), (25, True)]
)
def test_it_is_dark_between_two_times_of_day(hours: float, dark: bool) -> None:
    assert dark_hours.is_dark(NIGHT, CLOSED, SIX_P_M + int(hours * HOUR), ZONE) is dark


def test_it_is_never_dark_when_somebody_may_need_it() -> None:
    late = SIX_P_M + 3 * HOUR
    assert dark_hours.is_dark(NIGHT, CLOSED, late, ZONE)
    assert not dark_hours.is_dark(NIGHT, replace(CLOSED, emergency=Emergency(1, 0, {"id": "Keluar."})), late, ZONE)
    for mode in ("call", "welcome", "media", "starting"):
        assert not dark_hours.is_dark(NIGHT, replace(CLOSED, hero=Hero(mode)), late, ZONE)  # type: ignore[arg-type]
    assert not dark_hours.is_dark(NIGHT, CLOSED, None, ZONE)
    assert not dark_hours.is_dark(NightSettings(), CLOSED, late, ZONE)


def test_half_a_night_and_a_command_without_words_are_refused() -> None:
    with pytest.raises(ValueError, match="belong together"):
        NightSettings(begins="19:00")
    with pytest.raises(ValueError, match="both commands"):
        NightSettings(power="command", off=("true",))


def switched(tmp_path: Path, **commands: tuple[str, ...]) -> Any:
    return dark_hours.make_power(NightSettings("19:00", "05:00", power="command", **commands))


def test_the_screen_is_switched_at_the_start_and_once_a_change(qtbot: Any, tmp_path: Path) -> None:
    record = tmp_path / "record"
    script = ("sh", "-c", f'echo "$0" >> {record}')
    power = switched(tmp_path, off=(*script, "off"), on=(*script, "on"))
    for on in (True, False, False, False):
        power.set(on=on)
    qtbot.waitUntil(lambda: power.part().code == "off")
    power.set(on=True)
    qtbot.waitUntil(lambda: power.part().code == "on")
    assert record.read_text(encoding="utf-8").split() == ["on", "off", "on"]


def test_a_change_of_mind_while_the_command_runs_is_not_lost(qtbot: Any, tmp_path: Path) -> None:
    power = switched(tmp_path, off=("sleep", "0.1"), on=("true",))
    power.set(on=False)
    power.set(on=True)
    qtbot.waitUntil(lambda: power.part().code == "on")


@pytest.mark.expects_log("cannot be switched")
@pytest.mark.parametrize(
    ("command", "reason"), [(("no-such-program",), "not installed"), (("sh", "-c", "echo no TV >&2; exit 3"), "no TV")]
)
def test_a_screen_that_cannot_be_switched_is_a_fault_in_words(
    qtbot: Any, tmp_path: Path, command: tuple[str, ...], reason: str
) -> None:
    power = switched(tmp_path, off=command, on=("true",))
    power.set(on=False)
    qtbot.waitUntil(lambda: power.part().state == "fault")
    assert reason in of_part(power.part(), LOGGED)


@pytest.mark.expects_log("cannot be switched")
@pytest.mark.parametrize("fails", [("sh", "-c", "sleep 0.2; exit 3"), ("no-such-program",)])
def test_a_wish_made_while_another_fails_is_carried_out_at_once(
    qtbot: Any, tmp_path: Path, fails: tuple[str, ...]
) -> None:
    """An emergency while the screen is being switched off, and the television does not answer."""
    power = switched(tmp_path, off=fails, on=("true",))
    power.set(on=False)
    power.set(on=True)
    qtbot.waitUntil(lambda: power.part().code == "on")


@pytest.mark.expects_log("cannot be switched")
def test_a_screen_that_is_to_be_on_is_asked_again_soon(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dark_hours.AGAIN_MS[True] <= 5_000
    monkeypatch.setitem(dark_hours.AGAIN_MS, True, 20)
    answers = tmp_path / "answers"
    power = switched(tmp_path, off=("true",), on=("test", "-e", str(answers)))
    power.set(on=True)
    qtbot.waitUntil(lambda: power.part().state == "fault")
    answers.touch()
    qtbot.waitUntil(lambda: power.part().code == "on")


def test_with_nothing_fitted_there_is_nothing_to_report() -> None:
    power = dark_hours.make_power(NightSettings())
    power.set(on=False)
    assert power.part() is None
