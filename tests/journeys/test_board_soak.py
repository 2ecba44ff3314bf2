"""The soak of the board: a short one, and that it sees what it is there to see."""

from __future__ import annotations

import pytest

from appliance.tools.proofs import soak, soak_board
from appliance.tools.proofs.soak_board import SAMPLES, Result, Soak

pytestmark = pytest.mark.expects_log("connection to the broker lost")


def test_after_every_round_of_a_short_soak_the_glass_is_right(tmp_path):
    run = Soak(tmp_path, calls=6 * SAMPLES)
    result = run.run()
    assert (result.rounds, result.lost) == (SAMPLES, 0)
    assert result.calls > 6 * SAMPLES, "those that were taken back came on top"
    assert len(result.memory_mb) == SAMPLES
    assert min(result.memory_mb) > 20


def test_memory_that_grows_by_little_all_the_time_is_found_and_a_warm_up_is_none():
    warm = [60.0 + min(place, 8) for place in range(SAMPLES)]
    assert Result(rounds=1, memory_mb=warm).passed
    leaking = [60.0 + place * 0.2 for place in range(SAMPLES)]
    assert not Result(rounds=1, memory_mb=leaking).passed
    assert not Result(rounds=1, lost=1, memory_mb=warm).passed
    assert not Result().passed


@pytest.mark.long
def test_a_glass_that_is_never_right_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(soak_board, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(Soak, "_is_right", lambda *_: False)
    result = Soak(tmp_path, calls=1).run()
    assert result.lost == result.rounds == SAMPLES
    assert not result.passed


def test_both_soaks_are_there_and_nothing_else(capsys):
    with pytest.raises(SystemExit):
        soak.main(["kiosk"])
    for what in soak.SOAKS:
        with pytest.raises(SystemExit) as end:
            soak.main([what, "--help"])
        assert end.value.code == 0
    assert "dev soak board" in capsys.readouterr().out
