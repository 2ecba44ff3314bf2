"""``giliran simulate`` as it is typed."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from appliance import cli
from appliance.verbs import simulate

MADE_UP = ["--arrivals-per-hour", "20", "--service-minutes", "4", "--counters", "2", "--days", "3"]


def table(number: int) -> str:
    return str(resources.files("appliance") / "sample_data" / f"bpn_bekasi_table{number}.csv")


def printed(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    assert simulate.main(arguments) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "counters", "mean"),
    [(3, 1, 56.16), (3, 2, 22.44), (3, 3, 14.36), (4, 1, 5.60), (4, 2, 1.05), (4, 3, 0.40)],
)
def test_a_recorded_morning_gives_its_mean_wait(capsys, number, counters, mean):
    arguments = ["--replay", table(number), "--counters", str(counters)]
    assert json.loads(printed(capsys, [*arguments, "--json"]))["mean_wait_minutes"] == pytest.approx(mean, abs=0.005)
    assert f"mean wait {mean:.2f} min" in printed(capsys, arguments)


def test_counters_that_open_later_make_everybody_wait_longer(capsys):
    arguments = ["--replay", table(3), "--counters", "1", "--json", "--opens"]
    eight, nine = (json.loads(printed(capsys, [*arguments, time])) for time in ("08:00", "9:00"))
    assert nine["mean_wait_minutes"] == pytest.approx(eight["mean_wait_minutes"] + 60)


def test_made_up_days_are_the_same_for_the_same_seed_and_tell_it(capsys):
    default = printed(capsys, [*MADE_UP, "--json"])
    assert default == printed(capsys, [*MADE_UP, "--json", "--seed", "1"])
    assert default != printed(capsys, [*MADE_UP, "--json", "--seed", "2"])
    answer = json.loads(default)
    assert (answer["seed"], answer["stable"], answer["days"], answer["counters"]) == (1, True, 3, 2)
    assert answer["visitors"] == answer["served"] > 300


def test_the_command_line_knows_both_verbs(capsys, monkeypatch):
    for arguments in (
        ["simulate", *MADE_UP, "--json"],
        ["capacity", "--arrivals-per-minute", "0.3625", "--service-minutes", "3.6", "--counters", "2", "--json"],
    ):
        monkeypatch.setattr("sys.argv", ["giliran", *arguments])
        assert cli.main() == 0
        assert json.loads(capsys.readouterr().out)["stable"] is True


def test_the_first_citizens_of_a_day_can_be_left_out(capsys):
    whole, settled = (
        json.loads(printed(capsys, [*MADE_UP, "--json", "--warm-up", minutes])) for minutes in ("0", "120")
    )
    assert whole["visitors"] == settled["visitors"]
    assert whole["mean_wait_minutes"] != settled["mean_wait_minutes"]


def test_made_up_days_in_words(capsys):
    out = printed(capsys, MADE_UP)
    assert out.startswith("3 days, 2 counters, ")
    assert "An endless day would settle at a mean wait of 3.20 min (M/M/c)." in out
    assert "M/M/c" not in printed(capsys, [*MADE_UP, "--distribution", "constant"])
    assert "M/M/c" not in printed(capsys, [*MADE_UP, "--no-show", "0.1"])


def test_an_overloaded_office_is_told_how_many_counters_it_needs(capsys):
    arguments = ["--arrivals-per-hour", "60", "--service-minutes", "4", "--counters", "2", "--days", "1"]
    assert "At least 5 counters are needed." in printed(capsys, arguments)
    assert json.loads(printed(capsys, [*arguments, "--json"]))["stable"] is False


def test_work_that_absent_citizens_do_not_bring_is_not_counted(capsys):
    arguments = ["--arrivals-per-hour", "60", "--service-minutes", "2", "--counters", "2", "--days", "1", "--json"]
    assert json.loads(printed(capsys, arguments))["stable"] is False
    assert json.loads(printed(capsys, [*arguments, "--no-show", "0.2"]))["stable"] is True


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--counters", "2"], "missing: --arrivals-per-hour, --service-minutes, --days"),
        ([*MADE_UP[:4], "--days", "3"], "required: --counters"),
        (["--replay", "no-such-file.csv", "--counters", "1"], "no-such-file.csv cannot be read"),
        (["--replay", "FILE", "--counters", "0"], "--counters must be from 1 to 500, not 0"),
        (["--replay", "FILE", "--counters", "1"], "line 2: arrived is 'noon'"),
        (["--replay", "FILE", "--counters", "1", "--opens", "8"], "--opens is '8'; write a time such as 08:00"),
        (["--replay", "FILE", "--counters", "1", "--no-show", "0.1"], "--no-show is for made-up days"),
        ([*MADE_UP, "--opens", "08:00"], "--opens is for a recorded morning"),
        ([*MADE_UP, "--no-show", "1.5"], "no-show must be a share"),
        ([*MADE_UP, "--warm-up", "480"], "--warm-up must be from 0 to less than the 480 minutes"),
        ([*MADE_UP, "--hours", "-1"], "hours must be more than 0"),
        ([*MADE_UP, "--distribution", "uniform"], "invalid choice: 'uniform'"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(capsys, tmp_path: Path, arguments, complaint):
    file = tmp_path / "morning.csv"
    file.write_text("applicant,arrived,service_minutes\n1,noon,5\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        simulate.main([str(file) if argument == "FILE" else argument for argument in arguments])
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err
